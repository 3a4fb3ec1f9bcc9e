"""Versions: people come over at their next step; what they are at they finish as it began."""

from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from app.errors import Invalid
from app.models import Advance, Consent, CouponClaim, Effect, Play, Publication
from app.services.campaigns import Inside, roll_back, whereabouts
from app.services.offering import Reply, answer_offer
from app.services.replaying import Which, replay_runs
from app.services.screens import current_screen
from tests.makers import NOON
from tests.services.versioned import (
    GIFT_AFTER,
    GIFT_BEFORE,
    LATER,
    PLAYED_BEFORE,
    SOON,
    WITHOUT_VOTE,
    came,
    jobs,
    move_everybody,
    pushed,
    votes,
)
from tests.small_campaign import JOURNEY, QUIZ, publish_small, visiting

NEXT = Inside("next")
OTHER = JOURNEY.replace("add: 100", "add: 50")
OFFER = "      - offer: club\n        asks: [newsletter.email]\n"
ONLY_WORDS = JOURNEY.split("    otherwise:")[0] + "    otherwise:\n      - show: words\n"
REFUSED = Reply(False, [], "", {})


@pytest.fixture
def campaign(tx, make):
    make.its_brand.opt_in = "single"
    return publish_small(tx, make.its_brand, NOON)


@pytest.fixture
def voter(make):
    return make.fan()


def answers(tx, campaign, fan, reply=REFUSED, now=LATER):
    answer_offer(tx, visiting(tx, campaign, fan, now), "club", reply)


def refused(invalid):
    return [(problem.code, problem.values["step"], problem.values["people"]) for problem in invalid.value.problems]


def test_who_is_inside_finishes_her_step_as_it_began_and_is_on_the_new_version_from_the_next(tx, make, campaign, voter):
    run = came(tx, campaign, voter)
    first = run.version_id
    new = pushed(tx, campaign, make.its_brand, OTHER, NEXT)

    came(tx, campaign, voter, NOON + SOON)
    assert (run.version_id, run.at_step) == (first, "vote")

    votes(tx, campaign, voter)
    assert (run.version_id, run.at_step, run.waiting) == (new.id, "club", "offer")
    assert jobs(tx) == []


def test_a_game_with_tries_left_is_still_the_same_step(tx, make, campaign):
    fan, contact = make.fan(), make.contact()
    make.link(fan, contact)
    make.order(contact, ordered_at=NOON - timedelta(days=3))
    run = came(tx, campaign, fan)
    pushed(tx, campaign, make.its_brand, OTHER, NEXT, games__quiz=QUIZ.replace("One?", "Another?"))

    screen = current_screen(tx, visiting(tx, campaign, fan, NOON + SOON))

    assert "One?" in str(screen["view"])
    assert run.version_id != campaign.live_version_id


def test_a_step_that_was_renamed_is_come_to_under_its_new_name(tx, make, campaign, voter):
    run = came(tx, campaign, voter)
    renamed = JOURNEY.replace("      - offer: club\n", "      - offer: club\n        id: join\n        was: club\n")
    pushed(tx, campaign, make.its_brand, renamed, NEXT)

    votes(tx, campaign, voter)

    assert (run.version_id, run.at_step, run.waiting) == (campaign.live_version_id, "join", "offer")


def test_a_step_that_is_gone_and_may_be_come_to_needs_a_target(tx, make, campaign, voter):
    came(tx, campaign, voter)
    came(tx, campaign, make.fan())

    with pytest.raises(Invalid) as invalid:
        pushed(tx, campaign, make.its_brand, ONLY_WORDS, NEXT)

    assert refused(invalid) == [("versions.target_ahead", "club", 2)]


def test_all_steps_that_may_be_come_to_are_named_at_once(tx, make, campaign, voter):
    three = JOURNEY.replace(OFFER, OFFER + "      - show: welcome\n        id: thanks\n")
    pushed(tx, campaign, make.its_brand, three)
    came(tx, campaign, voter)

    with pytest.raises(Invalid) as invalid:
        pushed(tx, campaign, make.its_brand, ONLY_WORDS, NEXT)

    assert [step for _code, step, _people in refused(invalid)] == ["club", "thanks"]


def test_the_step_where_she_stands_may_be_gone_without_a_target(tx, make, campaign, voter):
    run = came(tx, campaign, voter)

    pushed(tx, campaign, make.its_brand, WITHOUT_VOTE, NEXT)
    votes(tx, campaign, voter)

    assert (run.version_id, run.at_step) == (campaign.live_version_id, "club")


def test_who_is_sent_to_another_step_arrives_there_in_the_same_breath(tx, make, campaign, voter):
    run = came(tx, campaign, voter)
    pushed(tx, campaign, make.its_brand, ONLY_WORDS, Inside("next", {"club": "words"}))

    votes(tx, campaign, voter)

    assert (run.at_step, run.waiting) == ("words", "show")
    assert current_screen(tx, visiting(tx, campaign, voter, LATER))["kind"] == "show"


def test_the_target_exit_lets_her_out_at_her_next_step(tx, make, campaign, voter):
    run = came(tx, campaign, voter)
    pushed(tx, campaign, make.its_brand, ONLY_WORDS, Inside("next", {"club": "exit"}))

    votes(tx, campaign, voter)

    assert (run.state["ended"], run.ended_at) == ("exit", NOON + SOON)


def test_who_is_about_to_arrive_needs_a_target_for_that_step_too(tx, make, campaign, voter):
    run = came(tx, campaign, voter)
    pushed(tx, campaign, make.its_brand, WITHOUT_VOTE, Inside("move", {"vote": "club"}))
    move_everybody(tx)
    assert run.waiting is None

    with pytest.raises(Invalid) as invalid:
        pushed(tx, campaign, make.its_brand, ONLY_WORDS, NEXT, LATER)
    pushed(tx, campaign, make.its_brand, ONLY_WORDS, Inside("next", {"club": "words"}), LATER)
    came(tx, campaign, voter, LATER + SOON)

    assert refused(invalid) == [("versions.target_ahead", "club", 1)]
    assert (run.version_id, run.at_step, run.waiting) == (campaign.live_version_id, "words", "show")


def test_an_offer_that_she_reads_is_answered_with_the_words_that_she_was_shown(tx, make, campaign, voter):
    make.identity(voter, "ada@example.org")
    run = came(tx, campaign, voter)
    votes(tx, campaign, voter)
    seen = current_screen(tx, visiting(tx, campaign, voter, NOON + SOON))["words"]

    pushed(tx, campaign, make.its_brand, JOURNEY, NEXT, **{"texts__notice.en.md": "We write every day."})
    answers(tx, campaign, voter, Reply(True, ["newsletter.email"], "", {}, seen))

    assert tx.scalars(select(Consent.event)).all() == ["given"]
    assert run.state["ended"] == "end"


def test_an_offer_that_she_comes_to_has_the_words_of_the_version_where_she_stands(tx, make, campaign, voter):
    came(tx, campaign, voter)
    pushed(tx, campaign, make.its_brand, JOURNEY, NEXT, **{"texts__notice.en.md": "We write every day."})

    votes(tx, campaign, voter)

    screen = current_screen(tx, visiting(tx, campaign, voter, NOON + SOON))
    assert screen["asks"][0]["notice"] == "We write every day."


@pytest.mark.parametrize(("before", "after"), [(GIFT_BEFORE, GIFT_AFTER), (GIFT_BEFORE, GIFT_BEFORE + "# again\n")])
def test_what_a_step_gave_is_not_given_again_after_coming_over(tx, make, campaign, voter, before, after):
    pushed(tx, campaign, make.its_brand, before)
    run = came(tx, campaign, voter)
    pushed(tx, campaign, make.its_brand, after, NEXT)

    votes(tx, campaign, voter)
    assert (run.version_id, run.at_step) == (campaign.live_version_id, "club")
    answers(tx, campaign, voter)

    assert tx.scalars(select(Effect.step).where(Effect.kind == "GiveCoupon")).all() == ["gift"]
    assert tx.scalar(select(func.count()).where(CouponClaim.coupon_id.is_not(None))) == 1


def test_her_plays_keep_the_rules_they_began_with(tx, make, campaign, voter):
    run = came(tx, campaign, voter)
    first = run.version_id
    pushed(tx, campaign, make.its_brand, PLAYED_BEFORE, NEXT)

    votes(tx, campaign, voter)
    tx.expire_all()

    play = tx.scalars(select(Play)).one()
    assert (play.step, play.version_id, run.at_step) == ("ballot", first, "club")
    assert run.state["results"]["ballot.choice"] == "pear"


def test_coming_over_is_written_down_and_replayed_without_a_difference(tx, make, campaign, voter):
    came(tx, campaign, voter)
    pushed(tx, campaign, make.its_brand, ONLY_WORDS, Inside("next", {"club": "words"}))

    votes(tx, campaign, voter)
    tx.flush()

    kept = [row.event["event"] for row in tx.scalars(select(Advance).order_by(Advance.number))]
    assert kept == ["entered", "played", "moved", "visited"]
    assert replay_runs(tx, Which(campaign)).differences == []


def test_of_two_publications_for_the_next_step_the_last_one_counts(tx, make, campaign, voter):
    run = came(tx, campaign, voter)
    pushed(tx, campaign, make.its_brand, ONLY_WORDS, Inside("next", {"club": "words"}))
    last = pushed(tx, campaign, make.its_brand, OTHER, NEXT, LATER)

    votes(tx, campaign, voter, now=LATER + SOON)

    assert (run.version_id, run.at_step) == (last.id, "club")


def test_finish_afterwards_calls_it_off(tx, make, campaign, voter):
    run = came(tx, campaign, voter)
    first = run.version_id
    pushed(tx, campaign, make.its_brand, OTHER, NEXT)
    roll_back(tx, campaign, 1, LATER, None)

    votes(tx, campaign, voter, now=LATER + SOON)

    assert (run.version_id, run.at_step) == (first, "club")


@pytest.mark.parametrize(("way", "ended"), [("move", None), ("leave", "exit")])
def test_moving_or_leaving_afterwards_reaches_those_who_have_not_come_over(tx, make, campaign, voter, way, ended):
    run, over = came(tx, campaign, voter), came(tx, campaign, other := make.fan())
    pushed(tx, campaign, make.its_brand, OTHER, NEXT)
    votes(tx, campaign, other)
    pushed(tx, campaign, make.its_brand, JOURNEY + "# again\n", Inside(way), LATER)

    move_everybody(tx)

    assert [run.state["ended"], over.state["ended"]] == [ended, ended]
    assert way == "leave" or {run.version_id, over.version_id} == {campaign.live_version_id}


def test_an_older_version_may_come_back_for_the_next_step(tx, make, campaign, voter):
    pushed(tx, campaign, make.its_brand, OTHER)
    run = came(tx, campaign, voter)

    back = roll_back(tx, campaign, 1, LATER, None, NEXT)
    votes(tx, campaign, voter, now=LATER + SOON)

    assert (run.version_id, run.at_step) == (back.id, "club")


def test_nobody_is_taken_back_to_a_version_that_was_live_when_she_pressed(tx, make, campaign, voter):
    run = came(tx, campaign, voter)
    middle = pushed(tx, campaign, make.its_brand, OTHER, NEXT)
    newest = pushed(tx, campaign, make.its_brand, JOURNEY + "# again\n", Inside("move"), LATER)
    move_everybody(tx)
    visit = visiting(tx, campaign, voter, LATER)
    visit.campaign.live_version_id = middle.id  # as the campaign was read before the run was waited for

    votes(tx, visit.campaign, voter, now=LATER + SOON)

    assert (run.version_id, run.at_step) == (newest.id, "club")


def test_who_has_no_place_on_the_new_version_goes_on_on_hers(tx, make, campaign, voter):
    run = came(tx, campaign, voter)
    first = run.version_id
    new = pushed(tx, campaign, make.its_brand, ONLY_WORDS, Inside("next", {"club": "words"}))
    tx.scalars(select(Publication).where(Publication.version_id == new.id)).one().targets = {}

    votes(tx, campaign, voter)

    assert (run.version_id, run.at_step, run.waiting) == (first, "club", "offer")
    assert replay_runs(tx, Which(campaign)).differences == []


def test_the_report_says_how_many_are_still_to_come_over(tx, make, campaign, voter):
    came(tx, campaign, voter)
    came(tx, campaign, make.fan())
    pushed(tx, campaign, make.its_brand, OTHER, NEXT)
    came(tx, campaign, make.fan(), LATER)
    assert whereabouts(tx, campaign).to_come == 2

    votes(tx, campaign, voter)

    assert whereabouts(tx, campaign).as_json()["to_come"] == 1


def statements(tx, deed):
    """How many statements a deed costs."""
    said = []
    listener = lambda *words: said.append(words[2])  # noqa: E731
    event.listen(tx.get_bind(), "before_cursor_execute", listener)
    try:
        deed()
        tx.flush()
    finally:
        event.remove(tx.get_bind(), "before_cursor_execute", listener)
    return len(said)


def test_people_on_the_live_version_pay_nothing_for_it(tx, make, campaign, voter):
    costs = {}
    for way, journey in (("finish", OTHER), ("next", JOURNEY + "# again\n")):
        pushed(tx, campaign, make.its_brand, journey, Inside(way))
        came(tx, campaign, fan := make.fan())
        costs[way] = statements(tx, lambda fan=fan: votes(tx, campaign, fan))

    assert costs["finish"] == costs["next"]


def test_people_on_an_older_version_pay_one_question_for_it(tx, make, campaign, voter):
    costs = []
    for journey in (None, OTHER):
        came(tx, campaign, fan := make.fan())
        if journey:
            pushed(tx, campaign, make.its_brand, journey)
        costs.append(statements(tx, lambda fan=fan: votes(tx, campaign, fan)))

    assert costs[1] == costs[0] + 1
