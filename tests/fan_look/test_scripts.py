"""The small scripts: swaps, bad networks, the ticket's foil, the login window."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import until

pytestmark = pytest.mark.browser


@pytest.fixture
def page(used_page):
    return used_page


def answer(page):
    page.get_by_label("1971").check()
    page.get_by_role("button", name="Lock it in").click()


def test_after_a_swap_the_focus_is_on_the_new_heading(page, preview):
    page.goto(f"{preview.url}/question")
    answer(page)
    page.locator(".verdict").wait_for()

    expect(page.locator("h1")).to_be_focused()


def test_after_a_swap_the_title_is_the_new_screens(page, preview):
    preview.next_screen = "coupons"
    page.goto(f"{preview.url}/show")
    page.get_by_role("button", name="Go on").click()

    expect(page).to_have_title("My coupons · The Spring Cup")


def test_the_verdict_is_said_aloud(page, preview):
    page.goto(f"{preview.url}/question")
    answer(page)

    expect(page.get_by_role("status")).to_contain_text("Not quite, and that is fine.")


def test_a_problem_takes_the_focus(page, preview):
    preview.next_screen = "problem"
    page.goto(f"{preview.url}/question")
    answer(page)

    expect(page.get_by_role("alert")).to_be_focused()


@pytest.mark.parametrize("failure", [(503, "5"), (409, "1"), (429, "5")])
def test_a_refusal_that_passes_soon_is_asked_again_with_the_same_key(page, preview, failure):
    preview.failing, preview.failure = 2, failure
    page.goto(f"{preview.url}/question")
    answer(page)
    page.locator(".verdict").wait_for()

    assert [form["idem"] for form in preview.forms("play")] == [["0190-key"]] * 3


def test_a_refusal_that_lasts_is_shown_with_a_way_to_try_again(page, preview):
    preview.failing, preview.failure = 1, (429, "60")
    page.goto(f"{preview.url}/question")
    answer(page)
    page.get_by_role("button", name="Try again").click()
    page.locator(".verdict").wait_for()

    assert [form["idem"] for form in preview.forms("play")] == [["0190-key"]] * 2


def test_a_bad_network_is_said_and_then_taken_back(page, preview):
    preview.failing = 1
    page.goto(f"{preview.url}/question")
    answer(page)

    expect(page.locator(".net")).to_contain_text("still trying")
    page.locator(".verdict").wait_for()
    expect(page.locator(".net")).to_have_count(0)


def test_an_answer_given_offline_leaves_when_the_fan_is_back(context_with, preview):
    context = context_with()
    page = context.new_page()
    page.goto(f"{preview.url}/question")
    context.set_offline(True)
    answer(page)
    expect(page.locator(".net")).to_contain_text("You are offline")
    context.set_offline(False)
    page.locator(".verdict").wait_for()

    assert len(preview.forms("play")) == 1


def test_a_double_click_sends_once(page, preview):
    preview.slow_seconds = 0.3
    page.goto(f"{preview.url}/question")
    page.get_by_label("1971").check()
    page.get_by_role("button", name="Lock it in").dblclick()
    page.locator(".verdict").wait_for()

    assert len(preview.forms("play")) == 1


def test_the_code_waits_under_the_foil_until_it_is_revealed(page, preview):
    page.goto(f"{preview.url}/ticket")
    page.locator(".foil").wait_for()
    assert page.locator(".tk-code").evaluate("e => e.inert") is True

    page.get_by_role("button", name="Reveal code").click()

    expect(page.locator(".foil")).to_have_count(0)
    expect(page.get_by_role("button", name="Copy code")).to_be_focused()


def test_a_finger_scratches_the_foil_off(page, preview):
    page.goto(f"{preview.url}/ticket")
    box = page.locator(".foil").bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    for line in range(0, int(box["height"]), 18):
        page.mouse.move(box["x"] + 5, box["y"] + line, steps=3)
        page.mouse.move(box["x"] + box["width"] - 5, box["y"] + line, steps=12)
    page.mouse.up()

    expect(page.locator(".foil")).to_have_count(0)


def test_a_copied_code_is_said(context_with, preview):
    page = context_with(permissions=["clipboard-read", "clipboard-write"]).new_page()
    page.goto(f"{preview.url}/ticket_later")
    page.get_by_role("button", name="Copy code").click()

    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "MERIDIAN-7Q4K-2XW"


def test_confetti_falls_once_and_not_for_who_wants_calm(context_with, preview):
    lively, calm = context_with(reduced_motion="no-preference").new_page(), context_with().new_page()
    for page in (lively, calm):
        page.goto(f"{preview.url}/ticket")
        page.get_by_role("button", name="Reveal code").wait_for()

    expect(calm.locator(".confetti")).to_have_count(0)
    expect(lively.locator(".confetti")).to_have_count(0, timeout=6000)


def test_the_window_hands_its_code_over_and_the_tab_redeems_it_with_its_own_secret(context_with, preview):
    page = context_with().new_page()
    page.goto(f"{preview.url}/connect")
    until(page, "!document.querySelector('[data-enhance]')")
    expect(page.locator(".way").first).not_to_have_attribute("href", re.compile("c" * 43))
    page.locator(".way").first.click()
    page.locator(".verdict").wait_for()

    (form,) = preview.forms("redeem")
    assert form["code"] == ["one-time"]
    assert form["verifier"] != ["v" * 43]


def test_where_the_windows_are_cut_apart_the_tab_asks_the_server(context_with, preview):
    page = context_with().new_page()
    preview.poll_code = "by-asking"
    page.add_init_script("window.open = () => ({})")
    page.goto(f"{preview.url}/connect")
    page.locator(".way").first.click()
    page.locator(".verdict").wait_for()

    assert [form["code"] for form in preview.forms("redeem")] == [["by-asking"]]


def test_a_view_of_the_tab_is_counted_once(context_with, preview):
    page = context_with().new_page()
    with page.expect_response("**/saw?**"):
        page.goto(f"{preview.url}/t/spring-cup")

    assert len(preview.forms("saw")) == 1


def test_a_code_from_another_window_is_not_taken(context_with, preview):
    page = context_with().new_page()
    page.add_init_script("window.open = () => ({})")
    page.goto(f"{preview.url}/connect")
    page.locator(".way").first.click()
    page.evaluate("postMessage({fanfare: 'code', code: 'planted'}, location.origin)")
    page.wait_for_timeout(300)

    assert preview.forms("redeem") == []
