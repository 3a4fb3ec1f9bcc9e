"""The studio in a real browser: nothing for axe to find, and the desk works with scripts and without."""

import gzip
import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from app.models import Brand, Campaign, Outbox
from app.services.campaigns.folder import Folder
from app.services.campaigns.publishing import push
from app.services.consent import Word, record
from app.services.outbox import Job, put
from app.services.people import Person
from app.services.staff import NewStaff, add_staff
from app.services.waking import MOST_FAILURES
from tests.browser import DESK, PHONE
from tests.fan_look.axe import violations
from tests.makers import NOON, Make
from tests.studio.conftest import PASSWORD
from tests.studio.running import EMAIL, enter, running_studio
from tests.studio.summer import FILES

pytestmark = pytest.mark.browser
SCREENS = {
    "campaigns": "/studio/campaigns",
    "campaign": "/studio/campaigns/summer",
    "desk": "/studio/campaigns/summer/journey",
    "opt-ins": "/studio/optins",
    "export": "/studio/optins/export",
    "people": "/studio/people?q=ana",
    "deliveries": "/studio/jobs",
    "account": "/studio/account",
}


def fill(tx):
    """One owner, one campaign, one opt-in."""
    brand: Brand = Make(tx).brand(slug="cup", name="The Cup")
    add_staff(tx, brand, NewStaff(email=EMAIL, role="owner", name="Lea"), PASSWORD, NOON)
    push(tx, brand, Folder(dict(FILES), {}), NOON)
    fan = Make(tx).fan(brand, display_name="Ana")
    record(tx, Person(brand.id, fan.id), [Word("given", "newsletter", "email", "Yes, write.")], "a@b.example", NOON)
    owe_trouble(tx, brand)


def owe_trouble(tx, brand):
    """A job that was given up, one that failed, and somebody who is stuck."""
    error = "ServerTrouble: ConnectionRefusedError"
    for key, stands in {"dead": {"dead_at": NOON}, "failed": {"due_at": NOON + timedelta(days=9999)}}.items():
        put(tx, Job(brand.id, "message", key, {}), NOON)
        tx.execute(update(Outbox).where(Outbox.key == key).values(attempts=3, last_error=error, **stands))
    make = Make(tx)
    stuck = {"failures": MOST_FAILURES, "last_error": "KeyError: 'gift'", "at_step": "gift", "wake_at": NOON}
    make.run(make.fan(brand), tx.scalars(select(Campaign)).one(), **stuck)


@pytest.fixture(scope="module")
def running(source_of, tmp_path_factory):
    with running_studio(tmp_path_factory.mktemp("studio"), source_of("sqlite").copy(), fill) as running:
        yield running


@pytest.fixture
def studio(running):
    """The address of the running studio, as it was at first."""
    running.as_at_first()
    return running.url


@pytest.mark.parametrize(("look", "viewport"), [("light", DESK), ("dark", DESK), ("light", PHONE)])
def test_axe_finds_nothing(context_with, studio, look, viewport):
    page = context_with(color_scheme=look, viewport=viewport).new_page()
    page.goto(f"{studio}/studio/login")
    found = {"login": violations(page)}
    enter(page, studio)
    for name, path in SCREENS.items():
        page.goto(studio + path)
        found[name] = violations(page)
    page.goto(f"{studio}/studio/optins")
    page.get_by_role("link", name="Proof").click()
    found["proof"] = violations(page)

    assert {name: each for name, each in found.items() if each} == {}


@pytest.mark.parametrize("viewport", [PHONE, {"width": 320, "height": 640}])
def test_no_page_is_wider_than_a_phone(context_with, studio, viewport):
    page = context_with(viewport=viewport).new_page()
    enter(page, studio)

    for path in SCREENS.values():
        page.goto(studio + path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_a_manager_breaks_mends_and_publishes_a_journey(page_either_way, studio):
    page = page_either_way
    enter(page, studio)
    page.goto(studio + SCREENS["desk"])
    text = page.get_by_label("Text of journey.yaml")
    sound = text.input_value()

    text.fill(sound.replace("- show: hello", "- shwo: hello"))
    page.get_by_role("button", name="Check").click()
    assert page.get_by_text("1 thing to mend").is_visible()
    assert "shwo" in text.input_value()

    text.fill(sound.replace("valid: 10d", "valid: 20d"))
    page.get_by_role("button", name="Save draft").click()
    page.get_by_role("button", name="Publish version 2").click()

    assert page.get_by_text("Version 2 is live.").is_visible()


def test_a_jump_selects_the_line_of_the_mistake(page, studio):
    enter(page, studio)
    page.goto(studio + SCREENS["desk"])
    text = page.get_by_label("Text of journey.yaml")
    text.fill(text.input_value().replace("- show: sorry", "- show: nothing_here"))
    page.get_by_role("button", name="Check").click()

    page.get_by_role("link", name=re.compile("^line ")).first.click()

    chosen = text.evaluate("area => area.value.slice(area.selectionStart, area.selectionEnd)")
    assert chosen == "nothing_here"


def test_the_embed_code_is_copied_by_one_button(context_with, studio):
    context = context_with(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    enter(page, studio)
    page.goto(studio + SCREENS["campaign"])

    page.get_by_role("button", name="Copy the code").click()

    page.get_by_text("Copied").wait_for()
    assert 'data-fanfare="summer"' in page.evaluate("navigator.clipboard.readText()")


def test_the_stylesheet_is_small():
    built = Path(__file__).parents[2] / "static" / "dist" / "studio.css"

    assert len(gzip.compress(built.read_bytes(), mtime=0)) <= 10 * 1024
