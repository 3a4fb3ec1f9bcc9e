"""A running installation for races: gunicorn with two processes on PostgreSQL, and fans who press at one moment."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar
from uuid import UUID, uuid4

import requests

from app.db import transaction
from app.models import Brand
from app.services.campaigns import push
from app.services.campaigns.folder import Folder
from app.services.passes import issue_pass
from app.web.tokens import signed
from tests.databases import SECRET
from tests.makers import Make
from tests.small_campaign import small_files

# what differs between two pages that show the same screen: keys and tokens of their forms
OWN_TO_A_PAGE = re.compile(r'name="(token|idem)" value="[^"]*"')
SECONDS = 60
Given = TypeVar("Given")


@dataclass(frozen=True, slots=True)
class Holder:
    """A fan who holds a pass."""

    id: UUID
    raw: str
    pass_hash: str


@dataclass(frozen=True, slots=True)
class Race:
    """The running server, its campaign, and the fans."""

    url: str
    slug: str
    fans: tuple[Holder, ...]

    def form(self, fan: Holder, step: str, idem: str, **fields: str) -> dict[str, str]:
        """The fields of a form as the page of this step has them."""
        token = signed(SECRET, self.slug, step, fan.pass_hash)
        return {"token": token, "idem": idem, "step": step, "pass": fan.raw, **fields}

    def post(self, path: str, form: dict[str, str]) -> requests.Response:
        return requests.post(f"{self.url}/t/{self.slug}/{path}", data=form, timeout=SECONDS)

    def press(self, path: str, forms: list[dict[str, str]]) -> list[requests.Response]:
        """Send all these forms at the same moment."""
        return at_once(forms, lambda form: self.post(path, form))


def at_once(things: list[Given], work: Callable[[Given], requests.Response]) -> list[requests.Response]:
    """Let one thread for each thing start at the same moment; gives what each came to."""
    start = threading.Barrier(len(things))

    def run(thing: Given) -> requests.Response:
        start.wait(SECONDS)
        return work(thing)

    with ThreadPoolExecutor(len(things)) as threads:
        return list(threads.map(run, things))


def screen_of(page: requests.Response) -> str:
    """What a page shows, without what is its own."""
    return OWN_TO_A_PAGE.sub("", page.text)


def small_race(url: str, journey: str, fans: int, **changes: str) -> Race:
    """Publish the small campaign for a brand of its own, with this journey; give so many fans a pass.

    `changes`: "stock" and "words", in place of what the small campaign says there.
    """
    now, slug = datetime.now(UTC), f"race-{uuid4().hex[:8]}"
    files = small_files(slug, journey)
    for name, new in changes.items():
        files = {file: text.replace(SAID[name], new) for file, text in files.items()}
    with transaction() as tx:
        make = Make(tx, now)
        brand = make.brand(slug=slug)
        push(tx, brand, Folder(files, {}), now)
        return Race(url, slug, tuple(_holders(make, brand, fans)))


SAID = {"stock": "stock: 3", "words": "A few words."}


def _holders(make: Make, brand: Brand, fans: int) -> Iterator[Holder]:
    for _ in range(fans):
        fan = make.fan(brand)
        raw, row = issue_pass(make.tx, fan, None, {"channel": "link"}, make.now)
        yield Holder(fan.id, raw, row.pass_hash)
