"""The preview application as the tests use it: rendered pages without a server, and a server for the browser.

render        render(name, lang="en", **more) -> the HTML of one screen
preview       a running preview: `.url`, and what was posted to it in `.posted`
used_page     a page that the module's tests share, one after the other; `used_page_either_way` too without scripts
"""

import logging
import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from tests.browser import PATIENCE_MS, PHONE
from tests.fan_look.answers import Preview
from tests.fan_look.preview import create_preview, page


@pytest.fixture(scope="session")
def rendering() -> Flask:
    return create_preview()


@pytest.fixture
def render(rendering) -> Callable[..., str]:
    def html(name: str, lang: str = "en", **more: object) -> str:
        with rendering.test_request_context(f"/{name}?lang={lang}"):
            return page(name, lang, **more)

    return html


@pytest.fixture(scope="session")
def running_preview() -> Iterator[Preview]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    running = Preview()
    server = make_server("127.0.0.1", 0, running.application(), threaded=True)
    running.url = f"http://127.0.0.1:{server.port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield running
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def preview(running_preview) -> Preview:
    """The one running preview, as if it had just been started."""
    running_preview.forget()
    return running_preview


@pytest.fixture(scope="module")
def looked_at(browser: Browser) -> Iterator[Page]:
    """One page for all tests of a module that only look at what they open."""
    context = browser.new_context(viewport=PHONE, reduced_motion="reduce", locale="en-US")
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def used_pages(browser: Browser) -> Iterator[Callable[[bool], Page]]:
    """Two pages for all tests of a module, with scripts and without; the tab keeps nothing in a browser."""
    options = {"viewport": PHONE, "reduced_motion": "reduce", "locale": "en-US"}
    contexts = [browser.new_context(java_script_enabled=scripts, **options) for scripts in (False, True)]
    for context in contexts:
        context.set_default_timeout(PATIENCE_MS)
    pages = [context.new_page() for context in contexts]
    yield pages.__getitem__
    for context in contexts:
        context.close()


@pytest.fixture
def used_page(used_pages: Callable[[bool], Page]) -> Page:
    """A page that tests before have used, left for an empty one: quicker than `page`, which is new."""
    used_pages(True).goto("about:blank")
    return used_pages(True)


@pytest.fixture(params=[True, False], ids=["with-script", "without-script"])
def used_page_either_way(request: pytest.FixtureRequest, used_pages: Callable[[bool], Page]) -> Page:
    """The same with JavaScript on, then off."""
    used_pages(request.param).goto("about:blank")
    return used_pages(request.param)
