"""axe (WCAG 2.2 AA and best practice) finds nothing in any state and in either direction; nothing overflows."""

import pytest

from app.services.theme import Theme
from tests.browser import PHONE
from tests.fan_look.axe import violations
from tests.fan_look.samples import screens

pytestmark = pytest.mark.browser
EVERY = pytest.mark.parametrize("name", screens("en"))


@EVERY
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_axe_finds_nothing(looked_at, preview, name, direction):
    looked_at.set_viewport_size(PHONE)
    looked_at.goto(f"{preview.url}/{name}?lang=fr&dir={direction}")

    assert violations(looked_at) == []


@pytest.mark.parametrize(
    "theme", [Theme("#0b6b43", "#ffdf6b"), Theme("#207e9c", "#11324f"), Theme("#000000", "#ffffff")]
)
def test_axe_finds_nothing_in_other_colours(page, preview, theme):
    preview.theme = theme
    page.goto(f"{preview.url}/feedback")

    assert violations(page) == []


@EVERY
def test_nothing_is_wider_than_a_small_phone(looked_at, preview, name):
    looked_at.set_viewport_size({"width": 320, "height": 700})
    looked_at.goto(f"{preview.url}/{name}?lang=fr")

    assert looked_at.evaluate("document.documentElement.scrollWidth") <= 320


@EVERY
def test_controls_are_large_enough_for_a_thumb(looked_at, preview, name):
    looked_at.set_viewport_size(PHONE)
    looked_at.goto(f"{preview.url}/{name}")

    small = looked_at.evaluate(
        """[...document.querySelectorAll('button, .go, .opt, .way')]
           .filter(e => e.checkVisibility() && !e.matches('.as-link'))
           .map(e => [e.textContent.trim(), e.getBoundingClientRect().height]).filter(([, height]) => height < 43)"""
    )
    assert small == []


def test_an_answer_can_be_given_by_keyboard_alone(page, preview):
    page.goto(f"{preview.url}/question")
    page.keyboard.press("Tab")
    page.get_by_role("radio", name="1964").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator("[data-view=quiz] .verdict").wait_for()

    assert preview.forms("play")[0]["answer"] == ["1971"]
