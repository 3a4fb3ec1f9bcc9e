"""The preview application as the tests use it: rendered pages without a server, and a server for the browser.

render        render(name, lang="en", **more) -> the HTML of one screen
preview       a running preview: `.url`, and what was posted to it in `.posted`
"""

import logging
import threading
from collections.abc import Callable, Iterator

import pytest
from werkzeug.serving import make_server

from tests.fan_look.answers import Preview
from tests.fan_look.preview import create_preview, page


@pytest.fixture
def render() -> Callable[..., str]:
    app = create_preview()

    def html(name: str, lang: str = "en", **more: object) -> str:
        with app.test_request_context(f"/{name}?lang={lang}"):
            return page(name, lang, **more)

    return html


@pytest.fixture
def preview() -> Iterator[Preview]:
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
