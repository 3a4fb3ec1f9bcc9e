"""`/dev/mail`: the mails of the demo, as their readers would get them.  Outside the demo there is nothing here.

A mail's HTML is shown in a sandbox without scripts and without a network; its links open in a new tab.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Final, cast

from flask import Blueprint, Response, current_app, make_response, render_template

from app.errors import NotFound
from app.settings import Settings
from app.web.languages import SPOKEN, choose_language, direction
from app.web.security import POLICY, csp_nonce

bp = Blueprint("dev", __name__, url_prefix="/dev/mail")
MOST_SHOWN: Final = 200
SANDBOX: Final = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src data:; frame-ancestors 'self'"
)
_NAME = re.compile(r"[A-Za-z0-9_-]{1,200}")
_LINK = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail in the folder: its name there, when it was put there, and what a mail parser makes of it."""

    name: str
    written_at: datetime
    parsed: EmailMessage

    def part(self, subtype: str) -> str:
        """The text or HTML part; empty when there is none."""
        found = self.parsed.get_body((subtype,))
        return str(found.get_content()) if found else ""

    @property
    def links(self) -> Sequence[str]:
        """The addresses in the text part, each once."""
        return list(dict.fromkeys(_LINK.findall(self.part("plain"))))


@bp.before_request
def only_in_the_demo() -> None:
    """Nothing is here for anybody else.  Raises: NotFound."""
    if not _settings().demo:
        raise NotFound
    choose_language(SPOKEN)


@bp.get("")
def mails() -> Response:
    """All mails, the newest first."""
    folder = _settings().mail_folder
    files = sorted(folder.glob("[!.]*.eml"), key=lambda file: file.stat().st_mtime, reverse=True)
    return _page("dev/mails.html", mails=[_read(file) for file in files[:MOST_SHOWN]], server=_settings().smtp_host)


@bp.get("/<name>")
def mail(name: str) -> Response:
    """One mail: its headers, both parts, its links."""
    return _page("dev/mail.html", mail=_mail_called(name))


@bp.get("/<name>/html")
def html(name: str) -> Response:
    """Its HTML part alone, for the frame."""
    response = make_response(_mail_called(name).part("html"))
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


@bp.get("/<name>/raw")
def raw(name: str) -> Response:
    """The mail as it was sent, byte for byte."""
    response = make_response(_file(name).read_bytes())
    response.content_type = "text/plain; charset=utf-8"
    return response


def _page(template: str, **values: object) -> Response:
    lang = choose_language(SPOKEN)
    response = make_response(render_template(template, lang=lang, dir=direction(lang), **values))
    policy = POLICY.format(nonce=csp_nonce(), ancestors="'none'")
    response.headers["Content-Security-Policy"] = f"{policy}; frame-src 'self'"
    return response


def _mail_called(name: str) -> Mail:
    return _read(_file(name))


def _file(name: str) -> Path:
    """The file of a mail.  Raises: NotFound."""
    file = _settings().mail_folder / f"{name}.eml"
    if not _NAME.fullmatch(name) or not file.is_file():
        raise NotFound
    return file


def _read(file: Path) -> Mail:
    written_at = datetime.fromtimestamp(file.stat().st_mtime).astimezone()
    return Mail(file.stem, written_at, message_from_bytes(file.read_bytes(), policy=default))


def _settings() -> Settings:
    return cast(Settings, current_app.extensions["fanfare"])
