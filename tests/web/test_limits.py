"""Rate limits: one who is too fast is told so, and nobody else is stopped."""

from dataclasses import replace

import pytest

from app.db import transaction
from app.models import Brand
from app.services.passes import issue_pass
from app.web.clock import utcnow
from tests.connect.site import ADDRESS, SLUG
from tests.makers import Make

A_MINUTE = 3


@pytest.fixture(autouse=True)
def few(app):
    app.extensions["fanfare"] = replace(app.extensions["fanfare"], plays_a_minute=A_MINUTE)


@pytest.fixture
def another_pass(app, campaign):
    with transaction() as tx:
        fan = Make(tx, utcnow()).fan(tx.get_one(Brand, campaign.brand_id))
        return issue_pass(tx, fan, None, {}, utcnow())[0]


def post(client, raw=None, **fields):
    """A form of the tab, with the pass as a cookie."""
    headers = {"Cookie": f"__Host-fan={raw}"} if raw else {}
    return client.post(f"/t/{SLUG}/enter", data=fields, headers=headers, base_url=ADDRESS).status_code


def test_a_fan_who_is_too_fast_waits(client, raw_pass):
    assert [post(client, raw_pass) for _ in range(A_MINUTE + 1)] == [401] * A_MINUTE + [429]


def test_fans_behind_one_address_do_not_stop_one_another(client, raw_pass, another_pass):
    for _ in range(A_MINUTE + 1):
        post(client, raw_pass)

    assert post(client, another_pass) == 401  # no token in this form; but not too fast


def test_a_pass_counts_the_same_in_a_cookie_and_in_a_field(client, raw_pass):
    for _ in range(A_MINUTE):
        post(client, raw_pass)

    assert post(client, **{"pass": raw_pass}) == 429


def test_a_stranger_is_counted_by_address(client):
    assert [post(client) for _ in range(A_MINUTE + 1)] == [401] * A_MINUTE + [429]


def test_who_waits_is_told_how_long(client, raw_pass):
    for _ in range(A_MINUTE):
        post(client, raw_pass)

    answer = client.post(f"/t/{SLUG}/enter", headers={"Cookie": f"__Host-fan={raw_pass}"}, base_url=ADDRESS)

    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert "That was very fast." in answer.text


def test_a_made_up_pass_beside_the_good_one_does_not_lift_the_limit(client, raw_pass):
    answers = [post(client, f"made up {number}", **{"pass": raw_pass}) for number in range(A_MINUTE + 1)]

    assert answers[-1] == 429
