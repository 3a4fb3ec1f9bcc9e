"""Word that a campaign changed in this process: whoever keeps something of campaigns looks again.

Other processes notice by looking every few seconds; this only spares a manager that wait for her own change.
"""

from __future__ import annotations

from itertools import count

_numbers = count(1)
_last = 0


def note_change() -> None:
    """Say that a campaign's live version, or what its row says, is about to change."""
    global _last
    _last = next(_numbers)


def changes() -> int:
    """A number that grows with every change in this process."""
    return _last
