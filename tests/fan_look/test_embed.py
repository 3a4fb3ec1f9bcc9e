"""The loader on a brand's page of another origin, whose own policy allows no inline style."""

import pytest
from playwright.sync_api import expect

from tests.browser import until
from tests.fan_look.axe import violations

pytestmark = pytest.mark.browser


@pytest.fixture
def host(preview):
    """The brand's origin: the same server under another name."""
    origin = preview.url.replace("127.0.0.1", "brand.test")
    preview.parents = (origin,)
    return origin


def events(page):
    page.add_init_script(
        """window.seen = [];
        for (const kind of ['view', 'submit', 'reward', 'optin', 'close'])
          addEventListener('fanfare:' + kind, (e) => seen.push([kind, e.detail]));"""
    )


def play(page):
    tab = page.frame_locator("iframe")
    tab.get_by_role("link", name="Play").click()
    return tab


def test_the_tab_tells_its_height(page, preview, host):
    page.goto(f"{host}/host")
    page.frame_locator("iframe").get_by_role("link", name="Play").wait_for()

    until(page, "document.querySelector('iframe').offsetHeight > 520")
    inside = page.frames[1].evaluate("document.body.getBoundingClientRect().height")
    assert abs(page.locator("iframe").bounding_box()["height"] - inside) <= 2


def test_the_height_follows_each_screen(page, preview, host):
    preview.next_screen = "question"
    page.goto(f"{host}/host")
    play(page).get_by_role("button", name="Lock it in").wait_for()

    inside = page.frames[1].evaluate("document.body.getBoundingClientRect().height")
    until(page, f"Math.abs(document.querySelector('iframe').offsetHeight - {inside}) <= 2")


def test_the_frame_gets_lower_again_but_not_below_what_the_host_asked_for(page, preview, host):
    preview.next_screen = "end"
    page.goto(f"{host}/host")
    page.frame_locator("iframe").get_by_role("link", name="Play").wait_for()
    until(page, "document.querySelector('iframe').offsetHeight > 520")
    play(page).get_by_role("heading", name="That was it for today").wait_for()

    until(page, "document.querySelector('iframe').offsetHeight === 480")


def test_the_host_hears_what_happens_and_nothing_about_whom(page, preview, host):
    events(page)
    preview.next_screen = "offer"
    page.goto(f"{host}/host")
    tab = play(page)
    tab.get_by_role("button", name="Join", exact=True).wait_for()
    preview.next_screen = "ticket"
    tab.get_by_role("button", name="Join", exact=True).click()
    tab.get_by_role("button", name="Reveal code").wait_for()

    heard = page.evaluate("seen")
    assert [kind for kind, _ in heard] == ["view", "view", "submit", "optin", "view", "reward"]
    assert {key for _, detail in heard for key in detail} <= {"view"}


def test_a_parent_that_is_not_allowed_hears_nothing(page, preview, host):
    preview.parents = ("https://somebody-else.test",)
    events(page)
    page.goto(f"{host}/host")
    page.wait_for_timeout(500)

    assert page.evaluate("seen") == []


def test_a_message_of_the_host_page_itself_is_not_taken_for_the_tabs(page, preview, host):
    page.goto(f"{host}/host")
    page.frame_locator("iframe").get_by_role("link", name="Play").wait_for()
    page.evaluate("postMessage({fanfare: 'height', h: 5999}, '*')")
    page.wait_for_timeout(200)

    assert page.locator("iframe").bounding_box()["height"] < 2000


def test_the_source_of_the_visit_is_passed_on(page, preview, host):
    page.goto(f"{host}/host?utm_source=mail&utm_term=private")

    address = page.locator("iframe").get_attribute("src")
    assert f"o={host.replace(':', '%3A').replace('/', '%2F')}&src=embed&utm_source=mail" in address
    assert "private" not in address


@pytest.mark.parametrize("mode", ["popup", "slide"])
def test_a_dialog_opens_closes_and_gives_the_focus_back(page, preview, host, mode):
    events(page)
    page.goto(f"{host}/host?mode={mode}")
    page.get_by_role("link", name="Play the Spring Cup").click()
    page.frame_locator("dialog iframe").get_by_role("link", name="Play").wait_for()
    page.get_by_role("button", name="Close").click()

    expect(page.get_by_role("link", name="Play the Spring Cup")).to_be_focused()
    until(page, "seen.some(([name]) => name === 'close')")
    acts = page.evaluate("seen.map(([name]) => name).filter((name) => name !== 'view')")
    assert acts == ["close"]  # a view may still be told after it: the frame answers in its own time


def test_without_scripts_the_link_leads_to_the_tab(context_with, preview, host):
    page = context_with(java_script_enabled=False).new_page()
    page.goto(f"{host}/host")
    page.get_by_role("link", name="Play the Spring Cup").click()

    expect(page.get_by_role("heading", name="Know your club?")).to_be_visible()


def test_no_policy_is_broken_and_nothing_is_written_to_the_console(page, preview, host):
    lines = []
    page.on("console", lambda message: lines.append(message.text))
    page.on("pageerror", lambda error: lines.append(str(error)))
    preview.next_screen = "question"
    page.goto(f"{host}/host")
    play(page).get_by_role("button", name="Lock it in").wait_for()

    assert lines == []


def test_axe_finds_nothing_in_the_frame_or_around_it(page, preview, host):
    page.goto(f"{host}/host")
    page.frame_locator("iframe").get_by_role("link", name="Play").wait_for()

    assert violations(page.main_frame) == []
