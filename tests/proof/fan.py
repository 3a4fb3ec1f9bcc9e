"""A fan's browser in a load: she reads the form on the page, answers it, and repeats what got lost under its key."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from random import Random
from urllib.parse import urlencode

import urllib3

from app.errors import Unavailable
from tests.proof.fair import FAIR, Guest

LONGEST_WAIT = 0.5  # seconds; shorter than Retry-After asks for, so that repeats come thick
BETWEEN_MOVES = 0.11  # seconds; faster moves are refused as a robot's
ANSWER_WITHIN = 20  # seconds
_FORM = re.compile(r'<form method="post" action="([^"]+)"(.*?)</form>', re.DOTALL)
_INPUT = re.compile(r"<input ([^>]*)>")
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
_CODE = re.compile(r'<code id="code-[^"]*" dir="ltr">([^<]+)</code>')
_LEAKS = ("Traceback", "sqlalchemy", "psycopg", "sqlite3.", 'File "')
GOOD = {200, 204, 304}
LATER = {409, 429, 503}


@dataclass(frozen=True, slots=True)
class Ack:
    """An act that was acknowledged: whose, under which key, which (`play`, `enter` ...)."""

    fan: str  # her id in hex
    key: str
    act: str


@dataclass(slots=True)
class Heard:
    """What clients were told: how often each status, what was acknowledged, and what should not have been said."""

    statuses: Counter[str] = field(default_factory=Counter)
    acks: list[Ack] = field(default_factory=list)
    wallets: dict[str, tuple[str, ...]] = field(default_factory=dict)  # fan -> the codes she saw
    strange: list[str] = field(default_factory=list)
    slowest: float = 0.0  # seconds until an act was acknowledged, all repeats included

    def add(self, other: Heard) -> None:
        """Take over what another client heard."""
        self.statuses += other.statuses
        self.acks += other.acks
        self.wallets |= other.wallets
        self.strange += other.strange
        self.slowest = max(self.slowest, other.slowest)

    def plays(self) -> int:
        """How many moves were acknowledged."""
        return sum(ack.act == "play" for ack in self.acks)


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a page: where it goes, its hidden fields, and what may be chosen."""

    action: str
    fields: dict[str, str]
    choices: dict[str, list[str]]


class Stopped(Exception):
    """The load ends before this fan is through."""


class Client:
    """One connection to the site, used by one fan after another."""

    def __init__(self, url: str, luck: Random, patient: Callable[[], bool]) -> None:
        self.url, self.luck, self.patient = url, luck, patient
        self.heard = Heard()
        parts = urllib3.util.parse_url(url)
        self.pool = urllib3.HTTPConnectionPool(parts.host, parts.port, maxsize=1, retries=False, timeout=ANSWER_WITHIN)

    def walk(self, guest: Guest, acts: int = 30) -> None:
        """Let a fan through the campaign, from the door to the last page; then look into her wallet."""
        form = form_in(self._until_answered(guest, "go"))
        for _ in range(acts):
            if form is None or form.action == "go":
                break
            form = form_in(self.act(guest, form)) or form_in(self._until_answered(guest, "go"))
        self.heard.wallets[guest.id.hex] = tuple(_CODE.findall(self._until_answered(guest, "coupons")))

    def act(self, guest: Guest, form: Form) -> str:
        """Send a form, again and again under its key until it is acknowledged; gives the page that follows."""
        if form.action == "play":
            time.sleep(BETWEEN_MOVES)
        fields = {**form.fields, **self._choose(guest, form)}
        began = time.monotonic()
        page = self._until_answered(guest, form.action, fields)
        self.heard.slowest = max(self.heard.slowest, time.monotonic() - began)
        self.heard.acks.append(Ack(guest.id.hex, fields["idem"], form.action))
        return page

    def first_view(self) -> int | None:
        """Read what anybody sees; gives the status, or none when nobody answered."""
        return self._ask("GET", f"/t/{FAIR}", {}, None)[0]

    def _choose(self, guest: Guest, form: Form) -> dict[str, str]:
        chosen = {name: self.luck.choice(values) for name, values in form.choices.items()}
        if form.action == "offer":
            joins = self.luck.random() < 0.7
            chosen = {"joined": "yes" if joins else "no", **({"ask": "newsletter.email"} if joins else {})}
            if "email" in form.choices:
                chosen["email"] = guest.email
        return chosen

    def _until_answered(self, guest: Guest, path: str, fields: dict[str, str] | None = None) -> str:
        headers = {"Cookie": f"__Host-fan={guest.secret}", "Sec-Fetch-Site": "same-origin", "X-Fragment": "1"}
        while True:
            method, body = ("POST", urlencode(fields)) if fields is not None else ("GET", None)
            status, page, wait = self._ask(method, f"/t/{FAIR}/{path}", headers, body)
            if status == 200:
                return page
            if status is not None and status not in LATER:
                raise Stopped(f"{path} was answered with {status}")
            if not self.patient():
                raise Stopped(f"{path} was not answered in time")
            time.sleep(min(wait, LONGEST_WAIT))

    def _ask(self, method: str, path: str, headers: dict[str, str], body: str | None) -> tuple[int | None, str, float]:
        """One request; gives status (none when the connection was lost), page, and how long to wait before another."""
        form = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        try:
            answer = self.pool.urlopen(method, path, body=body, headers={**headers, **form})
        except urllib3.exceptions.HTTPError as error:
            self.heard.statuses["refused" if isinstance(error, urllib3.exceptions.NewConnectionError) else "lost"] += 1
            return None, "", 0.05
        page = answer.data.decode("utf-8", "replace")
        self._listen(f"{method} {path.rpartition('/')[2]}", answer.status, page, answer.headers.get("Retry-After"))
        return answer.status, page, float(answer.headers.get("Retry-After") or 0.05)

    def _listen(self, what: str, status: int, page: str, retry_after: str | None) -> None:
        """Note an answer, and whatever nobody should ever be told."""
        self.heard.statuses[str(status)] += 1
        if status not in GOOD | LATER:
            self.heard.strange.append(f"{what}: {status} {' '.join(page.split())[:300]}")
        if any(leak in page for leak in _LEAKS):
            self.heard.strange.append(f"{what}: {status} shows its inside: {page[:300]}")
        if status == 503 and (not retry_after or Unavailable.en not in unescape(page)):
            self.heard.strange.append(f"{what}: 503 without Retry-After or a kind sentence: {page[:300]}")
        if status == 409 and "still being worked on" not in page:
            self.heard.strange.append(f"{what}: 409, though nothing was done twice: {' '.join(page.split())[:300]}")


def form_in(page: str) -> Form | None:
    """The first form of a page by which a fan acts; none on a last page."""
    for action, inside in _FORM.findall(page):
        name = action.rpartition("/")[2]
        fields, choices = {}, {}
        for written in _INPUT.findall(inside):
            given = {key: unescape(value) for key, value in _ATTRIBUTE.findall(written)}
            if given.get("type") == "hidden":
                fields[given["name"]] = given["value"]
            else:
                choices.setdefault(given["name"], []).append(given.get("value", ""))
        if name not in {"coupons", "choices"} and "idem" in fields:
            return Form(name, fields, choices)
    return None
