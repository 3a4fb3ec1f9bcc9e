"""Comparing two versions: which files changed and how, line by line, and what changed in the journey's own words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import unified_diff

from app.services.campaigns.pictures import SIGN

AROUND = 2  # unchanged lines shown beside a change
MOST_LINES = 300  # of one file; the rest is counted


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a comparison: `+` new, `-` gone, ` ` unchanged, `@` where another part begins."""

    sign: str
    text: str


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file that is new, gone or changed, with its lines; `more` are lines that are not shown."""

    name: str
    how: str  # added, removed, changed
    lines: Sequence[Line]
    more: int = 0


def changed_files(old: Mapping[str, str], new: Mapping[str, str]) -> list[FileChange]:
    """What differs between the files of two versions, by name."""
    names = (name for name in sorted({*old, *new}) if old.get(name) != new.get(name))
    return [_change(name, old.get(name), new.get(name)) for name in names]


def compared(old: Sequence[str], new: Sequence[str]) -> list[Line]:
    """The lines that differ, with a few around them."""
    return list(_lines(old, new))


def _change(name: str, old: str | None, new: str | None) -> FileChange:
    how = "added" if old is None else "removed" if new is None else "changed"
    if (old or new or "").startswith(SIGN):
        return FileChange(name, how, ())
    lines = compared((old or "").splitlines(), (new or "").splitlines())
    return FileChange(name, how, lines[:MOST_LINES], max(0, len(lines) - MOST_LINES))


def _lines(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    for number, line in enumerate(unified_diff(old, new, lineterm="", n=AROUND)):
        if number < 2:
            continue  # the names of the files
        if line.startswith("@@"):
            if number > 2:
                yield Line("@", "")
        else:
            yield Line(line[0], line[1:])
