"""Versions: people inside finish, move or leave as the publisher says; an older version can be live again."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.errors import Invalid
from app.models import (
    Audit,
    CampaignVersion,
    Consent,
    Coupon,
    CouponClaim,
    CouponPool,
    Decision,
    Effect,
    Play,
    Publication,
)
from app.services import playing, progress
from app.services.campaigns import Inside, publish, roll_back, standing, whereabouts
from app.services.campaigns.folder import Folder
from app.services.campaigns.moving import left_behind, move_page
from app.services.campaigns.publishing import push
from app.services.campaigns.rolling_back import AlreadyLive, NoSuchVersion, old_version
from app.services.offering import Reply, WordsChanged, answer_offer
from app.services.screens import current_screen
from journeys.running.events import MovedOn
from tests.makers import NOON
from tests.services.versioned import (
    GIFT_FIRST,
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
from tests.small_campaign import CAMPAIGN, JOURNEY, QUIZ, VOTE, publish_small, small_files, visiting

MOVE = Inside("move")


@pytest.fixture
def campaign(tx, make):
    return publish_small(tx, make.its_brand, NOON)


def codes(invalid):
    return [(problem.code, problem.values["step"]) for problem in invalid.value.problems]


def test_people_finish_on_their_version_unless_somebody_says_otherwise(tx, make, campaign):
    run = came(tx, campaign, make.fan())
    first = run.version_id

    pushed(tx, campaign, make.its_brand, WITHOUT_VOTE)
    move_everybody(tx)

    assert (run.version_id, run.at_step) == (first, "vote")
    assert jobs(tx) == []


def test_people_move_to_the_same_step_of_the_new_version(tx, make, campaign):
    run = came(tx, campaign, make.fan())

    new = pushed(tx, campaign, make.its_brand, JOURNEY.replace("add: 100", "add: 50"), MOVE)
    move_everybody(tx)

    assert (run.version_id, run.at_step, run.waiting) == (new.id, "vote", "play")


def test_people_go_along_with_a_step_that_was_renamed(tx, make, campaign):
    run = came(tx, campaign, fan := make.fan())

    pushed(tx, campaign, make.its_brand, PLAYED_BEFORE, MOVE)
    move_everybody(tx)
    votes(tx, campaign, fan, "ballot", LATER)

    assert run.at_step == "club"
    assert run.state["results"]["ballot.choice"] == "pear"


def test_every_step_that_is_gone_needs_a_target_and_all_are_named_at_once(tx, make, campaign):
    came(tx, campaign, make.fan())
    came(tx, campaign, fan := make.fan())
    votes(tx, campaign, fan)
    nothing_left = JOURNEY.split("    otherwise:")[0] + "    otherwise:\n      - show: words\n"

    with pytest.raises(Invalid) as invalid:
        pushed(tx, campaign, make.its_brand, nothing_left, MOVE)

    assert codes(invalid) == [("versions.target_missing", "club"), ("versions.target_missing", "vote")]
    assert tx.scalars(select(CampaignVersion.number)).all() == [1]


@pytest.mark.parametrize(
    ("targets", "code"),
    [({"vote": "clob"}, "versions.target_unknown"), ({"vote": "exit", "nowhere": "club"}, "versions.step_unknown")],
)
def test_a_target_that_makes_no_sense_is_refused(tx, make, campaign, targets, code):
    came(tx, campaign, make.fan())

    with pytest.raises(Invalid) as invalid:
        pushed(tx, campaign, make.its_brand, WITHOUT_VOTE, Inside("move", targets))

    assert [problem.code for problem in invalid.value.problems] == [code]


def test_who_is_sent_to_another_step_arrives_there_when_she_comes(tx, make, campaign):
    run = came(tx, campaign, fan := make.fan())

    pushed(tx, campaign, make.its_brand, WITHOUT_VOTE, Inside("move", {"vote": "club"}))
    move_everybody(tx)
    assert (run.at_step, run.waiting, run.wake_at) == ("club", None, LATER)

    came(tx, campaign, fan, LATER + SOON)
    assert (run.at_step, run.waiting, run.wake_at) == ("club", "offer", None)


def test_the_target_exit_lets_people_out(tx, make, campaign):
    run = came(tx, campaign, make.fan())

    pushed(tx, campaign, make.its_brand, WITHOUT_VOTE, Inside("move", {"vote": "exit"}))
    move_everybody(tx)

    assert (run.state["ended"], run.ended_at) == ("exit", LATER)


def test_people_who_are_let_out_keep_their_coupons(tx, make, campaign):
    fan, contact = make.fan(), make.contact()
    make.link(fan, contact)
    make.order(contact, ordered_at=NOON - timedelta(days=200))
    run = came(tx, campaign, fan)
    assert run.at_step == "purchase"

    pushed(tx, campaign, make.its_brand, WITHOUT_VOTE, Inside("leave"))
    move_everybody(tx)

    assert (run.state["ended"], run.version_id != campaign.live_version_id) == ("exit", True)
    assert tx.scalar(select(func.count()).where(CouponClaim.coupon_id.is_not(None))) == 1


def test_a_move_is_a_decision_that_can_be_read(tx, make, campaign):
    came(tx, campaign, make.fan())

    pushed(tx, campaign, make.its_brand, PLAYED_BEFORE, MOVE)
    move_everybody(tx)

    moved = tx.scalars(select(Decision).where(Decision.kind == "moved")).one()
    assert (moved.step, moved.outcome) == ("vote", "ballot")


def test_nobody_gets_a_steps_coupon_twice_by_being_moved_back_and_forth(tx, make, campaign):
    fan = make.fan()
    make.identity(fan, "ada@example.org")
    pushed(tx, campaign, make.its_brand, GIFT_FIRST)
    run = came(tx, campaign, fan)
    assert run.at_step == "club"

    for number, inside in enumerate([{"club": "vote"}, {"vote": "gift"}, {"club": "gift"}], 2):
        journey = JOURNEY if "vote" in inside.values() else GIFT_FIRST + f"# {number}\n"
        now = NOON + number * timedelta(hours=1)
        pushed(tx, campaign, make.its_brand, journey, Inside("move", inside), now)
        move_everybody(tx, now=now)
        came(tx, campaign, fan, now + SOON)

    assert run.at_step == "club"
    assert tx.scalars(select(Effect.step).where(Effect.kind == "GiveCoupon")).all() == ["gift"]
    assert tx.scalar(select(func.count()).where(CouponClaim.coupon_id.is_not(None))) == 1


def customer(tx, make):
    fan, contact = make.fan(), make.contact()
    make.link(fan, contact)
    make.order(contact, ordered_at=NOON - timedelta(days=3))
    return fan


def answer(tx, campaign, fan, number, question, choice):
    visit = visiting(tx, campaign, fan, NOON + number * SOON)
    return playing.make_move(tx, visit, "quiz", {"move": str(number), "question": question, "answer": choice})


def test_a_play_is_finished_by_the_rules_it_began_with(tx, make, campaign):
    came(tx, campaign, fan := customer(tx, make))
    answer(tx, campaign, fan, 1, "one", "a")
    other = (
        QUIZ.replace("id: two", "id: three")
        .replace("text: B, right: true", "text: B")
        .replace("text: A}, {id: b, text: B}]\n", "text: A, right: true}, {id: b, text: B}]\n")
    )

    pushed(tx, campaign, make.its_brand, JOURNEY, MOVE, games__quiz=other)
    move_everybody(tx)
    moved = answer(tx, campaign, fan, 2, "two", "b")

    assert (moved.outcome.over, moved.outcome.score) == (True, 2)


def test_another_kind_of_game_at_the_step_is_begun_anew(tx, make, campaign):
    run = came(tx, campaign, fan := customer(tx, make))
    answer(tx, campaign, fan, 1, "one", "a")
    voting = JOURNEY.replace("quiz.score >= 2", "quiz.choice is known")

    pushed(tx, campaign, make.its_brand, voting, MOVE, games__quiz=VOTE)
    move_everybody(tx)
    came(tx, campaign, fan, LATER)
    votes(tx, campaign, fan, "quiz", LATER + SOON)

    assert [play.set_aside_at is None for play in tx.scalars(select(Play).order_by(Play.number))] == [False, True]
    assert run.state["results"]["quiz.choice"] == "pear"


def test_tries_that_a_new_version_takes_away_are_not_waited_for(tx, make, campaign):
    run = came(tx, campaign, fan := customer(tx, make))
    answer(tx, campaign, fan, 1, "one", "a")
    answer(tx, campaign, fan, 2, "two", "a")
    assert run.at_step == "quiz"

    pushed(tx, campaign, make.its_brand, JOURNEY.replace("tries: 2", "tries: 1"), MOVE)
    move_everybody(tx)
    came(tx, campaign, fan, LATER)

    assert run.ended_at == LATER


def test_nobody_agrees_to_words_that_she_was_not_shown(tx, make, campaign):
    came(tx, campaign, fan := make.fan())
    votes(tx, campaign, fan)
    make.identity(fan, "ada@example.org")
    seen = current_screen(tx, visiting(tx, campaign, fan, NOON + SOON))["words"]
    pushed(tx, campaign, make.its_brand, JOURNEY, MOVE, **{"texts__notice.en.md": "We write every day."})
    move_everybody(tx)

    with pytest.raises(WordsChanged):
        answer_offer(tx, visiting(tx, campaign, fan, LATER), "club", Reply(True, ["newsletter.email"], "", {}, seen))

    assert tx.scalars(select(Consent)).all() == []


def test_people_on_every_older_version_move(tx, make, campaign):
    first = came(tx, campaign, make.fan())
    pushed(tx, campaign, make.its_brand, PLAYED_BEFORE)
    second = came(tx, campaign, make.fan())
    assert second.at_step == "ballot"

    new = pushed(tx, campaign, make.its_brand, PLAYED_BEFORE.replace("add: 100", "add: 50"), MOVE, LATER)
    move_everybody(tx)

    assert {(run.version_id, run.at_step) for run in (first, second)} == {(new.id, "ballot")}


def test_who_has_no_step_to_go_to_finishes_on_her_version(tx, make, campaign):
    came(tx, campaign, make.fan())
    pushed(tx, campaign, make.its_brand, WITHOUT_VOTE, Inside("move", {"vote": "exit"}))
    tx.scalars(select(Publication).order_by(Publication.at.desc()).limit(1)).one().targets = {}
    tx.flush()

    move_everybody(tx)

    made = tx.scalars(select(Publication).order_by(Publication.at.desc()).limit(1)).one()
    assert (made.moved, made.gone, left_behind(tx, made)) == (0, 0, 1)


def test_a_killed_worker_is_followed_by_one_that_goes_on(tx, make, campaign):
    everybody = [came(tx, campaign, make.fan()) for _ in range(5)]
    new = pushed(tx, campaign, make.its_brand, PLAYED_BEFORE, MOVE)
    made = tx.scalars(select(Publication).where(Publication.version_id == new.id)).one()

    move_page(tx, made.id, None, LATER, 2)
    tx.flush()
    tx.expire_all()
    assert [run.version_id == new.id for run in everybody] == [True, True, False, False, False]
    move_everybody(tx)

    assert {run.version_id for run in everybody} == {new.id}
    assert (made.moved, made.done_at is not None) == (5, True)


def test_the_report_says_who_stands_where_since_when(tx, make, campaign):
    came(tx, campaign, make.fan())
    came(tx, campaign, make.fan(), NOON + SOON)
    came(tx, campaign, customer(tx, make))

    report = [(each.version, each.step, each.waiting, each.people, each.since) for each in standing(tx, campaign)]

    assert report == [(1, "quiz", "play", 1, NOON), (1, "vote", "play", 2, NOON)]


def test_the_report_says_who_was_moved_and_who_finished_where(tx, make, campaign):
    came(tx, campaign, make.fan())
    fan = make.fan()
    came(tx, campaign, fan)
    votes(tx, campaign, fan)
    answer_offer(tx, visiting(tx, campaign, fan, NOON + 2 * SOON), "club", Reply(False, [], "", {}))

    pushed(tx, campaign, make.its_brand, PLAYED_BEFORE, MOVE)
    move_everybody(tx)
    report = whereabouts(tx, campaign).as_json()

    assert [(row["version"], row["how"], row["people"]) for row in report["ended"]] == [(1, "end", 1)]
    assert [(row["version"], row["step"], row["people"]) for row in report["inside"]] == [(2, "ballot", 1)]
    assert [(row["version"], row["inside"], row["moved"], row["done"]) for row in report["publications"]] == [
        (2, "move", 1, True),
        (1, "finish", 0, True),
    ]


def test_an_older_version_comes_back_as_a_new_one_with_its_content(tx, make, campaign):
    second = pushed(tx, campaign, make.its_brand, WITHOUT_VOTE)

    back = roll_back(tx, campaign, 1, LATER, make.staff().id)

    first = tx.scalars(select(CampaignVersion).where(CampaignVersion.number == 1)).one()
    assert (back.number, back.files, campaign.live_version_id) == (3, first.files, back.id)
    assert tx.scalars(select(Publication).where(Publication.version_id == back.id)).one().restores_id == first.id
    assert second.number == 2


def test_a_rollback_is_audited_with_who_and_what(tx, make, campaign):
    pushed(tx, campaign, make.its_brand, WITHOUT_VOTE)
    manager = make.staff()

    roll_back(tx, campaign, 1, LATER, manager.id, Inside("leave"))

    audit = tx.scalars(select(Audit).where(Audit.what == "campaign.rolled_back")).one()
    assert (audit.staff_id, audit.on) == (manager.id, campaign.slug)
    assert audit.detail == {"version": 3, "restores": 1, "inside": "leave"}


def test_the_draft_stays_when_an_older_version_comes_back(tx, make, campaign):
    pushed(tx, campaign, make.its_brand, WITHOUT_VOTE)

    roll_back(tx, campaign, 1, LATER, None)

    assert campaign.draft["journey.yaml"] == WITHOUT_VOTE


def test_dates_title_and_sites_are_those_of_the_version_that_came_back(tx, make, campaign):
    other = CAMPAIGN.replace("The orchard game", "Another").replace(
        "start:", 'open: {{until: 2026-09-01}}\nembed: {{origins: ["https://shop.example"]}}\nstart:'
    )
    pushed(tx, campaign, make.its_brand, JOURNEY, campaign=other.format(slug=campaign.slug, stock=100))
    assert (campaign.title["en"], campaign.closes_at is None) == ("Another", False)
    assert campaign.embed_origins == ["https://shop.example"]

    remarks = old_version(tx, campaign, 1, LATER).remarks
    roll_back(tx, campaign, 1, LATER, None)

    assert [remark.code for remark in remarks] == ["versions.sites"]
    assert (campaign.title["en"], campaign.closes_at, campaign.embed_origins) == ("The orchard game", None, [])


def test_coupons_that_were_laid_in_since_stay_when_an_older_version_comes_back(tx, make, campaign):
    push(tx, make.its_brand, Folder(small_files(campaign.slug, stock=120), {}), NOON)

    remarks = old_version(tx, campaign, 1, LATER).remarks
    roll_back(tx, campaign, 1, LATER, None)

    pool = tx.scalars(select(CouponPool).where(CouponPool.code == "REGULAR")).one()
    assert [remark.code for remark in remarks] == ["versions.stock_stays"]
    assert tx.scalar(select(func.count()).where(Coupon.pool_id == pool.id)) == pool.stock == 120


def test_a_version_that_would_be_over_at_once_says_so(tx, make, campaign):
    dated = CAMPAIGN.replace("start:", "open: {{until: 2026-06-16}}\nstart:").format(slug=campaign.slug, stock=100)
    pushed(tx, campaign, make.its_brand, JOURNEY, campaign=dated)
    pushed(tx, campaign, make.its_brand, JOURNEY)

    remarks = old_version(tx, campaign, 2, NOON + timedelta(days=9)).remarks

    assert [(remark.code, remark.level) for remark in remarks] == [("versions.closed", "warning")]


def test_a_version_that_does_not_check_with_the_brand_of_today_does_not_come_back(tx, make, campaign):
    pushed(tx, campaign, make.its_brand, JOURNEY.replace("currency: USD\n", ""))
    make.its_brand.currency = "EUR"
    tx.flush()

    with pytest.raises(Invalid):
        roll_back(tx, campaign, 1, LATER, None)

    assert tx.scalars(select(func.count()).select_from(CampaignVersion)).one() == 2


@pytest.mark.parametrize(("number", "refusal"), [(2, AlreadyLive), (9, NoSuchVersion)])
def test_only_an_older_version_can_come_back(tx, make, campaign, number, refusal):
    pushed(tx, campaign, make.its_brand, WITHOUT_VOTE)

    with pytest.raises(refusal):
        roll_back(tx, campaign, number, LATER, None)


def test_people_move_back_to_the_version_that_comes_back(tx, make, campaign):
    pushed(tx, campaign, make.its_brand, PLAYED_BEFORE)
    run = came(tx, campaign, fan := make.fan())
    votes(tx, campaign, fan, "ballot")

    back = roll_back(tx, campaign, 1, LATER, None, MOVE)
    move_everybody(tx)

    assert (run.version_id, run.at_step, run.waiting) == (back.id, "club", "offer")
    assert run.state["results"]["vote.choice"] == "pear"


def test_a_steps_results_are_found_under_its_old_name_after_moving_back(tx, make, campaign):
    came(tx, campaign, fan := customer(tx, make))
    answer(tx, campaign, fan, 1, "one", "a")
    answer(tx, campaign, fan, 2, "two", "b")
    renamed = JOURNEY.replace("play: quiz\n", "play: quiz\n            id: opening\n            was: quiz\n")
    pushed(tx, campaign, make.its_brand, renamed, MOVE)
    move_everybody(tx)

    roll_back(tx, campaign, 1, LATER, None, MOVE)
    move_everybody(tx)
    progress.tell(tx, visiting(tx, campaign, fan, LATER + SOON), MovedOn("quiz"))

    assert tx.scalar(select(func.count()).where(CouponClaim.coupon_id.is_not(None))) == 1


def test_staff_publish_with_a_way_for_people_inside(tx, make, campaign):
    came(tx, campaign, make.fan())
    campaign.draft = {**campaign.draft, "journey.yaml": WITHOUT_VOTE}

    version, _new = publish(tx, campaign, LATER, make.staff().id, Inside("move", {"vote": "club"}))

    made = tx.scalars(select(Publication).where(Publication.version_id == version.id)).one()
    assert (made.inside, made.targets, made.staff_id) == ("move", {"vote": "club"}, version.published_by)
    assert [job.content for job in jobs(tx)] == [{"publication_id": str(made.id)}]
