"""`/dev/mail`: the demo's mails, and nothing at all anywhere else."""

from functools import cache

import pytest

from app.db import bound_engine
from app.factory import create_app
from app.jobs.post import FolderPost
from app.settings import Settings
from tests.databases import SECRET
from tests.mail.test_parsed import NOW, SENDING, letter, mail_of

PATHS = ["/dev/mail", "/dev/mail/message-k", "/dev/mail/message-k/html", "/dev/mail/message-k/raw"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("installation")


@pytest.fixture(scope="module")
def installed(source_of, folder):
    """Give the one installation of a mode."""
    url = source_of("sqlite").copy()

    @cache
    def of(mode):
        said = {"secret": SECRET, "database_url": url, "mode": mode, "data_folder": str(folder)}
        made = create_app(Settings(**said, embedded_worker=False).checked())
        bound_engine().dispose()
        return made

    return of


@pytest.fixture
def browser(installed, folder):
    """Make a browser of an installation in this mode, with one mail in its folder."""

    def of(mode):
        FolderPost(folder / "mail").send("message:k", mail_of(letter(), "message:k", SENDING, NOW))
        return installed(mode).test_client()

    return of


@pytest.mark.parametrize(("mode", "status"), [("production", 404), ("bench", 404), ("demo", 200)])
def test_mails_are_shown_in_the_demo_and_nowhere_else(browser, mode, status):
    here = browser(mode)

    assert {here.get(path, base_url="http://127.0.0.1:8000").status_code for path in PATHS} == {status}


def test_a_mail_is_shown_with_its_headers_its_text_and_its_links(browser):
    page = browser("demo").get("/dev/mail/message-k", base_url="http://127.0.0.1:8000").text

    assert "Été : 15 % pour vous" in page
    assert "Un mot à lire" in page
    assert f'href="{SENDING.public_url}/m/w/' in page
    assert "<dt>List-Unsubscribe</dt>" in page


def test_its_html_is_shown_in_a_sandbox_without_scripts(browser):
    here = browser("demo")

    page = here.get("/dev/mail/message-k", base_url="http://127.0.0.1:8000")
    frame = here.get("/dev/mail/message-k/html", base_url="http://127.0.0.1:8000")

    assert '<iframe title="As HTML" sandbox="allow-popups allow-popups-to-escape-sandbox"' in page.text
    assert frame.headers["Content-Security-Policy"].startswith("sandbox allow-popups allow-popups-to-escape-sandbox;")
    assert "allow-scripts" not in frame.headers["Content-Security-Policy"]
    assert "default-src 'none'" in frame.headers["Content-Security-Policy"]


def test_nothing_but_mails_can_be_read(browser):
    here = browser("demo")

    for name in ("..%2Fsecret", "..%2F..%2Fsecret", "x", "message-k.eml", ".message-k", "a" * 300):
        assert here.get(f"/dev/mail/{name}/raw", base_url="http://127.0.0.1:8000").status_code == 404


def test_an_empty_folder_says_so_kindly(browser, folder):
    here = browser("demo")
    (folder / "mail" / "message-k.eml").unlink()

    assert "No mail has left yet." in here.get("/dev/mail", base_url="http://127.0.0.1:8000").text
