"""Coming again, coming too late, and what is said to a fan who comes back."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.errors import Closed
from app.models import Run, Vote
from app.services import playing, progress
from app.services.campaigns import push
from app.services.campaigns.folder import Folder
from app.services.offering import Reply, answer_offer
from app.services.screens import current_screen
from app.services.visits import campaign_at, run_of
from journeys.running.events import Shown
from tests.makers import NOON
from tests.small_campaign import JOURNEY, small_files, visiting

SOON, DAY = timedelta(seconds=30), timedelta(days=1)
AGAIN = JOURNEY.replace("steps:\n", "enter: {on: visit, again: after 1d}\nsteps:\n", 1)
TWO_SCREENS = """\
journey: orchard
steps:
  - show: the_first_of_two
    screen: welcome
  - show: b
    screen: words
"""


@pytest.fixture
def campaign_of(tx, make):
    """Publish the small campaign with some of its files changed."""

    def publish(journey=JOURNEY, more="", **files):
        all_files = small_files("orchard", journey)
        all_files["campaign.yaml"] += more
        all_files |= files
        push(tx, make.its_brand, Folder(all_files, {}), NOON)
        return campaign_at(tx, "orchard")

    return publish


def through(tx, campaign, fan, start, choice="pear"):
    """A stranger's whole way: she votes and refuses the club."""
    progress.come_in(tx, visiting(tx, campaign, fan, start))
    playing.make_move(tx, visiting(tx, campaign, fan, start + SOON), "vote", {"move": "1", "choice": choice})
    answer_offer(tx, visiting(tx, campaign, fan, start + 2 * SOON), "club", Reply(False, [], "", {}))


def test_who_has_finished_is_let_in_again_where_the_journey_says_so(tx, make, campaign_of):
    campaign, fan = campaign_of(AGAIN), make.fan()
    through(tx, campaign, fan, NOON)

    screens = [current_screen(tx, visiting(tx, campaign, fan, NOON + after))["kind"] for after in (2 * SOON, 2 * DAY)]

    assert screens == ["ticket", "enter"]


def test_who_has_finished_for_good_sees_her_ticket(tx, make, campaign_of):
    campaign, fan = campaign_of(), make.fan()
    through(tx, campaign, fan, NOON)

    assert current_screen(tx, visiting(tx, campaign, fan, NOON + 400 * DAY))["kind"] == "ticket"


def test_who_votes_again_in_a_later_run_goes_on_and_is_counted_once(tx, make, campaign_of):
    campaign, fan = campaign_of(AGAIN), make.fan()
    through(tx, campaign, fan, NOON)

    through(tx, campaign, fan, NOON + 2 * DAY)

    assert tx.scalars(select(Vote.choice)).all() == ["pear"]
    assert tx.scalar(select(func.count()).where(Run.ended_at.is_not(None))) == 2


def test_nobody_votes_after_the_close(tx, make, campaign_of):
    campaign, fan = campaign_of(more="open: {until: 2026-06-16}\n"), make.fan()
    progress.come_in(tx, visiting(tx, campaign, fan, NOON))

    with pytest.raises(Closed):
        playing.make_move(tx, visiting(tx, campaign, fan, NOON + 2 * DAY), "vote", {"move": "1", "choice": "pear"})

    assert not tx.scalars(select(Vote)).all()


def test_nobody_joins_after_the_close(tx, make, campaign_of):
    campaign, fan = campaign_of(more="open: {until: 2026-06-16}\n"), make.fan()
    progress.come_in(tx, visiting(tx, campaign, fan, NOON))
    playing.make_move(tx, visiting(tx, campaign, fan, NOON + SOON), "vote", {"move": "1", "choice": "pear"})

    with pytest.raises(Closed):
        answer_offer(tx, visiting(tx, campaign, fan, NOON + 2 * DAY), "club", Reply(True, [], "", {}))


def test_a_journey_that_closes_before_its_campaign_says_so(tx, make, campaign_of):
    campaign, fan = campaign_of(JOURNEY.replace("steps:\n", "open: {until: 2026-06-16}\nsteps:\n", 1)), make.fan()
    progress.come_in(tx, visiting(tx, campaign, fan, NOON))

    assert current_screen(tx, visiting(tx, campaign, fan, NOON + 2 * DAY))["kind"] == "closed"


def test_the_last_word_is_the_screen_that_was_shown_last(tx, make, campaign_of):
    campaign, fan = campaign_of(TWO_SCREENS, **{"texts/words.en.md": "# Goodbye\n\nSee you."}), make.fan()
    progress.come_in(tx, visiting(tx, campaign, fan, NOON))
    for step in ("the_first_of_two", "b"):
        progress.tell(tx, visiting(tx, campaign, fan, NOON + SOON), Shown(step))
    tx.flush()
    tx.expire_all()

    assert current_screen(tx, visiting(tx, campaign, fan, NOON + SOON))["title"] == "Goodbye"


def test_a_fan_with_several_choices_is_one_voter(tx, make, campaign_of):
    vote = small_files()["games/vote.yaml"] + "at_most: 2\n"
    journey = JOURNEY.replace("        saves: {crm.fruit: choice}\n", "")
    campaign, fan = campaign_of(journey, **{"games/vote.yaml": vote}), make.fan()
    run = progress.come_in(tx, visiting(tx, campaign, fan, NOON))
    at = playing.game_at(tx, run)

    visit = visiting(tx, campaign, fan, NOON + SOON)
    playing.make_move(tx, visit, "vote", {"move": "1", "choice": ["apple", "pear"]})

    tally = playing.tally_of(tx, at)
    assert (tally["plays"], tally["choices"]) == (1, {"apple": 1, "pear": 1})
    assert run_of(tx, visit).at_step == "club"
