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
from playwright.sync_api import BrowserContext, Page

from tests.browser import DESK
from tests.e2e.stage import SLUG, Stage, demo
from tests.e2e.tab import Tab
from tests.e2e.watch import Watch

SCRIPTS = re.compile(r"<script.*?</script>", re.DOTALL)
__all__ = ["SLUG", "Arrive"]
PICTURES = os.environ.get("FANFARE_TEST_PICTURES")  # a folder to keep a picture of every screen in


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("demo")
    if os.environ.get("E2E_LOADED"):  # DEV
        import shutil  # DEV

        for each in ("demo-accounts.json", "fanfare.sqlite3", "secret"):  # DEV
            shutil.copy(f"{os.environ['E2E_LOADED']}/{each}", folder)  # DEV
    with demo(folder) as running:
        yield running


@pytest.fixture
def fresh_stage(stage: Stage) -> Stage:
    stage.as_at_first()
    return stage


@pytest.fixture
def watch(stage: Stage) -> Watch:
    return Watch(stage.origins)


@pytest.fixture
def tabs() -> list[Tab]:
    """The tabs that this test has opened."""
    return []


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
def look(stage: Stage, context_with: Callable[..., BrowserContext], watch: Watch, request) -> Callable[[Tab, str], None]:
    """Let axe look at each screen, and keep a picture of it where pictures are asked for."""
    mirrors: list[Page] = []

    def mirror() -> Page:
        """A page with scripts at the engine's own address, in which axe can look at a screen that has none."""
        if not mirrors:
            mirrors.append(context_with().new_page())
            mirrors[0].goto(f"{stage.engine}/healthz")
        return mirrors[0]

    def look(tab: Tab, screen: str) -> None:
        shown = tab.frame
        if not tab.scripts:
            mirror().set_content(SCRIPTS.sub("", tab.frame.content()))
            shown = mirror().main_frame
        watch.look(f"{screen} in {tab.lang}", shown)
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
        watch.look("login", page.main_frame)
        page.locator("input[name=email]").fill(f"{role}@hollybrook.example")
        page.locator("input[name=password]").fill(fresh_stage.passwords[role])
        page.locator("main form button.primary").click()
        page.wait_for_url(lambda url: "/login" not in url)
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
