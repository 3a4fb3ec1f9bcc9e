"""The pages of versions in a real browser: nothing for axe to find, no wider than a phone, and usable by keyboard."""

import pytest
from sqlalchemy import select

from app.models import Brand, Campaign, Staff
from app.services.campaigns.folder import Folder
from app.services.campaigns.publishing import publish, push
from app.services.progress import come_in
from app.services.staff import NewStaff, add_staff
from tests.browser import DESK, PHONE
from tests.fan_look.axe import violations
from tests.makers import NOON, Make
from tests.small_campaign import visiting
from tests.studio.conftest import PASSWORD
from tests.studio.running import EMAIL, enter, running_studio
from tests.studio.summer import FILES, JOURNEY
from tests.studio.test_versions import GREETED

pytestmark = pytest.mark.browser
SCREENS = {
    "versions": "/studio/campaigns/summer/versions",
    "one version": "/studio/campaigns/summer/versions/1",
    "publish": "/studio/campaigns/summer/publish",
}


def fill(tx):
    """Two versions, three people inside at a step that the draft no longer has."""
    make = Make(tx)
    brand: Brand = make.brand(slug="cup", name="The Cup")
    who: Staff = add_staff(tx, brand, NewStaff(email=EMAIL, role="owner", name="Lea"), PASSWORD, NOON)
    push(tx, brand, Folder(dict(FILES), {}), NOON)
    campaign = tx.scalars(select(Campaign)).one()
    for _ in range(3):
        come_in(tx, visiting(tx, campaign, make.fan(brand), NOON))
    campaign.draft = {**FILES, "journey.yaml": JOURNEY.replace("valid: 10d", "valid: 20d")}
    publish(tx, campaign, NOON, who.id)
    campaign.draft = {**FILES, "journey.yaml": GREETED}


@pytest.fixture(scope="module")
def running(source_of, tmp_path_factory):
    with running_studio(tmp_path_factory.mktemp("studio"), source_of("sqlite").copy(), fill) as running:
        yield running


@pytest.fixture
def studio(running):
    """The address of the running studio, as it was at first."""
    running.as_at_first()
    return running.url


def test_axe_finds_nothing_and_people_are_moved_from_a_step_that_is_gone(context_with, studio):
    page = context_with(color_scheme="dark", viewport=PHONE).new_page()
    enter(page, studio)
    for path in SCREENS.values():
        page.set_viewport_size(PHONE)
        page.goto(studio + path)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        page.set_viewport_size(DESK)
        assert violations(page) == []

    page.get_by_label("They move to the new version, at the same step").check()
    page.get_by_role("button", name="Publish version 3").click()
    page.get_by_role("alert").get_by_text("3 people stand at “hello”").wait_for()

    page.get_by_label("3 people stand at “hello”").select_option("welcome")
    page.get_by_role("button", name="Publish version 3").click()

    assert page.get_by_text("Version 3 is live. People inside are moving to it now.").is_visible()
