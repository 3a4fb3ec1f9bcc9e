"""A person's way through a journey: entered once, decided with reasons, owed once."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.errors import Closed, OutOfOrder
from app.models import CampaignVersion, CouponClaim, Decision, Effect, PointsEntry, Run
from app.services import playing, progress
from app.services.campaigns import push
from app.services.campaigns.folder import Folder
from app.services.events import funnel
from app.services.offering import Reply, answer_offer
from journeys.running.events import Shown
from tests.makers import NOON
from tests.small_campaign import JOURNEY, publish_small, small_files, visiting

SOON = timedelta(seconds=30)


@pytest.fixture
def campaign(tx, make):
    return publish_small(tx, make.its_brand, NOON)


def an_active_customer(make):
    fan, contact = make.fan(), make.contact()
    make.link(fan, contact)
    make.order(contact, ordered_at=NOON - timedelta(days=3))
    return fan


def answers(tx, campaign, fan, *choices, first=NOON):
    """Answer the quiz's questions, a while apart."""
    for number, (question, answer) in enumerate(choices, 1):
        visit = visiting(tx, campaign, fan, first + number * SOON)
        move = {"move": str(number), "question": question, "answer": answer}
        playing.make_move(tx, visit, "quiz", move)


def test_a_fan_who_comes_twice_has_one_run(tx, make, campaign):
    fan = make.fan()

    first = progress.come_in(tx, visiting(tx, campaign, fan, NOON))
    second = progress.come_in(tx, visiting(tx, campaign, fan, NOON + SOON))

    assert first.id == second.id
    assert tx.scalar(select(func.count()).select_from(Run)) == 1


@pytest.mark.parametrize(
    ("days_ago", "step", "waiting"), [(3, "quiz", "play"), (200, "purchase", "wait"), (None, "vote", "play")]
)
def test_the_path_follows_the_purchases(tx, make, campaign, days_ago, step, waiting):
    fan, contact = make.fan(), make.contact()
    make.link(fan, contact)
    if days_ago is not None:
        make.order(contact, ordered_at=NOON - timedelta(days=days_ago))

    run = progress.come_in(tx, visiting(tx, campaign, fan, NOON))

    assert (run.at_step, run.waiting) == (step, waiting)


def test_a_decision_keeps_what_was_looked_at(tx, make, campaign):
    progress.come_in(tx, visiting(tx, campaign, an_active_customer(make), NOON))

    decision = tx.scalars(select(Decision).where(Decision.step == "path")).one()

    assert decision.outcome == "active"
    assert "orders(last 90d).count >= 1" in str(decision.why)


def test_whoever_goes_on_by_herself_is_stuck_no_more(tx, make, campaign):
    fan = make.fan()
    run = progress.come_in(tx, visiting(tx, campaign, fan, NOON))
    run.failures, run.last_error = 10, "it broke"

    playing.make_move(tx, visiting(tx, campaign, fan, NOON), "vote", {"move": "1", "choice": "pear"})

    assert (run.at_step, run.failures, run.last_error) == ("club", 0, None)


def test_a_full_score_earns_the_coupon_once(tx, make, campaign):
    fan = an_active_customer(make)
    run = progress.come_in(tx, visiting(tx, campaign, fan, NOON))

    answers(tx, campaign, fan, ("one", "b"), ("two", "a"))
    playing.try_again(tx, visiting(tx, campaign, fan, NOON + 3 * SOON), "quiz")
    answers(tx, campaign, fan, ("one", "a"), ("two", "b"), first=NOON + 4 * SOON)

    assert run.ended_at is not None
    assert tx.scalar(select(func.count()).select_from(CouponClaim)) == 1
    assert tx.scalars(select(Effect.result).where(Effect.kind == "GiveCoupon")).all() == ["given"]


def test_moving_on_takes_the_best_score_so_far(tx, make, campaign):
    fan = an_active_customer(make)
    run = progress.come_in(tx, visiting(tx, campaign, fan, NOON))
    answers(tx, campaign, fan, ("one", "a"), ("two", "b"))

    playing.move_on(tx, visiting(tx, campaign, fan, NOON + 5 * SOON), "quiz")

    assert run.state["results"]["quiz.score"] == 2
    assert run.ended_at is not None


def test_a_program_joined_brings_its_advantage_and_points_that_sum_to_zero(tx, make, campaign):
    fan = make.fan()
    make.identity(fan, "ada@example.org")
    progress.come_in(tx, visiting(tx, campaign, fan, NOON))
    playing.make_move(tx, visiting(tx, campaign, fan, NOON + SOON), "vote", {"move": "1", "choice": "pear"})

    answer_offer(tx, visiting(tx, campaign, fan, NOON + 2 * SOON), "club", Reply(True, [], "", {}))

    changes = tx.scalars(select(PointsEntry.change)).all()
    assert sorted(changes) == [-100, 100]
    assert [stage.people for stage in funnel(tx, campaign)] == [0, 0, 1, 1, 1, 1, 1, 0]


def test_people_inside_finish_on_the_version_they_entered(tx, make, campaign):
    fan = an_active_customer(make)
    run = progress.come_in(tx, visiting(tx, campaign, fan, NOON))
    entered = run.version_id
    harder = small_files(campaign.slug, JOURNEY.replace("quiz.score >= 2", "quiz.score >= 3"))

    push(tx, make.its_brand, Folder(harder, {}), NOON + SOON)
    answers(tx, campaign, fan, ("one", "a"), ("two", "b"), first=NOON + 2 * SOON)
    playing.move_on(tx, visiting(tx, campaign, fan, NOON + 9 * SOON), "quiz")

    assert run.version_id == entered != campaign.live_version_id
    assert tx.scalar(select(func.count()).select_from(CouponClaim)) == 1


def test_an_event_for_another_step_is_refused(tx, make, campaign):
    fan = an_active_customer(make)
    progress.come_in(tx, visiting(tx, campaign, fan, NOON))

    with pytest.raises(OutOfOrder):
        progress.tell(tx, visiting(tx, campaign, fan, NOON + SOON), Shown("somewhere"))


def test_an_empty_pool_is_written_down_and_the_journey_goes_on(tx, make):
    campaign = publish_small(tx, make.its_brand, NOON, stock=0)
    fan = an_active_customer(make)
    run = progress.come_in(tx, visiting(tx, campaign, fan, NOON))

    answers(tx, campaign, fan, ("one", "a"), ("two", "b"))
    playing.move_on(tx, visiting(tx, campaign, fan, NOON + 5 * SOON), "quiz")

    assert tx.scalars(select(Effect.result).where(Effect.kind == "GiveCoupon")).all() == ["empty"]
    assert run.ended_at is not None


def test_an_end_that_was_brought_forward_reaches_people_on_older_versions(tx, make, campaign):
    fan = an_active_customer(make)
    progress.come_in(tx, visiting(tx, campaign, fan, NOON))
    campaign.closes_at = NOON + SOON

    with pytest.raises(Closed):
        answers(tx, campaign, fan, ("one", "a"), first=NOON + 2 * SOON)


def test_a_version_is_read_with_the_brand_of_its_moment(tx, make, campaign):
    make.its_brand.currency = "EUR"
    tx.flush()

    assert tx.get_one(CampaignVersion, campaign.live_version_id).surroundings["currency"] == "USD"
