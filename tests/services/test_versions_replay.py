"""Replay: stored runs are decided again from what was looked at then, and a change of mind is found and named."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from app.models import Advance, Decision, Effect, Run
from app.services import playing, progress, waking
from app.services.campaigns import Inside, content_of
from app.services.crm.erasing import erase_contact
from app.services.offering import Reply, answer_offer
from app.services.replaying import Which, replay_runs
from journeys.loading import load_journey
from tests.makers import NOON, Make
from tests.services.versioned import (
    GIFT_AFTER,
    GIFT_BEFORE,
    PLAYED_BEFORE,
    SOON,
    WITHOUT_VOTE,
    came,
    move_everybody,
    pushed,
    votes,
)
from tests.small_campaign import JOURNEY, publish_small, visiting


@pytest.fixture
def campaign(tx, make):
    make.its_brand.opt_in = "single"
    return publish_small(tx, make.its_brand, NOON)


def customer(tx, make, days=3):
    fan, contact = make.fan(), make.contact()
    make.link(fan, contact)
    make.order(contact, ordered_at=NOON - timedelta(days=days))
    return fan


def answers(tx, campaign, fan, first, *choices):
    for number, (question, choice) in enumerate(choices, 1):
        move = {"move": str(number), "question": question, "answer": choice}
        playing.make_move(tx, visiting(tx, campaign, fan, first + number * SOON), "quiz", move)


def lived(tx, make, campaign):
    """Four people: a full score, a lapsed customer who is woken, one who joins, one who looks and goes."""
    full, lapsed, joins = customer(tx, make), customer(tx, make, 200), make.fan()
    make.identity(joins, "ada@example.org")
    for fan in (full, lapsed, joins, make.fan()):
        came(tx, campaign, fan)
    answers(tx, campaign, full, NOON, ("one", "a"), ("two", "b"))
    playing.move_on(tx, visiting(tx, campaign, full, NOON + 9 * SOON), "quiz")
    votes(tx, campaign, joins)
    answer_offer(tx, visiting(tx, campaign, joins, NOON + 2 * SOON), "club", Reply(True, ["newsletter.email"], "", {}))
    tx.flush()
    while waking.wake_next(tx, NOON + timedelta(days=8)):
        tx.flush()


def changed(campaign, tx, old, new):
    """The journey as a changed engine would understand it."""
    loaded = load_journey(JOURNEY.replace(old, new), "journey.yaml", None)
    stored = content_of(tx, campaign.live_version_id).journey
    assert loaded.journey
    assert old in JOURNEY
    return lambda _version: loaded.journey if loaded.journey != stored else stored


def test_what_was_decided_is_decided_again_without_a_difference(tx, make, campaign):
    lived(tx, make, campaign)

    replayed = replay_runs(tx, Which(campaign))

    assert (replayed.runs, replayed.unrecorded, replayed.differences) == (4, 0, [])
    assert replayed.advances >= 9


def test_only_what_was_looked_at_is_kept(tx, make, campaign):
    came(tx, campaign, customer(tx, make))

    kept = tx.scalars(select(Advance)).one()

    assert kept.event == {"event": "entered"}
    assert kept.facts == {"crm.known": True, "orders": {"orders(last 90d).count": [1, 1]}}


def test_who_only_looks_again_leaves_nothing_behind(tx, make, campaign):
    fan = make.fan()
    for minutes in range(3):
        came(tx, campaign, fan, NOON + minutes * SOON)

    assert len(tx.scalars(select(Advance)).all()) == 1


def test_later_orders_change_nothing_about_what_was_decided_then(tx, make, campaign):
    fan, contact = make.fan(), make.contact()
    make.link(fan, contact)
    came(tx, campaign, fan)

    make.order(contact, ordered_at=NOON - timedelta(days=3))

    assert replay_runs(tx, Which(campaign)).differences == []


def test_an_operator_that_was_flipped_is_found_with_run_and_step(tx, make, campaign):
    lived(tx, make, campaign)

    found = replay_runs(tx, Which(campaign), changed(campaign, tx, "count >= 1\n  lapsed", "count > 1\n  lapsed"))

    (first, *_rest) = found.differences
    assert first.found.step == "path"
    assert "active" in first.found.then
    assert first.run_id in set(tx.scalars(select(Run.id)))


def test_a_bar_that_was_raised_is_found_where_it_stood(tx, make, campaign):
    lived(tx, make, campaign)

    found = replay_runs(tx, Which(campaign), changed(campaign, tx, "quiz.score >= 2", "quiz.score >= 3"))

    (only,) = found.differences
    assert (only.version, only.found.step) == (1, "reward")
    assert only.found.then == "branch full (quiz.score >= 2: true)"
    assert only.found.now == "branch otherwise (quiz.score >= 3: false)"


def test_a_stored_decision_that_was_edited_is_found(tx, make, campaign):
    lived(tx, make, campaign)
    tx.execute(update(Decision).where(Decision.step == "bonus").values(outcome="otherwise"))
    tx.expire_all()

    (only,) = replay_runs(tx, Which(campaign)).differences

    assert (only.found.step, only.found.now.split(" (")[0]) == ("bonus", "branch joined")


def test_a_stored_state_that_was_edited_is_found(tx, make, campaign):
    run = came(tx, campaign, make.fan())
    run.state = {**run.state, "coupons": 7}
    tx.flush()

    assert [each.run_id for each in replay_runs(tx, Which(campaign)).differences] == [run.id]


def test_a_fact_that_nobody_looked_at_then_is_said(tx, make, campaign):
    came(tx, campaign, customer(tx, make))

    (only,) = replay_runs(
        tx, Which(campaign), changed(campaign, tx, "orders(last 90d).c", "orders(last 30d).c")
    ).differences

    assert only.found.now == "asks for orders(last 30d).count, which was not looked at"


def test_people_who_were_moved_are_replayed_through_every_version(tx, make, campaign):
    lived(tx, make, campaign)
    came(tx, campaign, fan := make.fan())
    pushed(tx, campaign, make.its_brand, PLAYED_BEFORE, Inside("move"))
    move_everybody(tx)
    votes(tx, campaign, fan, "ballot", NOON + 4 * SOON)
    pushed(tx, campaign, make.its_brand, WITHOUT_VOTE, Inside("move", {"ballot": "exit"}), NOON + 5 * SOON)
    move_everybody(tx)
    answer_offer(tx, visiting(tx, campaign, fan, NOON + timedelta(hours=2)), "club", Reply(False, [], "", {}))

    replayed = replay_runs(tx, Which(campaign))

    assert (replayed.runs, replayed.differences) == (5, [])


def test_a_run_that_began_before_is_counted_apart(tx, make, campaign):
    make.run(make.fan(), campaign)

    assert replay_runs(tx, Which(campaign)).unrecorded == 1


def test_of_a_person_who_was_forgotten_no_reason_is_kept(tx, make, campaign):
    fan, contact = make.fan(), make.contact()
    make.link(fan, contact)
    make.order(contact, ordered_at=NOON - timedelta(days=3))
    came(tx, campaign, fan)

    erase_contact(tx, contact, NOON + SOON)
    tx.expire_all()

    assert tx.scalars(select(Advance.facts)).all() == [{}]
    assert set(map(str, tx.scalars(select(Decision.why)))) == {"{}"}
    assert (replay_runs(tx, Which(campaign)).unrecorded, replay_runs(tx, Which(campaign)).differences) == (1, [])


def test_of_a_person_who_was_forgotten_no_answer_is_kept(tx, make, campaign):
    fan, contact = make.fan(), make.contact()
    make.link(fan, contact)
    came(tx, campaign, fan)
    votes(tx, campaign, fan, choice="pear")

    erase_contact(tx, contact, NOON + SOON)
    tx.expire_all()

    saved = tx.scalars(select(Effect.content).where(Effect.kind == "SaveAttribute")).one()
    assert saved == {"name": "crm.fruit", "value": None}
    assert "crm.fruit" not in tx.scalars(select(Run.state)).one()["results"]
    assert tx.scalars(select(Advance.event).order_by(Advance.number)).all() == [
        {"event": "entered"},
        {"event": "played"},
    ]


def test_one_version_or_one_run_can_be_replayed_alone(tx, make, campaign):
    first = came(tx, campaign, make.fan())
    pushed(tx, campaign, make.its_brand, PLAYED_BEFORE)
    came(tx, campaign, make.fan())

    assert replay_runs(tx, Which(campaign, version=2)).runs == 1
    assert replay_runs(tx, Which(run_id=first.id)).runs == 1
    assert replay_runs(tx, Which()).runs == 2


WAYS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(["deed", "look", "publish", "next", "wake"]), st.integers(0, 3)),
    max_size=14,
)


@settings(max_examples=8, deadline=None)
@given(WAYS)
def test_whatever_people_do_is_replayed_without_a_difference(shared_database, ways):
    with shared_database("sqlite").rolled_back() as tx:
        make = Make(tx)
        campaign = publish_small(tx, make.its_brand, NOON)
        fans = [customer(tx, make), customer(tx, make, 200), make.fan()]
        for number, (who, what, how) in enumerate(ways, 1):
            live(tx, make, campaign, fans[who], (what, how), NOON + number * timedelta(hours=5))

        assert replay_runs(tx, Which(campaign)).differences == []
        gifts = select(func.count()).where(Effect.kind == "GiveCoupon").group_by(Effect.run_id, Effect.step)
        assert set(tx.scalars(gifts)) <= {1}


def live(tx, make, campaign, fan, deed, now):
    """One thing that happens: somebody comes, does what she can do, is moved, or time passes."""
    what, how = deed
    if what == "publish":
        journey = [JOURNEY, PLAYED_BEFORE, WITHOUT_VOTE, JOURNEY + "# again\n"][how]
        targets = {step: "club" for step in ("vote", "ballot") if f": {step}\n" not in journey}
        known = {run.at_step for run in tx.scalars(select(Run).where(Run.ended_at.is_(None)))}
        inside = Inside("move", {step: goal for step, goal in targets.items() if step in known})
        pushed(tx, campaign, make.its_brand, journey, inside, now)
        move_everybody(tx, now=now + SOON)
        return
    if what == "next":
        journey = [GIFT_BEFORE, GIFT_AFTER, PLAYED_BEFORE + "# again\n", WITHOUT_VOTE + "# again\n"][how]
        about_to_vote = {run.at_step for run in tx.scalars(select(Run).where(Run.waiting.is_(None)))} - {None, "club"}
        targets = {step: "club" for step in about_to_vote if f": {step}\n" not in journey}
        pushed(tx, campaign, make.its_brand, journey, Inside("next", targets), now)
        return
    if what == "wake":
        while waking.wake_next(tx, now + timedelta(days=how)):
            tx.flush()
        return
    run = progress.come_in(tx, visiting(tx, campaign, fan, now))
    if what == "deed" and run.waiting == "play" and run.at_step in {"vote", "ballot"}:
        votes(tx, campaign, fan, run.at_step, now + SOON, ["apple", "pear"][how % 2])
    elif what == "deed" and run.waiting == "play":
        answers(tx, campaign, fan, now, ("one", "ab"[how % 2]), ("two", "ab"[how // 2]))
    elif what == "deed" and run.waiting == "offer":
        answer_offer(tx, visiting(tx, campaign, fan, now + SOON), "club", Reply(how % 2 == 0, [], "", {}))
    tx.flush()
