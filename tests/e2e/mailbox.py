"""A fan's mailbox, as the demo shows it: she waits for a mail, opens it, and presses its button."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.e2e.words import WORDS

PATIENCE = 60  # times half a second: a worker looks every two


def open_mail(page: Page, engine: str, subject: str, lang: str = "en") -> None:
    """Wait for the newest mail with this subject, and open it."""
    link = page.get_by_role("link", name=re.compile(re.escape(subject))).first
    for _ in range(PATIENCE):
        page.goto(f"{engine}/dev/mail?lang={lang}")
        if link.count():
            link.click()
            expect(page.locator("h1")).to_contain_text(subject)
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"no mail “{subject}” has come: {page.locator('main').inner_text()}")


def confirm(page: Page, engine: str, lang: str = "en") -> Page:
    """Press the button of the confirmation mail, and the one on the page that it leads to; gives that page."""
    words = WORDS[lang]
    open_mail(page, engine, words.please_confirm, lang)
    with page.context.expect_page() as opened:
        page.frame_locator("iframe").get_by_role("link", name=words.that_was_me).click()
    opened.value.get_by_role("button", name=words.i_confirm).click()
    expect(opened.value.get_by_role("heading", name=words.confirmed)).to_be_visible()
    return opened.value
