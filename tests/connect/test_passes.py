"""A pass opens what it was given for, as long as it is used, and never longer than twelve hours."""

from datetime import timedelta

import pytest

from app.errors import LogInAgain
from app.services.passes import (
    is_good_for,
    issue_pass,
    open_pass,
    read_pass,
    revoke_pass,
    revoke_passes_of,
    sweep_passes,
)
from tests.makers import NOON

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def fan(make):
    return make.fan()


@pytest.fixture
def given(tx, fan):
    """The secret and the row of a pass given at noon."""
    return issue_pass(tx, fan, "https://brand.example", {"channel": "embed"}, NOON)


def test_the_secret_opens_the_pass(tx, fan, given):
    assert open_pass(tx, given[0], NOON).fan_id == fan.id


def test_only_a_hash_of_the_secret_is_kept(given):
    raw, row = given

    assert len(raw) >= 43
    assert raw not in str(vars(row))


@pytest.mark.parametrize("raw", ["", "x", "x" * 10_000, "é\x00"])
def test_a_secret_that_is_none_opens_nothing(tx, given, raw):
    with pytest.raises(LogInAgain):
        open_pass(tx, raw, NOON)


def test_a_pass_ends_after_two_idle_hours(tx, given):
    with pytest.raises(LogInAgain):
        open_pass(tx, given[0], NOON + 2 * HOUR)


def test_a_pass_in_use_lives_longer_than_two_hours(tx, given):
    open_pass(tx, given[0], NOON + 1.5 * HOUR)

    assert open_pass(tx, given[0], NOON + 3 * HOUR)


def test_a_pass_ends_after_twelve_hours_even_in_use(tx, given):
    for hours in range(1, 12):
        open_pass(tx, given[0], NOON + hours * HOUR)

    with pytest.raises(LogInAgain):
        open_pass(tx, given[0], NOON + 12 * HOUR)


@pytest.mark.parametrize(("later", "noted"), [(4 * MINUTE, NOON), (6 * MINUTE, NOON + 6 * MINUTE)])
def test_use_is_noted_at_most_every_five_minutes(tx, given, later, noted):
    open_pass(tx, given[0], NOON + later)

    tx.refresh(given[1])
    assert given[1].seen_at == noted


def test_reading_a_pass_notes_nothing(tx, given):
    read_pass(tx, given[0], NOON + HOUR)

    assert not tx.dirty
    assert given[1].seen_at == NOON


def test_a_revoked_pass_is_dead(tx, given):
    revoke_pass(tx, given[0], NOON)

    with pytest.raises(LogInAgain):
        open_pass(tx, given[0], NOON)


def test_all_passes_of_a_fan_end_together_and_nobody_elses(tx, make, fan, given):
    other = issue_pass(tx, make.fan(), None, {}, NOON)[0]

    revoke_passes_of(tx, fan, NOON)

    assert open_pass(tx, other, NOON)
    with pytest.raises(LogInAgain):
        open_pass(tx, given[0], NOON)


def test_a_pass_is_no_good_in_another_brand(make, given):
    assert not is_good_for(given[1], make.campaign(make.brand(), embed_origins=["https://brand.example"]))


def test_a_pass_is_no_good_when_its_page_may_no_longer_embed(make, given):
    assert is_good_for(given[1], make.campaign(embed_origins=["https://brand.example"]))
    assert not is_good_for(given[1], make.campaign(embed_origins=["https://other.example"]))


def test_ended_passes_are_swept_and_living_ones_kept(tx, fan, given):
    living = issue_pass(tx, fan, None, {}, NOON + HOUR)[0]

    sweep_passes(tx, NOON + 12 * HOUR)

    assert read_pass(tx, living, NOON + 1.5 * HOUR)
    with pytest.raises(LogInAgain):
        read_pass(tx, given[0], NOON)


def test_a_pass_of_an_erased_fan_opens_nothing(tx, fan, given):
    fan.erased_at = NOON
    tx.flush()

    with pytest.raises(LogInAgain):
        read_pass(tx, given[0], NOON)
