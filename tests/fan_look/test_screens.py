"""Every screen, in both languages, as HTML: what the policy, the law and a browser without scripts need."""

import re
from html.parser import HTMLParser

import pytest

from tests.fan_look.samples import FORM_WITHOUT_COOKIE, screens

SCREENS = list(screens("en"))
EVERY = pytest.mark.parametrize("name", SCREENS)
WHOLE_PAGES = {"connected", "refused"}


class Elements(HTMLParser):
    """The elements of a page: `.all` holds (tag, attributes) in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.all: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.all.append((tag, dict(attrs)))

    def named(self, tag):
        return [attrs for name, attrs in self.all if name == tag]


def forms(html):
    return re.findall(r"<form method=\"post\".*?</form>", html, re.DOTALL)


@EVERY
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_nothing_is_inline(render, name, lang):
    for tag, attrs in Elements(render(name, lang)).all:
        assert tag != "style"
        assert not (tag == "script" and "src" not in attrs)
        assert not [key for key in attrs if key == "style" or key.startswith("on")]


@EVERY
def test_a_screen_has_one_heading_that_can_take_the_focus(render, name):
    headings = Elements(render(name)).named("h1")

    assert [attrs.get("tabindex") for attrs in headings] == ["-1"]


@EVERY
def test_every_form_that_changes_something_is_signed_and_repeatable(render, name):
    for form in forms(render(name)):
        if not re.search(r'action="[^"]*/(connected|go|coupons|choices)"', form) or 'name="withdraw"' in form:
            assert 'name="token" value="signed"' in form
            assert 'name="idem" value="0190-key"' in form


@EVERY
def test_every_form_keeps_the_language(render, name):
    for form in forms(render(name, "fr")):
        assert 'name="lang" value="fr"' in form


@EVERY
def test_without_a_cookie_every_form_carries_the_pass(render, name):
    if name in ("first", "closed", "not_for_you", "error"):
        return
    for form in forms(render(name, form=FORM_WITHOUT_COOKIE)):
        assert 'name="pass" value="opaque-pass"' in form or "/connected" in form


@EVERY
def test_the_pass_is_never_in_an_address(render, name):
    addresses = re.findall(r'(?:href|action|src)="([^"]*)"', render(name, form=FORM_WITHOUT_COOKIE))

    assert not [address for address in addresses if "opaque-pass" in address]


@EVERY
def test_a_fragment_is_the_screen_without_the_page(render, name):
    if name in WHOLE_PAGES:
        return
    fragment = render(name, fragment=True)

    assert "<html" not in fragment
    assert '<main id="stage"' in fragment


@EVERY
def test_a_screen_speaks_french(render, name):
    english, french = render(name, "en"), render(name, "fr")

    assert 'lang="fr"' in french
    assert english != french.replace('lang="fr"', 'lang="en"')


def test_the_first_view_may_be_kept_by_everybody(render):
    html = render("first")

    assert not re.search(r"<form|token|idem|pass_field|nonce=", html)


def test_a_view_without_scripts_is_counted_by_a_picture(render):
    assert '<noscript><img class="vh" src="/t/spring-cup/saw.gif?lang=en"' in render("first")


def test_play_is_a_link_to_the_game(render):
    assert 'href="/t/spring-cup/go"' in render("first")


@pytest.mark.parametrize("name", ["offer", "offer_email"])
def test_no_box_is_ticked_and_none_is_required(render, name):
    boxes = [attrs for attrs in Elements(render(name)).named("input") if attrs["type"] == "checkbox"]

    assert boxes
    assert not [attrs for attrs in boxes if "checked" in attrs or "required" in attrs]


@pytest.mark.parametrize(("name", "field"), [("offer", "joined"), ("link", "answer")])
def test_no_is_as_visible_as_yes(render, name, field):
    buttons = [attrs for attrs in Elements(render(name)).named("button") if attrs.get("name") == field]

    assert [attrs["class"] for attrs in buttons] == ["choice", "choice"]


def test_refusing_needs_no_address(render):
    buttons = Elements(render("offer_email")).named("button")

    assert [attrs["value"] for attrs in buttons if "formnovalidate" in attrs] == ["no"]


def test_a_used_or_expired_coupon_offers_no_code_to_copy(render):
    assert render("coupons").count("data-copy=") == 1


def test_what_an_author_or_a_fan_wrote_stays_text(render):
    problem = {**screens("en")["error"][1], "problem": "<script>alert(1)</script>"}

    assert "<script>alert" not in render("error", screen=problem)


def test_the_way_in_without_scripts_opens_a_window_and_asks_for_the_verifier(render):
    html = render("connect")

    assert f'href="/connect/club?ch={"c" * 43}&amp;c=spring-cup&amp;lang=en" target="_blank"' in html
    assert f'name="verifier" value="{"v" * 43}"' in html


def test_on_our_own_page_the_login_stays_in_the_window(render):
    html = render("connect", same_window=True)

    assert 'href="/connect/club?c=spring-cup&amp;lang=en"' in html
    assert "target=" not in html
