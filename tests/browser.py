"""Fixtures that drive a real Chromium; loaded by `conftest`.

`context_with` makes contexts with other options; all pages have a phone's width unless said otherwise.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.servers.chromium import launch

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
PATIENCE_MS = 10_000
LOOK_MS = 50


def until(page: Page, claim: str) -> None:
    """Wait until a claim about the page holds; the browser's own waiting needs `eval`, which our policies refuse."""
    for _ in range(PATIENCE_MS // LOOK_MS):
        if page.evaluate(claim):
            return
        page.wait_for_timeout(LOOK_MS)
    raise AssertionError(f"this does not come true: {claim}")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = launch(playwright)
    yield browser
    browser.close()


@pytest.fixture
def context_with(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Give a function that opens a browser context: `context_with(java_script_enabled=False, locale="fr-FR")`."""
    opened: list[BrowserContext] = []

    def context(**options: Any) -> BrowserContext:
        defaults = {"viewport": PHONE, "reduced_motion": "reduce", "ignore_https_errors": True, "locale": "en-US"}
        opened.append(browser.new_context(**{**defaults, **options}))
        opened[-1].set_default_timeout(PATIENCE_MS)
        return opened[-1]

    yield context
    for each in opened:
        each.close()


@pytest.fixture
def page(context_with: Callable[..., BrowserContext]) -> Page:
    """A page of a phone, in English, with motion reduced."""
    return context_with().new_page()


@pytest.fixture(params=[True, False], ids=["with-script", "without-script"])
def page_either_way(request: pytest.FixtureRequest, context_with: Callable[..., BrowserContext]) -> Page:
    """The same page with JavaScript on, then off."""
    return context_with(java_script_enabled=request.param).new_page()
