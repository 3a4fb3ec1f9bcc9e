"""A fresh installation in a folder of its own, worked from the command line as its operators do."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tests.databases import SECRET
from tests.e2e.stage import command, environment, lives
from tests.servers.children import free_port, running
from tests.servers.web import ROOT

BAKERY = Path(__file__).parent / "bakery"


@dataclass(frozen=True, slots=True)
class Said:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Installation:
    """A data folder with its settings."""

    folder: Path
    settings: dict[str, str]

    def fanfare(self, *words: str | Path) -> Said:
        """Run a command to its end."""
        done = subprocess.run(
            [str(word) for word in command(*words)], cwd=ROOT, env=self.environment, capture_output=True, text=True,
            timeout=120, check=False,
        )  # fmt: skip
        return Said(done.returncode, done.stdout, done.stderr)

    def must(self, *words: str | Path) -> str:
        """Run a command that must go well, and give what it said."""
        said = self.fanfare(*words)
        assert said.code == 0, f"fanfare {' '.join(map(str, words))} ended with {said.code}: {said.out}{said.err}"
        return said.out

    @property
    def environment(self) -> dict[str, str]:
        return environment(self.folder, **self.settings)

    @contextmanager
    def serving(self) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
        """Serve it until the block ends; gives its address and its process."""
        words = command("serve", "--bind", self.settings["FANFARE_URL"].removeprefix("http://"))
        log, url = self.folder / "serve.log", self.settings["FANFARE_URL"]
        with running(words, log, ready=lambda: lives(url), seconds=60, cwd=ROOT, env=self.environment) as process:
            yield url, process


def new_installation(folder: Path, **settings: str) -> Installation:
    """An installation without anything in it, not even a schema."""
    ours = {
        "DATABASE_URL": f"sqlite:///{folder / 'fanfare.sqlite3'}",
        "FANFARE_SECRET": SECRET,
        "FANFARE_URL": f"http://127.0.0.1:{free_port()}",
    }
    return Installation(folder, {**ours, **settings})


def with_bakery(installation: Installation) -> Installation:
    """Give it a schema, a brand and the bakery's campaign."""
    installation.must("db", "upgrade")
    installation.must("brand", "add", "bakery", "--name", "The bakery", "--currency", "EUR", "--opt-in", "single")
    installation.must("campaign", "push", BAKERY)
    return installation


def purchases(folder: Path, bought: Sequence[tuple[str, str, date]]) -> tuple[Path, Path]:
    """Two CSV files, of contacts and of orders: (e-mail, category, day) for each purchase."""
    contacts, orders = folder / "contacts.csv", folder / "orders.csv"
    people = sorted({email for email, _category, _day in bought})
    contacts.write_text("external_id,email\n" + "".join(f"{email},{email}\n" for email in people))
    rows = [f"{n},{email},{day}T08:30:00Z,2.40,{category},EUR\n" for n, (email, category, day) in enumerate(bought)]
    orders.write_text("order_id,contact,ordered_at,amount,category,currency\n" + "".join(rows))
    return contacts, orders
