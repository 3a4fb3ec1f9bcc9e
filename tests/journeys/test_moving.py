"""Moving a person to another version: she stands where she stood, and nothing comes twice."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from journeys.facts import Facts
from journeys.moving import EXIT, NoTarget, leave, lost_ahead, move_state, passage
from journeys.running.effects import AddPoints, Effect, GiveCoupon
from journeys.running.events import Claimed, Happened, MovedOn, Offered, Played, Shown, Visited, Woken
from journeys.running.state import RunState
from tests.journeys.made import NOON, after, came_in, journey

DAY = timedelta(days=1)
OLD = journey("- show: hello\n- play: quiz\n  tries: 2\n  within: 7d\n- give: FIVE\n- offer: club\n- show: bye\n")


def moved(old, new, state, targets=None):
    return move_state(passage((old, new)), state, targets or {})


def at(step, *events, old=OLD):
    state = after(old, came_in(old).state, *events).state
    assert state.at == step
    return state


AT_QUIZ = at("quiz", Shown("hello"))
AT_CLUB = at("club", Shown("hello"), Played("quiz", {"score": 3}), MovedOn("quiz"), Claimed("FIVE", "given"))


def test_at_the_same_step_she_goes_on_waiting_as_long_as_the_new_version_says():
    new = journey("- play: quiz\n  tries: 3\n  within: 3d\n")

    state = moved(OLD, new, AT_QUIZ)

    assert (state.at, state.waiting, state.since) == ("quiz", "play", NOON)
    assert state.wake_at == NOON + 3 * DAY


def test_a_step_that_is_gone_needs_a_target():
    assert moved(OLD, journey("- show: hello\n"), AT_QUIZ) == NoTarget("quiz")


def test_a_target_must_be_a_step_of_the_new_version():
    assert moved(OLD, journey("- show: hello\n"), AT_QUIZ, {"quiz": "vote"}) == NoTarget("quiz", "vote")


def test_the_target_exit_lets_her_out_and_keeps_what_she_has():
    state = moved(OLD, journey("- show: hello\n"), AT_CLUB, {"club": EXIT})

    assert (state.ended, state.at, state.coupons) == ("exit", None, 1)


def test_every_stop_that_is_gone_behind_her_step_may_be_come_to():
    way = passage((OLD, journey("- show: hello\n")))

    assert lost_ahead(way, "quiz") == {"club", "bye"}
    assert lost_ahead(way, "quiz", arrived=False) == {"quiz", "club", "bye"}


def test_only_stops_of_her_own_branch_and_behind_it_may_be_come_to():
    branches = "- choose: who\n  of:\n    - when: crm.known\n      as: known\n      do:\n        - show: hello\n"
    old = journey(branches + "        - offer: club\n  otherwise:\n    - play: quiz\n- show: bye\n")
    way = passage((old, journey("- show: other\n")))

    assert lost_ahead(way, "hello") == {"club", "bye"}
    assert lost_ahead(way, "quiz") == {"bye"}


def test_a_stop_that_was_renamed_is_not_lost():
    way = passage((OLD, journey("- offer: club\n  id: join\n  was: club\n- show: bye\n")))

    assert lost_ahead(way, "quiz") == frozenset()


def test_who_leaves_is_out_at_once():
    assert leave(AT_QUIZ).ended == "exit"


def test_a_step_that_was_renamed_is_the_same_step():
    new = journey("- play: quiz\n  id: opening\n  was: quiz\n  tries: 2\n")

    state = moved(OLD, new, at("quiz", Shown("hello"), Played("quiz", {"score": 3})))

    assert (state.at, state.waiting) == ("opening", "play")
    assert (state.results["opening.score"], state.results["opening.tries"]) == (3, 1)


def test_a_step_that_was_renamed_twice_is_found():
    second = journey("- play: quiz\n  id: opening\n  was: quiz\n")
    third = journey("- play: quiz\n  id: start\n  was: opening\n")

    assert passage((OLD, second, third)).names["quiz"] == "start"
    assert passage((third, second, OLD)).names["start"] == "quiz"


def test_a_new_name_is_given_up_again_when_an_older_version_comes_back():
    second = journey("- play: quiz\n  id: opening\n  was: quiz\n")

    state = moved(second, OLD, moved(OLD, second, AT_QUIZ))

    assert (state.at, state.waiting, state.first_names) == ("quiz", "play", {})


def test_another_game_at_the_step_begins_anew():
    new = journey("- play: puzzle\n  id: quiz\n")

    state = moved(OLD, new, at("quiz", Shown("hello"), Played("quiz", {"score": 3})))
    assert (state.at, state.waiting) == ("quiz", None)
    assert not [name for name in state.results if name.startswith(("quiz.", "puzzle."))]

    came = after(new, state, Woken())
    assert (came.state.at, came.state.waiting) == ("quiz", "play")


def test_another_program_is_offered_anew_and_passed_by_who_has_joined_it():
    new = journey("- offer: friends\n  id: club\n- show: bye\n")
    state = moved(OLD, new, AT_CLUB)

    stays = after(new, state, Visited())
    passes = after(new, state, Visited(), facts=Facts({"program.friends": True}))

    assert (stays.state.at, stays.state.waiting) == ("club", "offer")
    assert passes.state.at == "bye"


def test_a_wait_that_became_a_screen_is_a_screen():
    old = journey("- wait: pause\n  for: 3d\n")
    new = journey("- show: pause\n")

    state = moved(old, new, came_in(old).state)
    came = after(new, state, Woken())

    assert (state.wake_at, came.state.waiting) == (None, "show")


def test_a_shorter_wait_is_over_when_its_time_has_passed():
    old, new = journey("- wait: pause\n  for: 9d\n"), journey("- wait: pause\n  for: 1d\n- show: bye\n")

    came = after(new, moved(old, new, came_in(old).state), Woken(), now=NOON + 2 * DAY)

    assert came.state.at == "bye"


def test_an_event_that_is_awaited_in_both_versions_still_comes():
    steps = "- wait: purchase\n  event: order.placed\n  within: 9d\n- show: bye\n"
    old, new = journey(steps), journey("- show: hello\n" + steps.replace("purchase", "order\n  was: purchase"))

    ordered = Happened("order.placed", NOON + DAY)
    came = after(new, moved(old, new, came_in(old).state), ordered, now=NOON + DAY)

    assert (came.state.at, came.state.results["order.came"]) == ("bye", True)


def test_a_game_whose_tries_are_used_up_is_passed():
    new = journey("- play: quiz\n- show: bye\n")
    state = moved(OLD, new, at("quiz", Shown("hello"), Played("quiz", {"score": 1})))

    came = after(new, state, Visited())

    assert came.state.at == "bye"


def test_a_result_of_another_kind_is_no_result_any_more():
    old = journey("- ask: form\n  fields: [crm.age]\n- show: bye\n")
    state = replace(came_in(old).state, results={"crm.known": "yes", "crm.other": 3})

    assert moved(old, journey("- show: bye\n- ask: form\n  fields: [crm.x]\n"), state).results == {"crm.other": 3}


def test_who_stood_before_a_coupon_again_passes_it():
    new = journey("- show: hello\n- give: FIVE\n- show: bye\n")
    state = moved(OLD, new, AT_CLUB, {"club": "hello"})

    came = after(new, state, Visited(), Shown("hello"))

    assert (came.effects, came.state.at) == ((), "bye")
    assert [(d.step, d.outcome) for d in came.decisions] == [("FIVE", "already")]


def test_who_is_sent_back_has_her_newer_answer_saved_too():
    steps = "- play: vote\n  tries: 3\n  saves: {crm.fruit: choice}\n- show: "
    old, new = journey(f"{steps}bye\n"), journey(f"{steps}later\n")
    first = after(old, came_in(old).state, Played("vote", {"choice": "pear"}), MovedOn("vote"))

    back = after(new, moved(old, new, first.state, {"bye": "vote"}), Visited())
    second = after(new, back.state, Played("vote", {"choice": "apple"}), MovedOn("vote"))

    saved = [effect.key("j", "ada", 1) for went in (first, second) for effect in went.effects]
    assert len(set(saved)) == len(saved) == 2


def test_a_coupon_of_a_step_that_was_renamed_keeps_its_key():
    new = journey("- give: FIVE\n  id: thanks\n  was: FIVE\n- show: bye\n")
    first = after(OLD, AT_QUIZ, Played("quiz", {"score": 3}), MovedOn("quiz")).effects[0]
    state = moved(OLD, new, AT_CLUB, {"club": "thanks"})

    again = after(new, replace(state, turns={}), Visited()).effects[0]

    assert again.step == "thanks"
    assert again.key("j", "ada", 1) == first.key("j", "ada", 1)


def test_the_state_of_somebody_who_was_moved_is_stored_whole():
    state = replace(moved(OLD, OLD, AT_CLUB), first_names={"thanks": "FIVE"})

    assert RunState.from_data(state.to_data()) == state


VERSIONS = [
    journey(
        "- show: hello\n- play: quiz\n- give: FIVE\n- points: extra\n  add: 5\n- offer: club\n"
        "- give: TEN\n- show: bye\n"
    ),
    journey(
        "- give: FIVE\n  id: five\n  was: FIVE\n- show: bye\n- play: quiz\n  id: opening\n  was: quiz\n"
        "- points: extra\n  add: 5\n- give: TEN\n- offer: club\n"
    ),
    journey("- give: TEN\n- show: hello\n- give: FIVE\n- offer: club\n- give: NINE\n- show: bye\n"),
]
DEEDS = {
    "play": lambda step: Played(step, {"score": 1}),
    "offer": lambda step: Offered(step, False),
    "show": lambda step: Shown(step),
    None: lambda step: Visited(),
}


def lived(old: int, state: RunState, effects: list[Effect]) -> RunState:
    """One deed of hers, with every coupon that it brings."""
    came = after(VERSIONS[old], state, DEEDS[state.waiting](state.at))
    effects += came.effects
    while came.state.waiting == "give":
        came = after(VERSIONS[old], came.state, Claimed(came.state.at, "given"))
        effects += came.effects
    return came.state


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["deed", "move"]), st.integers(0, 2), st.integers(0, 6)), max_size=25))
def test_nobody_gets_a_steps_coupon_twice_however_she_is_moved(steps):
    version, state, effects = 0, came_in(VERSIONS[0]).state, []
    for what, to, target in steps:
        if state.ended:
            break
        if what == "deed":
            state = lived(version, state, effects)
            continue
        ids = [step.id for step in VERSIONS[to].all_steps()]
        there = move_state(passage((VERSIONS[version], VERSIONS[to])), state, {state.at: ids[target % len(ids)]})
        version, state = to, there

    rewards = [effect for effect in effects if isinstance(effect, GiveCoupon | AddPoints)]
    assert len({effect.key("j", "ada", 1) for effect in rewards}) == len(rewards)
    pools = [effect.pool for effect in rewards if isinstance(effect, GiveCoupon)]
    assert len(set(pools)) == len(pools)
