"""A fan connects in a real Chromium, inside a brand's page on another site, without any third-party cookie."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask, Response, make_response, request
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from app.db import reading
from app.models import Fan, Pass
from tests.connect.conftest import PEOPLE
from tests.connect.site import SLUG
from tests.connect.stage import Stage, serving, stage
from tests.servers.chromium import FLAGS, chromium

pytestmark = pytest.mark.browser
SAME_ORIGIN = "same-origin"


@pytest.fixture(params=[None, SAME_ORIGIN], ids=["provider-without-COOP", "provider-with-COOP"])
def stage_either_way(request, source_of) -> Iterator[Stage]:
    with stage(source_of("sqlite").copy(), PEOPLE, request.param) as ready:
        yield ready


@pytest.fixture
def plain_stage(source_of) -> Iterator[Stage]:
    with stage(source_of("sqlite").copy(), PEOPLE, None) as ready:
        yield ready


@pytest.fixture(scope="module")
def denying(playwright):
    """A browser in which an embedded page may store nothing at all: reading localStorage throws."""
    browser = playwright.chromium.launch(executable_path=chromium(), args=[*FLAGS])
    yield browser
    browser.close()


@pytest.fixture(params=["storage partitioned", "storage denied"])
def context(request, browser, denying) -> Iterator[BrowserContext]:
    """A context without third-party cookies, and with one or the other kind of storage for embedded pages."""
    context = {"storage partitioned": browser, "storage denied": denying}[request.param].new_context(locale="en-US")
    context.set_default_timeout(15_000)
    yield context
    context.close()


def page_around(address: str) -> Flask:
    """A page of another site with this address in a frame."""
    app = Flask("around", static_folder=None)
    app.add_url_rule("/", view_func=lambda: f'<iframe src="{address}"></iframe>')
    return app


def cookie_teller() -> Flask:
    """A page that sets two cookies, one of them partitioned, and says which came back."""
    app = Flask("teller", static_folder=None)

    @app.get("/")
    def tell() -> Response:
        response = make_response(f"it sends: {' '.join(sorted(request.cookies)) or 'nothing'}")
        response.set_cookie("plain", "1", secure=True, samesite="None")
        response.set_cookie("partitioned", "1", secure=True, samesite="None", partitioned=True)
        return response

    return app


def tab_of(page: Page):
    return page.frame_locator("iframe")


def connect(page: Page, who: str = "Ada Lovelace") -> Page:
    """Click "Continue with Demo" in the tab and pick a person in the window; the window."""
    tab_of(page).locator("form[data-ready]").wait_for()
    with page.expect_popup() as opened:
        tab_of(page).get_by_role("link", name="Continue with Demo").click()
    opened.value.get_by_role("button", name=who).click()
    return opened.value


def test_neither_browser_sends_third_party_cookies(context):
    with serving(cookie_teller()) as port, serving(page_around(f"http://127.0.0.1:{port}/")) as brand:
        page = context.new_page()
        page.goto(f"http://localhost:{brand}/")
        page.reload()

        expect(tab_of(page).get_by_text("it sends: partitioned", exact=True)).to_be_visible()


def test_the_tab_goes_on_by_itself_and_still_knows_the_fan_after_a_reload(context, stage_either_way):
    page = context.new_page()
    page.goto(stage_either_way.brand)

    connect(page)
    expect(tab_of(page).get_by_text("Tea, en.")).to_be_visible()

    page.reload()
    expect(tab_of(page).get_by_text("Tea, en.")).to_be_visible()


def test_the_window_closes_when_it_is_done(page, plain_stage):
    page.goto(plain_stage.brand)

    window = connect(page)

    expect(tab_of(page).get_by_text("Tea, en.")).to_be_visible()
    if not window.is_closed():
        window.wait_for_event("close")


def test_it_works_inside_a_page_without_https(page, plain_stage):
    page.goto(plain_stage.insecure_brand)

    connect(page)

    expect(tab_of(page).get_by_text("Tea, en.")).to_be_visible()


def test_where_the_cookie_does_not_stick_the_forms_carry_the_pass(page, plain_stage):
    def without_cookie(route):
        answer = route.fetch()
        route.fulfill(
            response=answer, headers={name: value for name, value in answer.headers.items() if name != "set-cookie"}
        )

    page.route("**/redeem", without_cookie)
    page.goto(plain_stage.brand)

    connect(page)
    expect(tab_of(page).locator("input[name=pass]").first).to_be_attached()
    tab_of(page).get_by_role("button", name="My coupons").click()

    expect(tab_of(page).get_by_role("heading", name="My coupons")).to_be_visible()


def test_a_click_before_the_script_is_there_leads_on_by_the_button(page, plain_stage):
    page.route("**/connect.js**", lambda route: (page.wait_for_timeout(2000), route.continue_()))
    page.goto(plain_stage.brand, wait_until="domcontentloaded")
    with page.context.expect_page() as opened:
        tab_of(page).get_by_role("link", name="Continue with Demo").click()
    opened.value.get_by_role("button", name="Ada Lovelace").click()
    tab_of(page).locator("form[data-ready]").wait_for()

    tab_of(page).get_by_role("button", name="I have connected").click()

    expect(tab_of(page).get_by_text("Tea, en.")).to_be_visible()


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_without_scripts_a_new_tab_and_a_button_lead_on(context_with, plain_stage, lang):
    words = {"en": ("Continue with Demo", "I have connected"), "fr": ("Continuer avec Demo", "Je suis connect")}[lang]
    page = context_with(java_script_enabled=False, locale=f"{lang}-{lang.upper()}").new_page()
    page.goto(plain_stage.brand)

    with page.context.expect_page() as opened:
        tab_of(page).get_by_role("link", name=words[0]).click()
    opened.value.get_by_role("button", name="Ada Lovelace").click()
    opened.value.wait_for_url("**/callback?**")
    tab_of(page).get_by_role("button", name=re.compile(words[1])).click()

    expect(tab_of(page).get_by_text(f"Tea, {lang}.")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["with-script", "without-script"])
def test_at_top_level_the_same_window_logs_in(context_with, plain_stage, scripts):
    page = context_with(java_script_enabled=scripts).new_page()
    page.goto(f"{plain_stage.engine}/t/{SLUG}/go?src=qr")

    page.get_by_role("link", name="Continue with Demo").click()
    page.get_by_role("button", name="Ada Lovelace").click()

    page.wait_for_url(f"**/t/{SLUG}/go")
    expect(page.get_by_role("heading", name="Who is playing?")).to_have_count(0)


def test_a_fan_who_cancels_finds_the_way_back(page, plain_stage):
    page.goto(f"{plain_stage.engine}/t/{SLUG}/go")
    page.get_by_role("link", name="Continue with Demo").click()
    page.get_by_role("button", name="Cancel and go back").click()

    expect(page.get_by_text("You did not connect, and nothing was sent.")).to_be_visible()
    page.get_by_role("link", name="Back to the game").click()
    expect(page.get_by_text("Tea, en.")).to_be_visible()


def test_an_evil_page_can_neither_open_the_window_nor_hear_of_it(page, plain_stage):
    page.goto(plain_stage.brand)
    with page.expect_popup() as opened:
        page.evaluate(f"void window.open('{plain_stage.engine}/connect/demo?c={SLUG}&ch={'x' * 43}')")

    expect(opened.value.get_by_text("Connecting starts from the game itself.")).to_be_visible()
    assert "code" not in page.evaluate("heard.join()")


def test_the_embedding_page_never_hears_the_code(page, plain_stage):
    page.goto(plain_stage.brand)

    connect(page)
    expect(tab_of(page).get_by_text("Tea, en.")).to_be_visible()

    assert '"code"' not in page.evaluate("heard.join()")


def test_two_people_in_two_tabs_are_two_fans_with_a_pass_each(context_with, plain_stage):
    for who in ("Ada Lovelace", "Bob"):
        page = context_with().new_page()
        page.goto(plain_stage.brand)
        connect(page, who)
        expect(tab_of(page).get_by_text("Tea, en.")).to_be_visible()

    with reading() as tx:
        assert {fan.display_name for fan in tx.scalars(select(Fan))} == {"Ada Lovelace", "Bob"}
        assert {row.origin for row in tx.scalars(select(Pass))} == {plain_stage.brand}
