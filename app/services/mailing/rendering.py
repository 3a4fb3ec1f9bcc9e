"""From a letter to a mail: headers, a text part and an HTML part that say the same, in the reader's language.

Every address of ours in a mail begins with the public URL of the settings; nothing of any request comes near it.
Source: RFC 5322 (mail), RFC 2046 (alternatives), RFC 3834 (Auto-Submitted), RFC 8058 (one-click unsubscribe).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app.services.keys import fingerprint
from app.services.mailing.letters import Letter
from app.services.mailing.owing import CONFIRMATION
from app.services.mailing.plain import plain_text, wrapped
from app.services.theme import derive

ROOT: Final = Path(__file__).resolve().parents[3]
RIGHT_TO_LEFT: Final = {"ar", "he", "fa", "ur"}
LONGEST_SUBJECT: Final = 200
# Long headers stay in one line: folded at 78 an address would be encoded, and mail programs do not decode those.
AS_SENT: Final = SMTP.clone(max_line_length=900)
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_TAG = re.compile(r"<(p|h2|h3|h4|ul|ol|li|a|blockquote|td|th)(?=[ >])")
STYLES: Final = {
    "p": "margin:0 0 16px", "h2": "margin:24px 0 8px;font-size:20px;line-height:26px",
    "h3": "margin:20px 0 8px;font-size:17px", "h4": "margin:16px 0 8px;font-size:16px",
    "ul": "margin:0 0 16px;padding:0 0 0 24px", "ol": "margin:0 0 16px;padding:0 0 0 24px", "li": "margin:0 0 6px",
    "blockquote": "margin:0 0 16px;padding:0 0 0 16px;border-left:4px solid #cccccc",
    "td": "padding:4px 12px 4px 0;text-align:left", "th": "padding:4px 12px 4px 0;text-align:left",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sending:
    """What the installation adds: its public address, the address mails come from, a mailbox for unsubscriptions."""

    public_url: str
    sender: str
    unsubscribe: str = ""


def mail_of(letter: Letter, key: str, sending: Sending, now: datetime) -> EmailMessage:
    """The mail of a letter.  The same `key` gives the same Message-ID, so that a repeat is known as one.

    Raises: ValueError for an address that cannot stand in a header.
    """
    values = _values(letter, sending)
    lang = letter.sheet.lang
    mail = EmailMessage()
    mail["From"] = Address(one_line(letter.sheet.sender_name), addr_spec=sending.sender)
    mail["To"] = Address(addr_spec=letter.address)
    mail["Subject"] = one_line(letter.subject or _part(lang, "subject.txt", values))[:LONGEST_SUBJECT]
    mail["Date"] = now
    mail["Message-ID"] = f"<{fingerprint(key)[:40]}@{sending.sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    for name, value in _unsubscribe(letter, sending).items():
        mail[name] = value
    stem = "confirmation" if letter.kind == CONFIRMATION else "message"
    mail.set_content(_part(lang, f"{stem}.txt", values), cte="quoted-printable")
    mail.add_alternative(_part(lang, f"{stem}.html", values), subtype="html", cte="quoted-printable")
    mail["Content-Language"] = lang
    mail.policy = AS_SENT
    return mail


def one_line(text: str) -> str:
    """A text that may stand in a header: no line ends, no control characters, single spaces."""
    return " ".join(_UNPRINTABLE.sub(" ", text).split())


def _unsubscribe(letter: Letter, sending: Sending) -> dict[str, str]:
    """How mail programs take a yes back for their reader.  One-click is for https only.  Source: RFC 8058, 3.1."""
    if not letter.footer.withdraw:
        return {}
    ways = [f"<{sending.public_url}{letter.footer.withdraw}>"]
    if sending.unsubscribe:
        token = letter.footer.withdraw.rpartition("/")[2]
        ways.append(f"<mailto:{sending.unsubscribe}?subject=unsubscribe%20{token}>")
    headers = {"List-Unsubscribe": ", ".join(ways)}
    if sending.public_url.startswith("https://"):
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _values(letter: Letter, sending: Sending) -> dict[str, Any]:
    colours = derive(letter.sheet.theme)
    lang = letter.sheet.lang
    return {
        "letter": letter, "sheet": letter.sheet, "ticket": letter.ticket, "footer": letter.footer, "colours": colours,
        "url": sending.public_url, "body_html": Markup(_dressed(letter.body_html, colours["brand"])),
        "body_text": plain_text(letter.body_html), "lang": lang,
        "dir": "rtl" if lang.partition("-")[0] in RIGHT_TO_LEFT else "ltr",
    }  # fmt: skip


def _dressed(html: str, colour: str) -> str:
    """An author's HTML with its looks on every tag: many mail programs read no stylesheet."""
    styles = {**STYLES, "a": f"color:{colour};text-decoration:underline"}
    return _TAG.sub(lambda tag: f'<{tag[1]} style="{styles[tag[1]]}"', html)


def _part(lang: str, template: str, values: dict[str, Any]) -> str:
    return _templates(lang).get_template(template).render(values)


@lru_cache(maxsize=16)
def _templates(lang: str) -> Environment:
    """The templates of mails, with the product's own words in one language; English where we do not speak it."""
    jinja = Environment(
        loader=FileSystemLoader(ROOT / "templates" / "mail"), undefined=StrictUndefined, extensions=["jinja2.ext.i18n"],
        autoescape=lambda name: bool(name and name.endswith(".html")), trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    words: NullTranslations = Translations.load(str(ROOT / "app" / "translations"), [lang.partition("-")[0]])
    jinja.install_gettext_callables(words.ugettext, words.ungettext, newstyle=True)  # type: ignore[attr-defined]
    jinja.filters["wrap"] = lambda text, lead="", rest="": "\n".join(wrapped(str(text), lead, rest))
    return jinja
