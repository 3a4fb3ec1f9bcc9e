"""The stage, fans in front of it, staff behind it.

stage        the running demo, started once and put back as it was before each test that asks for `fresh_stage`
arrive       arrive(lang="en", scripts=True) -> a `Tab` in the brand's page; without scripts in its page by hand
at_desk      at_desk("manager") -> a page of the studio where this role is logged in
watch        what the browser complained about; a test ends with `assert not watch.complaints`
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Frame, Page, expect

from tests.browser import DESK
from tests.e2e.stage import SLUG, Stage, demo
from tests.e2e.tab import Tab
from tests.e2e.watch import Watch

SCRIPTS = re.compile(r"<script.*?</script>", re.DOTALL)
__all__ = ["SLUG", "Arrive"]
PICTURES = os.environ.get("FANFARE_TEST_PICTURES")  # a folder to keep a picture of every screen in


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with demo(tmp_path_factory.mktemp("demo")) as running:
        yield running


@pytest.fixture
def fresh_stage(stage: Stage) -> Stage:
    stage.as_at_first()
    return stage


@pytest.fixture(scope="session")
def known() -> set[str]:
    return set()


@pytest.fixture
def watch(stage: Stage, known: set[str]) -> Watch:
    return Watch(stage.origins, known)


@pytest.fixture
def tabs() -> list[Tab]:
    """The tabs that this test has opened."""
    return []


@pytest.fixture(autouse=True, scope="session")
def patience() -> None:
    """Wait longer than usual: two browsers, two servers and the tests may share one machine."""
    expect.set_options(timeout=15_000)


Arrive = Callable[..., Tab]


@pytest.fixture
def arrive(fresh_stage: Stage, context_with: Callable[..., BrowserContext], watch: Watch, tabs, look) -> Arrive:
    """Give a function that brings a fan to the brand's page."""

    def fan(lang: str = "en", scripts: bool = True, **options: object) -> Tab:
        context = watch.over(context_with(java_script_enabled=scripts, locale=f"{lang}-US", **options))
        page = context.new_page()
        page.goto(f"{fresh_stage.brand if scripts else fresh_stage.by_hand}/?lang={lang}")
        tabs.append(Tab(page, lang, scripts, look))
        return tabs[-1]

    return fan


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Keep a picture of where a walk ended badly, for whoever looks into it."""
    report = yield
    if report.failed and PICTURES and call.when == "call":
        for number, tab in enumerate(item.funcargs.get("tabs", ())):
            picture(tab.page, f"{item.name}-failed-{number}")
    return report


@pytest.fixture
def look(
    stage: Stage, context_with: Callable[..., BrowserContext], watch: Watch, request
) -> Callable[[Tab, str], None]:
    """Let axe look at each screen, and keep a picture of it where pictures are asked for."""
    mirrors: list[Page] = []

    def mirrored(tab: Tab) -> Frame:
        """The same screen in a page with scripts, at the engine's own address: axe is a script, too."""
        if not mirrors:
            mirrors.append(context_with().new_page())
            mirrors[0].goto(f"{stage.engine}/healthz")
        mirrors[0].set_content(SCRIPTS.sub("", tab.frame.content()))
        return mirrors[0].main_frame

    def look(tab: Tab, screen: str) -> None:
        place = f"{screen} in {tab.lang} {'with' if tab.scripts else 'without'} scripts"
        watch.look(place, tab.frame, lambda: tab.frame if tab.scripts else mirrored(tab))
        if PICTURES:
            picture(tab.page, f"{request.node.name}-{len(tab.screens):02}-{screen}")

    return look


@pytest.fixture
def take(request) -> Callable[[Page, str], None]:
    """Keep a picture of a page where pictures are asked for."""
    return lambda page, name: picture(page, f"{request.node.name}-{name.replace('/', '-')}") if PICTURES else None


@pytest.fixture
def at_desk(fresh_stage: Stage, context_with: Callable[..., BrowserContext], watch: Watch) -> Callable[..., Page]:
    """Give a function that logs somebody of a role in, at a desk."""

    def staff(role: str, lang: str = "en") -> Page:
        context = watch.over(context_with(viewport=DESK, locale=lang))
        page = context.new_page()
        page.goto(f"{fresh_stage.engine}/studio/login?lang={lang}")
        watch.look(f"login in {lang}", page.main_frame)
        page.locator("input[name=email]").fill(f"{role}@hollybrook.example")
        page.locator("input[name=password]").fill(fresh_stage.passwords[role])
        page.locator("main form button.primary").click()
        page.wait_for_url(lambda url: "/login" not in url)
        if lang != "en":
            page.goto(f"{fresh_stage.engine}/studio/account")
            page.locator("select[name=language]").select_option(lang)
            page.locator("form:has(select[name=language]) button").click()
            expect(page.locator("html")).to_have_attribute("lang", lang)
        return page

    return staff


def picture(page: Page, name: str) -> None:
    """Keep a picture of the page."""
    assert PICTURES
    Path(PICTURES).mkdir(parents=True, exist_ok=True)
    file = f"{PICTURES}/{name}.png"
    if page.locator("iframe").count():
        page.locator("iframe").screenshot(path=file)
    else:
        page.screenshot(path=file, full_page=True)
