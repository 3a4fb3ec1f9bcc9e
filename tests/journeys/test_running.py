"""One event at a time: where the person stands then, what she is owed, what was decided."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from journeys.advancing import enter
from journeys.facts import Facts, Money
from journeys.running.decisions import TurnedAway
from journeys.running.effects import (
    AddPoints,
    AddTag,
    CallWebhook,
    EnterDraw,
    GiveCoupon,
    InviteFriend,
    OfferProgram,
    SaveAttribute,
    SendMessage,
    effect_key,
)
from journeys.running.events import (
    Asked,
    Claimed,
    Event,
    Happened,
    MovedOn,
    Offered,
    Played,
    Shown,
    Visited,
    Woken,
)
from journeys.running.state import RunState
from tests.journeys.made import NOON, after, came_in, chooses, journey

DAY = timedelta(days=1)


def test_a_person_comes_in_and_stops_at_the_first_step_that_needs_her():
    made = journey("- points: welcome\n  add: 5\n- play: quiz\n- give: FIVE\n")

    came = came_in(made)

    assert (came.state.at, came.state.waiting, came.trail) == ("quiz", "play", ("welcome", "quiz"))
    assert came.effects == (AddPoints(step="welcome", turn=1, points=5),)


@pytest.mark.parametrize(
    ("header", "facts", "reason"),
    [
        ("open: {from: 2026-11-11}", {}, "not_yet"),
        ("open: {until: 2026-11-10 12:00}", {}, "closed"),
        ("enter: {when: fan.of_age}", {"fan.of_age": False}, "not_for_you"),
        ("enter: {when: fan.of_age}", {}, "not_for_you"),
        ("enter: {when: not fan.of_age}", {}, "not_for_you"),
    ],
)
def test_who_is_turned_away_is_told_why(header: str, facts: dict[str, bool], reason: str):
    came = enter(journey("- show: a", header), Facts(facts), NOON, "ada")

    assert isinstance(came, TurnedAway)
    assert came.reason == reason


def test_the_fields_of_the_event_that_brought_her_can_be_asked():
    made = journey(
        "- choose: c\n  of: [{when: event.total >= 50 EUR, as: big, do: []}]\n  otherwise: []",
        "enter: {on: cart.abandoned}",
    )

    came = enter(made, Facts(), NOON, "ada", Happened("cart.abandoned", NOON, {"total": Money(6000, "EUR")}))

    assert "c/big" in came.trail


def test_the_flow_falls_through_after_a_choice_and_an_empty_branch():
    made = journey(chooses("tag.a", "x") + "- split: s\n  into: [{share: 100, as: all_}]\n- show: last\n")

    assert came_in(made).trail == ("c", "c/otherwise", "s", "s/all_", "last")


def test_a_decision_says_which_conditions_were_looked_at_and_what_was_found():
    made = journey("- choose: c\n  of:\n    - {when: tag.a, as: x}\n    - {when: tag.b, as: y}\n")

    decision = came_in(made, Facts({"tag.b": True})).decisions[-1]

    assert (decision.outcome, [label for label, _ in decision.looked_at]) == ("y", ["x", "y"])
    assert decision.to_data()["why"]["y"]["leaves"] == [{"text": "tag.b", "held": True, "found": "True"}]


def test_unknown_opens_no_branch_under_not_either():
    made = journey("- choose: c\n  of: [{when: not fan.of_age, as: x, do: []}]\n  otherwise: []")

    assert came_in(made).trail == ("c", "c/otherwise")


@pytest.mark.parametrize(
    ("event", "stands_at"),
    [
        (Played("quiz", {"score": 3}, over=False), "quiz"),
        (Played("quiz", {"score": 3}), "quiz"),
        (Played("other", {"score": 3}), "quiz"),
        (MovedOn("quiz"), "quiz"),
        (Shown("quiz"), "quiz"),
        (Visited(), "quiz"),
        (Woken(), "quiz"),
    ],
)
def test_a_game_with_two_tries_goes_on_only_after_them(event: Event, stands_at: str):
    made = journey("- play: quiz\n  tries: 2\n- show: end_\n")

    assert after(made, came_in(made).state, event).state.at == stands_at


def test_the_best_of_two_tries_counts():
    made = journey("- play: quiz\n  tries: 2\n- show: last\n")

    came = after(
        made, came_in(made).state, Played("quiz", {"score": 7, "won": True}), Played("quiz", {"score": 3, "won": False})
    )

    assert came.state.at == "last"
    assert (came.state.results["quiz.score"], came.state.results["quiz.won"]) == (7, True)


def test_who_has_tried_once_may_go_on():
    made = journey("- play: quiz\n  tries: 3\n- show: last\n")

    assert after(made, came_in(made).state, Played("quiz", {"score": 1}), MovedOn("quiz")).state.at == "last"


def test_an_event_for_another_step_changes_nothing_and_is_said_to():
    made = journey("- play: quiz\n- show: last\n")
    state = came_in(made).state

    came = after(made, state, Shown("last"))

    assert came.ignored
    assert came.state == state


def test_what_a_game_saves_is_owed_and_known_at_once():
    made = journey("- play: vote\n  saves: {crm.taste: choice}\n" + chooses('crm.taste == "fig"', "fig"))

    came = after(made, came_in(made).state, Played("vote", {"choice": "fig"}))

    assert came.effects == (SaveAttribute(step="vote", turn=1, part="crm.taste", name="crm.taste", value="fig"),)
    assert came.trail == ("c", "c/fig")


def test_two_plays_of_one_game_keep_their_results_apart_by_id():
    made = journey("- play: quiz\n- play: quiz\n  id: again\n" + chooses("again.score > 5", "x"))

    came = after(made, came_in(made).state, Played("quiz", {"score": 9}), Played("again", {"score": 2}))

    assert came.trail == ("c", "c/otherwise")


def test_past_within_the_flow_goes_on_with_the_result_unknown():
    made = journey(
        "- play: quiz\n  within: 2d\n- choose: c\n  of: [{when: quiz.score < 5, as: low, do: []}]\n  otherwise: []"
    )

    came = after(made, came_in(made).state, Woken(), now=NOON + 2 * DAY)

    assert came.trail == ("c", "c/otherwise")


def test_a_move_that_comes_after_the_time_was_over_is_ignored_but_the_flow_has_gone_on():
    made = journey("- play: quiz\n  within: 2d\n- show: last\n")

    came = after(made, came_in(made).state, Played("quiz", {"score": 9}), now=NOON + 3 * DAY)

    assert came.ignored
    assert came.state.at == "last"


def test_an_offer_can_be_refused_and_a_member_is_not_asked():
    made = journey(
        "- offer: club\n  asks: [newsletter.email]\n- choose: c\n  of: [{when: program.club, as: in_, do: []}]\n"
    )
    offered = came_in(made)

    assert offered.effects == (OfferProgram(step="club", turn=1, program="club", asks=("newsletter.email",)),)
    assert after(made, offered.state, Offered("club", False)).trail == ("c", "c/otherwise")
    assert after(made, offered.state, Offered("club", True)).trail == ("c", "c/in_")
    assert came_in(made, Facts({"program.club": True})).trail == ("club", "c", "c/in_")


@pytest.mark.parametrize(("word", "label"), [("confirmed", "yes_"), ("given", "otherwise"), ("refused", "otherwise")])
def test_only_a_confirmed_consent_is_one(word: str, label: str):
    made = journey(
        "- offer: club\n  asks: [newsletter.email]\n- choose: c\n  of: [{when: consent.email, as: yes_, do: []}]\n"
    )

    came = after(made, came_in(made).state, Offered("club", True, {"newsletter.email": word}))

    assert came.trail == ("c", f"c/{label}")


def test_a_give_stops_until_the_pool_has_answered():
    made = journey("- give: FIVE\n  valid: 30d\n- show: last\n")
    came = came_in(made)

    assert (came.state.at, came.state.waiting) == ("FIVE", "give")
    assert came.effects == (GiveCoupon(step="FIVE", turn=1, pool="FIVE", valid=30 * DAY),)
    assert after(made, came.state, Claimed("FIVE", "given")).state.at == "last"


def test_an_empty_pool_takes_its_own_steps():
    made = journey("- give: FIVE\n  if_empty:\n    - show: sorry\n- show: last\n")

    assert after(made, came_in(made).state, Claimed("FIVE", "empty")).trail == ("FIVE/empty", "sorry")
    assert after(made, came_in(made).state, Claimed("FIVE", "given")).trail == ("last",)


def test_the_limit_of_coupons_holds_in_a_run_and_with_what_other_runs_gave():
    made = journey("- give: FIVE\n- give: TEN\n- show: last\n", "limits: {coupons: 1}")

    came = after(made, came_in(made).state, Claimed("FIVE", "given"))

    assert (came.state.at, came.effects) == ("last", ())
    assert came.decisions[-1].outcome == "capped"
    assert came_in(made, Facts({"limits.coupons": 1})).trail == ("FIVE", "TEN", "last")


def test_messages_over_the_limit_are_dropped_and_it_is_written_down():
    made = journey("- message: a\n- message: b\n- message: c\n- show: last\n", "limits: {messages: 2 per 7d}")
    came = came_in(made)

    assert [effect.template for effect in came.effects if isinstance(effect, SendMessage)] == ["a", "b"]
    assert (came.decisions[-1].step, came.decisions[-1].outcome) == ("c", "dropped")


def test_messages_of_other_journeys_count_too():
    made = journey("- message: a\n- show: last\n", "limits: {messages: 2 per 7d}")

    assert came_in(made, Facts({"limits.messages": 2})).effects == ()


@pytest.mark.parametrize(
    ("now", "leaves_at"),
    [
        (datetime(2026, 11, 10, 20, 0, tzinfo=UTC), datetime(2026, 11, 11, 8, 0, tzinfo=UTC)),
        (datetime(2026, 11, 10, 3, 0, tzinfo=UTC), datetime(2026, 11, 10, 8, 0, tzinfo=UTC)),
        (datetime(2026, 11, 10, 19, 59, tzinfo=UTC), None),
        (datetime(2026, 11, 10, 8, 0, tzinfo=UTC), None),
    ],
)
def test_in_quiet_hours_a_message_leaves_later(now: datetime, leaves_at: datetime | None):
    made = journey("- message: a\n- show: last\n", "limits: {quiet: 21:00 to 09:00}\nopen: {timezone: Europe/Paris}")

    (message,) = came_in(made, now=now).effects

    assert isinstance(message, SendMessage)
    assert message.not_before == leaves_at


def test_a_wait_lasts_its_time():
    made = journey("- wait: pause\n  for: 3d\n- show: last\n")
    state = came_in(made).state

    assert state.wake_at == NOON + 3 * DAY
    assert after(made, state, Visited(), now=NOON + 2 * DAY).state.at == "pause"
    assert after(made, state, Visited(), now=NOON + 3 * DAY).state.at == "last"


def test_a_wait_until_a_day_that_has_gone_is_none():
    assert came_in(journey("- wait: w\n  until: 2026-11-01\n- show: last\n")).state.at == "last"


BOUGHT = "- wait: purchase\n  event: order.placed\n  within: 14d\n" + chooses("purchase.came", "bought")


@pytest.mark.parametrize(
    ("happened", "label"),
    [
        (Happened("order.placed", NOON + DAY), "bought"),
        (Happened("order.placed", NOON + 14 * DAY), "bought"),
        (Happened("order.placed", NOON - DAY), "otherwise"),
        (Happened("order.placed", NOON), "otherwise"),
        (Happened("order.placed", NOON + 15 * DAY), "otherwise"),
        (Happened("cart.abandoned", NOON + DAY), "otherwise"),
    ],
)
def test_a_wait_counts_events_after_her_arrival_and_in_time(happened: Happened, label: str):
    made = journey(BOUGHT)

    came = after(made, came_in(made).state, happened, now=NOON + 20 * DAY)

    assert came.trail == ("c", f"c/{label}")


def test_who_meets_the_exit_leaves_on_any_event_and_gets_nothing():
    made = journey("- play: quiz\n- give: FIVE\n", "exit: {when: tag.opposed}")

    came = after(made, came_in(made).state, Played("quiz", {"score": 9}), facts=Facts({"tag.opposed": True}))

    assert (came.state.ended, came.effects, came.trail) == ("exit", (), ())


def test_who_meets_the_exit_at_the_door_is_out_at_once():
    came = came_in(journey("- give: FIVE\n", "exit: {when: tag.opposed}"), Facts({"tag.opposed": True}))

    assert (came.state.ended, came.effects) == ("exit", ())


def test_after_the_close_the_run_is_closed():
    made = journey("- play: quiz\n- give: FIVE\n", "open: {until: 2026-11-20}")
    state = came_in(made).state

    assert state.wake_at == datetime(2026, 11, 21, tzinfo=UTC)
    assert after(made, state, Played("quiz", {"score": 9}), now=state.wake_at).state.ended == "closed"


def test_a_claimed_coupon_counts_even_at_the_close():
    made = journey("- give: FIVE\n", "open: {until: 2026-11-20}")

    came = after(made, came_in(made).state, Claimed("FIVE", "given"), now=NOON + 30 * DAY)

    assert came.state.ended == "end"
    assert came.learnt["coupon.FIVE.given"] is True


def test_the_end_ends_it_before_the_steps_that_follow_the_choice():
    made = journey("- choose: c\n  of: [{when: tag.a, as: x, do: [{end: }]}]\n- show: last\n")

    assert came_in(made, Facts({"tag.a": True})).state.ended == "end"


@pytest.mark.parametrize(
    ("step", "effect"),
    [
        ("points: p\n  add: 7", AddPoints(step="p", turn=1, points=7)),
        ("enter_draw: tombola\n  entries: 2", EnterDraw(step="tombola", turn=1, draw="tombola", entries=2)),
        ("tag: keen", AddTag(step="keen", turn=1, tag="keen")),
        ("save: crm.tone\n  value: gentle", SaveAttribute(step="crm_tone", turn=1, name="crm.tone", value="gentle")),
        ("save: crm.lang\n  from: fan.language", SaveAttribute(step="crm_lang", turn=1, name="crm.lang", value="fr")),
        ("webhook: call_me", CallWebhook(step="call_me", turn=1, name="call_me")),
        (
            "invite: friends\n  at_most: 3\n  gives: 50 points",
            InviteFriend(step="friends", turn=1, at_most=3, counts_when="joined", points=50),
        ),
        ("message: hello\n  channel: sms", SendMessage(step="hello", turn=1, channel="sms", template="hello")),
    ],
)
def test_a_step_owes_its_effect(step: str, effect: object):
    assert came_in(journey(f"- {step}\n- show: last\n"), Facts({"fan.language": "fr"})).effects == (effect,)


def test_the_answers_of_a_form_are_saved():
    made = journey("- ask: profile\n  fields: [crm.shoe_size, nick]\n  saves: {crm.nickname: nick}\n- show: last\n")

    came = after(made, came_in(made).state, Asked("profile", {"crm.shoe_size": 42, "nick": "Ada"}))

    assert {(e.name, e.value) for e in came.effects if isinstance(e, SaveAttribute)} == {
        ("crm.shoe_size", 42),
        ("crm.nickname", "Ada"),
    }


def test_effects_of_one_step_have_keys_of_their_own():
    saves = [SaveAttribute(step="vote", turn=1, part=name, name=name, value=1) for name in ("crm.a", "crm.b")]

    keys = {effect.key("j", "ada", 1) for effect in saves}

    assert len(keys) == 2
    assert effect_key("j", "ada", 1, "vote", 1) != effect_key("j", "ada", 1, "vote", 2)


def test_the_state_goes_to_json_and_back():
    state = RunState(
        entered_at=NOON, split_key="ada", at="quiz", since=NOON, waiting="play", wake_at=NOON + DAY, turns={"quiz": 1},
        results={"a.b": True, "a.n": 3, "a.d": Decimal("1.50"), "a.t": "é", "a.day": NOON.date(), "a.s": DAY,
                 "a.m": Money(150, "EUR"), "a.set": frozenset({"x", "y"})},
        coupons=1, sent_at=(NOON,),
    )  # fmt: skip

    assert RunState.from_data(state.to_data()) == state


def test_a_run_of_an_older_version_stands_at_the_step_that_was_renamed():
    old = journey("- play: quiz\n- show: last\n")
    new = journey("- play: quiz\n  id: big_quiz\n  was: quiz\n- show: last\n")

    came = after(new, came_in(old).state, Played("big_quiz", {"score": 3}))

    assert came.state.at == "last"
