"""Versions in the studio: history, what changed, and going live with a way for everybody inside."""

import pytest
from sqlalchemy import select

from app.db import reading, transaction
from app.models import Audit, Brand, Campaign, CampaignVersion, Publication, Run
from app.services.campaigns.folder import Folder
from app.services.campaigns.publishing import push
from app.services.progress import come_in
from app.services.visits import campaign_at
from tests.makers import NOON, Make
from tests.small_campaign import visiting
from tests.studio.summer import CAMPAIGN, FILES, JOURNEY

PLACE = "/studio/campaigns/summer"
VERSIONS = f"{PLACE}/versions"
GREETED = JOURNEY.replace("  - show: hello\n", "  - show: welcome\n    screen: hello\n")
RENAMED = GREETED.replace("    screen: hello\n", "    screen: hello\n    was: hello\n")


def pushed(journey=JOURNEY, **files):
    with transaction() as tx:
        brand = tx.scalars(select(Brand).where(Brand.slug == "cup")).one()
        push(tx, brand, Folder({**FILES, "journey.yaml": journey, **files}, {}), NOON)


def drafted(journey):
    with transaction() as tx:
        campaign = campaign_at(tx, "summer")
        campaign.draft = {**campaign.draft, "journey.yaml": journey}


def live():
    with reading() as tx:
        campaign = tx.scalars(select(Campaign).where(Campaign.slug == "summer")).one()
        return tx.get_one(CampaignVersion, campaign.live_version_id)


@pytest.fixture
def manager(visit, brand):
    """A manager of the campaign's brand; two fans stand at `hello`."""
    pushed()
    with transaction() as tx:
        make, campaign = Make(tx), campaign_at(tx, "summer")
        for _ in range(2):
            come_in(tx, visiting(tx, campaign, make.fan(tx.get_one(Brand, campaign.brand_id)), NOON))
    return visit("manager")


def test_the_history_says_when_by_whom_and_who_stands_where(manager):
    drafted(JOURNEY.replace("valid: 10d", "valid: 20d"))
    manager.post(f"{PLACE}/publish", page=f"{PLACE}/publish")

    page = manager.get(VERSIONS).text

    assert f'<a href="{VERSIONS}/2">2</a> · live' in page
    assert "<td>Lea</td>" in page
    assert "<td>command line</td>" in page
    assert "<code>hello</code>" in page
    assert "going on after a screen" in page


def test_a_version_shows_what_changed_in_words_and_in_files(manager):
    pushed(JOURNEY.replace("valid: 10d", "valid: 20d"))

    page = manager.get(f"{VERSIONS}/2").text

    assert "<del>-             valid: 10d</del>" in page
    assert "<ins>+             valid: 20d</ins>" in page
    assert "valid for 20 days" in page


def test_what_would_happen_is_said_before_the_button(manager):
    pushed(GREETED)

    page = manager.get(f"{VERSIONS}/1").text

    assert "2 people are inside now." in page
    assert "they go on at the same step" in page
    assert "Make version 1 live again" in page


def test_a_step_that_is_gone_asks_where_its_people_go(manager):
    drafted(GREETED)

    page = manager.get(f"{PLACE}/publish").text

    assert "2 people stand at “hello”, which no longer exists. Where do they go?" in page
    assert '<option value="welcome">welcome</option>' in page


def test_a_step_that_was_renamed_asks_nothing(manager):
    drafted(RENAMED)

    page = manager.get(f"{PLACE}/publish").text

    assert "they go on at <code>welcome</code>" in page
    assert "Where do they go?" not in page


def test_moving_without_a_target_is_refused_and_the_choice_stays(manager):
    drafted(GREETED)

    answer = manager.post(f"{PLACE}/publish", page=f"{PLACE}/publish", inside="move")

    assert answer.status_code == 422
    assert "2 people stand at “hello” (version 1), which no longer exists" in answer.text
    assert 'value="move" id="inside-move" checked' in answer.text
    assert live().number == 1


def test_people_move_where_the_manager_says(manager):
    drafted(GREETED)

    fields = {"inside": "move", "target:hello": "welcome"}
    answer = manager.post(f"{PLACE}/publish", page=f"{PLACE}/publish", **fields)

    assert "People inside are moving to it now." in manager.get(answer.location).text
    with reading() as tx:
        made = tx.scalars(select(Publication).where(Publication.inside == "move")).one()
        assert (made.targets, made.staff_id) == ({"hello": "welcome"}, manager.person.id)
        audit = tx.scalars(select(Audit).where(Audit.what == "campaign.published")).one()
        assert audit.detail == {"version": 2, "inside": "move"}


def test_people_come_over_at_their_next_step_where_the_manager_says(manager):
    drafted(JOURNEY.replace("      - show: sorry\n", "      - show: hello\n        id: later\n"))
    page = manager.get(f"{PLACE}/publish").text
    assert "2 people may come to “sorry”, which no longer exists. Where do they go instead?" in page

    answer = manager.post(f"{PLACE}/publish", page=f"{PLACE}/publish", inside="next")
    assert (answer.status_code, 'value="next" id="inside-next" checked' in answer.text) == (422, True)

    fields = {"inside": "next", "ahead:sorry": "later"}
    answer = manager.post(f"{PLACE}/publish", page=f"{PLACE}/publish", **fields)
    assert "People inside come over at their next step." in manager.get(answer.location).text
    assert "2 are still to come over" in manager.get(VERSIONS).text
    with reading() as tx:
        assert tx.scalars(select(Publication.targets).where(Publication.inside == "next")).one() == {"sorry": "later"}


def test_who_was_still_to_come_over_is_said_before_the_next_choice(manager):
    drafted(JOURNEY.replace("valid: 10d", "valid: 20d"))
    manager.post(f"{PLACE}/publish", page=f"{PLACE}/publish", inside="next")
    drafted(JOURNEY)

    page = manager.get(f"{PLACE}/publish").text

    assert "2 of them were to come over to the live version at their next step." in page


def test_a_target_that_was_made_up_is_refused(manager):
    drafted(GREETED)

    fields = {"inside": "move", "target:hello": "<script>"}
    answer = manager.post(f"{PLACE}/publish", page=f"{PLACE}/publish", **fields)

    assert answer.status_code == 422
    assert "“&lt;script&gt;”, named for “hello”, is no step of the new version" in answer.text


def test_an_older_version_is_made_live_again(manager):
    pushed(RENAMED)

    answer = manager.post(f"{VERSIONS}/1/live", page=f"{VERSIONS}/1", inside="leave")

    page = manager.get(answer.location).text
    assert "Version 3 is live: it says what version 1 said." in page
    assert "version 1 again" in page
    assert (live().number, live().files["journey.yaml"]) == (3, JOURNEY)
    with reading() as tx:
        audit = tx.scalars(select(Audit).where(Audit.what == "campaign.rolled_back")).one()
        assert (audit.staff_id, audit.detail["restores"]) == (manager.person.id, 1)


def test_the_live_version_is_not_offered_again(manager):
    page = manager.get(f"{VERSIONS}/1").text

    assert "Make it live again" not in page


def test_an_older_version_that_no_longer_checks_says_why(manager):
    pushed(RENAMED)
    with transaction() as tx:
        tx.scalars(select(Brand).where(Brand.slug == "cup")).one().currency = "EUR"

    page = manager.get(f"{VERSIONS}/1").text

    assert "It cannot come back as it is" in page
    assert "Make version 1 live again" not in page


def test_sites_that_would_lose_the_campaign_are_named_before(manager):
    pushed(**{"campaign.yaml": CAMPAIGN.replace("shop.example", "other.example")})

    assert "https://other.example" in manager.get(f"{VERSIONS}/1").text


def test_nobody_inside_needs_no_choice(visit, brand):
    pushed()
    drafted(GREETED)

    page = visit("manager").get(f"{PLACE}/publish").text

    assert "Nobody is inside now." in page
    assert 'name="inside"' not in page


def test_a_form_without_the_sessions_token_changes_nothing(manager):
    pushed(RENAMED)

    answer = manager.send(f"{VERSIONS}/1/live", {"csrf_token": "old", "inside": "leave"})

    assert (answer.status_code, live().number) == (400, 2)


@pytest.mark.parametrize("path", ["versions", "versions/1", "publish"])
def test_another_brand_finds_nothing(visit, manager, made, path):
    stranger = visit("owner", whose=made(lambda make: make.brand(slug="other")))

    assert stranger.get(f"{PLACE}/{path}").status_code == 404


@pytest.mark.parametrize("path", ["versions", "versions/1", "publish"])
def test_who_may_not_see_campaigns_sees_no_versions(visit, manager, path):
    assert visit("crm").get(f"{PLACE}/{path}").status_code == 403


def test_a_version_that_does_not_exist_is_not_found(manager):
    assert manager.get(f"{VERSIONS}/9").status_code == 404


def test_people_who_were_let_out_are_counted(manager):
    with transaction() as tx:
        for run in tx.scalars(select(Run)):
            run.state, run.ended_at = {**run.state, "ended": "exit"}, NOON

    assert "left before" in manager.get(VERSIONS).text
