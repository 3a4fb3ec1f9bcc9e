"""With JavaScript off every form of the tab arrives whole; with it on the same fields arrive, as a fragment."""

import pytest

pytestmark = pytest.mark.browser


def fields_of(preview, verb):
    preview.posted = [entry for entry in preview.posted if entry[0] != "poll"]
    (form,) = preview.forms(verb)
    return {name: values for name, values in form.items() if name not in ("token", "idem", "lang")}


@pytest.fixture
def opened(used_page_either_way, preview):
    def at(name):
        used_page_either_way.goto(f"{preview.url}/{name}")
        return used_page_either_way

    return at


def settled(page):
    page.locator(".verdict").wait_for()


def test_an_answer_arrives(opened, preview):
    page = opened("question")
    page.get_by_label("1971").check()
    page.get_by_role("button", name="Lock it in").click()
    settled(page)

    assert fields_of(preview, "play") == {"step": ["quiz"], "move": ["1"], "question": ["cup"], "answer": ["1971"]}


def test_a_vote_arrives(opened, preview):
    page = opened("vote")
    page.get_by_label("Chalk white").check()
    page.get_by_role("button", name="Cast my vote").click()
    settled(page)

    assert fields_of(preview, "play") == {"step": ["quiz"], "move": ["1"], "choice": ["chalk"]}


def test_joining_without_ticking_arrives_as_joining_only(opened, preview):
    page = opened("offer")
    page.get_by_role("button", name="Join", exact=True).click()
    settled(page)

    assert fields_of(preview, "offer") == {"step": ["club"], "joined": ["yes"]}


def test_a_ticked_box_arrives_under_its_purpose(opened, preview):
    page = opened("offer")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Join", exact=True).click()
    settled(page)

    assert fields_of(preview, "offer") == {"step": ["club"], "joined": ["yes"], "ask": ["newsletter.email"]}


def test_refusing_works_with_a_broken_address(opened, preview):
    page = opened("offer_email")
    page.get_by_role("button", name="No, thanks").click()
    settled(page)

    assert fields_of(preview, "offer")["joined"] == ["no"]


@pytest.mark.parametrize(("button", "answer"), [("Yes, link us", "yes"), ("Not now", "later")])
def test_the_answer_about_the_link_arrives(opened, preview, button, answer):
    page = opened("link")
    page.get_by_role("button", name=button).click()
    settled(page)

    assert fields_of(preview, "link") == {"answer": [answer]}


@pytest.mark.parametrize(("screen", "verb"), [("show", "shown"), ("score", "move-on")])
def test_going_on_arrives(opened, preview, screen, verb):
    page = opened(screen)
    page.get_by_role("button", name="Go on").click()
    settled(page)

    assert len(preview.forms(verb)) == 1


def test_one_click_withdraws_a_consent(opened, preview):
    page = opened("choices")
    page.get_by_role("button", name="Withdraw: Newsletter by e-mail").click()
    settled(page)

    assert fields_of(preview, "choices") == {"withdraw": ["newsletter.email"]}


def test_i_have_connected_sends_a_verifier(opened, preview):
    page = opened("connect")
    page.get_by_role("button", name="I have connected").click()
    settled(page)

    (verifier,) = fields_of(preview, "connected")["verifier"]
    assert len(verifier) == 43


def test_without_scripts_the_code_can_be_read_at_once(used_pages, preview):
    page = used_pages(False)
    page.goto(f"{preview.url}/ticket")

    assert page.get_by_text("MERIDIAN-7Q4K-2XW").is_visible()
    assert not page.get_by_role("button", name="Copy code").is_visible()


def test_a_script_asks_for_the_fragment_only(used_page, preview):
    page = used_page
    page.goto(f"{preview.url}/show")
    page.get_by_role("button", name="Go on").click()
    settled(page)

    assert preview.posted[0][2] is True
