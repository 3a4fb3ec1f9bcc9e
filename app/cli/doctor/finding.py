"""What a check finds: fine, a warning to think about, or a fault to mend, always with what to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Literal

State = Literal["ok", "warning", "fault"]
MARKS: dict[State, str] = {"ok": "✓", "warning": "!", "fault": "✗"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor: what was looked at, how it is, what was seen, and what to do."""

    about: str
    state: State
    said: str
    todo: str = ""

    def lines(self) -> Iterator[str]:
        """The finding as people read it."""
        yield f"{MARKS[self.state]} {self.about}: {self.said}"
        if self.todo:
            yield f"  → {self.todo}"

    def as_json(self) -> dict[str, str]:
        """The finding as programs read it."""
        return asdict(self)


def ok(about: str, said: str) -> Finding:
    """Nothing to do."""
    return Finding(about, "ok", said)


def warning(about: str, said: str, todo: str) -> Finding:
    """It works, and somebody should think about it."""
    return Finding(about, "warning", said, todo)


def fault(about: str, said: str, todo: str) -> Finding:
    """It does not work, or is not safe."""
    return Finding(about, "fault", said, todo)
