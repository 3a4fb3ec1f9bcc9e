"""Journey files to learn from: `sound` ones, of which nothing is to be said, and `faulty` ones, with one fault each.

A faulty file begins with comments: `expects:` the code, line and column of its fault; `campaign:` which of `WORLDS` is
around it, if any; and, in the first file of each code, what the fault `means` and how to `mend` it, for the manual.
To add one: a file in its folder, then `make problems`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from journeys.world import World

HERE = Path(__file__).parent
SOUND = sorted((HERE / "sound").glob("*.yaml"))

CAMPAIGN = World(
    games={"wheel": {"won": "yes/no"}, "quiz": {"score": "whole"}},
    chance=frozenset({"wheel"}),
    pools={"TEN": 100, "FIVE": 500, "ALL": None, "NONE": 0},
    endless=frozenset({"ALL"}),
    programs={"club": ("newsletter.email",)},
    screens=frozenset({"hello", "thanks"}),
    messages=frozenset({"hello"}),
    currency="EUR",
    country="FR",
    languages=("en", "fr"),
)
WORLDS = {
    "yes": CAMPAIGN,
    "alone": replace(CAMPAIGN, games={"quiz": {"score": "whole"}}, pools={}, chance=frozenset(), alone=True),
    "live": replace(CAMPAIGN, live={"quiz": "play", "knowledge": "play"}),
}

_COMMENT = re.compile(r"# (\w+): (.+)")
_PLACE = re.compile(r"(\S+) at (\d+):(\d+)")


@dataclass(frozen=True, slots=True)
class Faulty:
    """One faulty file: what is expected of the check, and what the manual says of it."""

    path: Path
    code: str
    line: int
    col: int
    means: str
    mend: str
    world: World | None

    @property
    def lines(self) -> list[str]:
        """The lines of the file without the comments at its head."""
        lines = self.path.read_text("utf-8").splitlines()
        return [line for line in lines if not _COMMENT.fullmatch(line)]


def faulty() -> list[Faulty]:
    """All faulty files, by name."""
    return [_read(path) for path in sorted((HERE / "faulty").glob("*.yaml"))]


def _read(path: Path) -> Faulty:
    said = dict(
        found.groups() for line in path.read_text("utf-8").splitlines()[:5] if (found := _COMMENT.fullmatch(line))
    )
    place = _PLACE.fullmatch(said["expects"])
    assert place, path
    return Faulty(
        path,
        place[1],
        int(place[2]),
        int(place[3]),
        said.get("means", ""),
        said.get("mend", ""),
        WORLDS.get(said.get("campaign", "")),
    )
