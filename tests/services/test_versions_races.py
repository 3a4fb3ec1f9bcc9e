"""Races on PostgreSQL: a version goes live, and people are moved to it, while fans come in and play."""

from datetime import timedelta

from sqlalchemy import func, select

from app.db import reading, transaction
from app.errors import OutOfOrder
from app.jobs.handlers import HANDLERS, NotYet
from app.models import CouponClaim, Effect, Outbox, Play, Publication, Run
from app.services import playing, progress
from app.services.campaigns import Inside, roll_back
from app.services.campaigns.moving import JOB
from app.services.campaigns.rolling_back import AlreadyLive
from app.services.offering import Reply, answer_offer
from app.services.replaying import Which, replay_runs
from tests.makers import NOON, Make
from tests.rewards.test_races import at_once
from tests.services.versioned import GIFT_AFTER, GIFT_BEFORE, PLAYED_BEFORE, SOON, WITHOUT_VOTE, came, pushed, votes
from tests.small_campaign import JOURNEY, publish_small, visiting

FANS = 20
MUCH_LATER = NOON + timedelta(hours=1)


def published(fans=FANS, customers=True):
    with transaction() as tx:
        make = Make(tx)
        campaign = publish_small(tx, make.its_brand, NOON)
        everybody = [make.fan() for _ in range(fans)]
        for fan in everybody if customers else ():
            contact = make.contact()
            make.link(fan, contact)
            make.order(contact, ordered_at=NOON - timedelta(days=3))
    return campaign, make.its_brand, everybody


def publish(campaign, brand, journey, inside, now=NOON + SOON):
    with transaction() as tx:
        return pushed(tx, campaign, brand, journey, inside, now).id


def work_off(now=MUCH_LATER):
    """Do the moving as a worker does; gives whether it wants to look again."""
    with reading() as tx:
        rows = tx.scalars(select(Outbox).where(Outbox.kind == JOB)).all()
    for row in rows:
        try:
            HANDLERS[JOB](None, row, now)
        except NotYet:
            return True
    return False


def play_all(campaign, fan):
    """Come in and answer both questions; gives how many moves were acknowledged."""
    with transaction() as tx:
        came(tx, campaign, fan)
    for number, (question, choice) in enumerate((("one", "a"), ("two", "b")), 1):
        with transaction() as tx:
            visit = visiting(tx, campaign, fan, NOON + number * SOON)
            playing.make_move(tx, visit, "quiz", {"move": str(number), "question": question, "answer": choice})
    with transaction() as tx:
        playing.move_on(tx, visiting(tx, campaign, fan, NOON + 9 * SOON), "quiz")


def test_fans_who_play_while_a_version_goes_live_are_on_one_version_and_lose_no_play(race_database):
    campaign, brand, fans = published()
    shorter = JOURNEY.replace("tries: 2", "tries: 3")

    def work(number):
        if number < FANS:
            return play_all(campaign, fans[number])
        publish(campaign, brand, shorter, Inside("move"))
        return work_off()

    at_once(work, FANS + 1)
    work_off()

    with reading() as tx:
        assert tx.scalar(select(func.count()).where(Play.finished_at.is_not(None))) == FANS
        assert tx.scalar(select(func.count()).where(Run.ended_at.is_not(None))) == FANS
        assert tx.scalar(select(func.count()).where(CouponClaim.coupon_id.is_not(None))) == FANS
        assert tx.scalar(select(func.count(Run.id.distinct()))) == FANS
        assert replay_runs(tx, Which(campaign)).differences == []


def test_who_is_moved_while_she_votes_has_voted_or_is_told_where_she_stands(race_database):
    campaign, brand, fans = published(customers=False)
    for fan in fans:
        with transaction() as tx:
            came(tx, campaign, fan)

    def work(number):
        if number == FANS:
            publish(campaign, brand, WITHOUT_VOTE, Inside("move", {"vote": "club"}))
            return work_off()
        try:
            with transaction() as tx:
                votes(tx, campaign, fans[number])
        except OutOfOrder:
            return "told"
        return "voted"

    answers = at_once(work, FANS + 1)
    work_off()

    with reading() as tx:
        assert tx.scalar(select(func.count()).where(Play.finished_at.is_not(None))) == answers.count("voted")
        assert set(tx.scalars(select(Run.version_id))) == {tx.get_one(type(campaign), campaign.id).live_version_id}
        assert set(tx.scalars(select(Run.at_step))) == {"club"}


def test_who_comes_in_while_a_version_goes_live_moves_too(race_database):
    campaign, brand, fans = published(customers=False)

    def work(number):
        if number < FANS:
            with transaction() as tx:
                return came(tx, campaign, fans[number]).id
        publish(campaign, brand, PLAYED_BEFORE, Inside("move"))
        return work_off(NOON + SOON)  # at once: those who are just coming in cannot be seen yet

    at_once(work, FANS + 1)
    assert work_off(MUCH_LATER) is False

    with reading() as tx:
        made = tx.scalars(select(Publication).where(Publication.inside == "move")).one()
        assert set(tx.scalars(select(Run.version_id))) == {made.version_id}
        assert (tx.scalar(select(func.count()).select_from(Run)), made.done_at) == (FANS, MUCH_LATER)


def test_two_workers_move_everybody_once(race_database):
    campaign, brand, fans = published(customers=False)
    for fan in fans:
        with transaction() as tx:
            came(tx, campaign, fan)
    publish(campaign, brand, PLAYED_BEFORE, Inside("move"))

    at_once(lambda _number: work_off(), 3)

    with reading() as tx:
        assert tx.scalars(select(Publication.moved).where(Publication.inside == "move")).one() == FANS
        assert set(tx.scalars(select(Run.advances))) == {2}


def test_of_two_people_who_roll_back_at_once_one_is_told_that_it_is_done(race_database):
    campaign, brand, _fans = published(1, customers=False)
    publish(campaign, brand, WITHOUT_VOTE, Inside())

    def back(_number):
        with transaction() as tx:
            try:
                return roll_back(tx, tx.get_one(type(campaign), campaign.id), 1, MUCH_LATER, None).number
            except AlreadyLive:
                return "told"

    assert sorted(map(str, at_once(back, 2))) == ["3", "told"]


def today(tx, campaign):
    """The campaign as it is now, as every request reads it."""
    return tx.get_one(type(campaign), campaign.id)


def vote_and_refuse(campaign, fan):
    """Vote, and refuse the offer that follows."""
    with transaction() as tx:
        votes(tx, today(tx, campaign), fan)
    with transaction() as tx:
        visit = visiting(tx, today(tx, campaign), fan, NOON + 2 * SOON)
        answer_offer(tx, visit, "club", Reply(False, [], "", {}))


def test_fans_who_come_over_at_their_next_step_lose_no_play_and_get_nothing_twice(race_database):
    campaign, brand, fans = published(customers=False)
    publish(campaign, brand, GIFT_BEFORE, Inside())
    for fan in fans:
        with transaction() as tx:
            came(tx, today(tx, campaign), fan)
    publish(campaign, brand, GIFT_AFTER, Inside("next"))

    def work(number):
        if number < FANS:
            return vote_and_refuse(campaign, fans[number])
        for turn in range(3):
            publish(campaign, brand, GIFT_AFTER + f"# {turn}\n", Inside("next"))
        return None

    at_once(work, FANS + 1)

    with reading() as tx:
        assert tx.scalar(select(func.count()).where(Play.finished_at.is_not(None))) == FANS
        assert [progress.state_of(run).ended for run in tx.scalars(select(Run))] == ["end"] * FANS
        gifts = select(func.count()).where(Effect.kind == "GiveCoupon", Effect.step == "gift").group_by(Effect.run_id)
        assert tx.scalars(gifts).all() == [1] * FANS
        over = select(Publication.version_id).where(Publication.inside == "next")
        assert set(tx.scalars(select(Run.version_id))) <= set(tx.scalars(over))
        assert replay_runs(tx, Which(campaign)).differences == []


def test_who_comes_over_while_the_worker_moves_everybody_ends_on_the_newest_version(race_database):
    campaign, brand, fans = published(customers=False)
    for fan in fans:
        with transaction() as tx:
            came(tx, today(tx, campaign), fan)
    publish(campaign, brand, GIFT_AFTER, Inside("next"))

    def work(number):
        if number < FANS:
            with transaction() as tx:
                return votes(tx, today(tx, campaign), fans[number]).play.id
        publish(campaign, brand, JOURNEY + "# again\n", Inside("move"))
        return work_off()

    at_once(work, FANS + 1)
    work_off()

    with reading() as tx:
        assert set(tx.scalars(select(Run.version_id))) == {today(tx, campaign).live_version_id}
        assert set(tx.scalars(select(Run.at_step))) == {"club"}
        assert replay_runs(tx, Which(campaign)).differences == []


def test_nobody_is_given_a_steps_coupon_twice_while_versions_go_back_and_forth(race_database):
    campaign, brand, fans = published(8)
    for fan in fans:
        with transaction() as tx:
            came(tx, campaign, fan)

    def work(number):
        if number < 8:
            return play_all(campaign, fans[number])
        for turn in range(3):
            journey = JOURNEY.replace("add: 100", f"add: {turn + 1}")
            publish(campaign, brand, journey, Inside("move"), NOON + (turn + 1) * SOON)
            work_off()
        return None

    at_once(work, 9)

    with reading() as tx:
        gifts = select(Effect.run_id, func.count()).where(Effect.kind == "GiveCoupon").group_by(Effect.run_id)
        assert [times for _run, times in tx.execute(gifts)] == [1] * 8
        assert progress.state_of(tx.scalars(select(Run).limit(1)).one()).ended == "end"
