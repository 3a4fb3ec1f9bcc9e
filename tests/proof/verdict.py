"""What a proof says at its end: one line of figures; and what it insists on, for every proof alike."""

from __future__ import annotations

import os
from collections.abc import Mapping

from sqlalchemy.orm import Session

from tests.proof.crowd import Crowd, differences
from tests.proof.invariants import broken

SCALE = float(os.environ.get("FANFARE_PROOF_SCALE", "1"))
SEED = int(os.environ.get("FANFARE_PROOF_SEED", "20261121"))


def scaled(number: float) -> int:
    """So much, as often as the scale says; at least one."""
    return max(1, round(number * SCALE))


def promises_broken(tx: Session, load: Crowd) -> dict[str, list[str]]:
    """Everything that went against a promise: invariants, what clients were told, what nobody should be told."""
    strange = {"told to clients": load.heard.strange[:10]} if load.heard.strange else {}
    strange |= {"told to readers": load.views.strange[:10]} if load.views.strange else {}
    return {**broken(tx), **differences(tx, load.heard), **strange}


def figures(name: str, **said: object) -> None:
    """Print one line: `name: so many this, so many that`."""
    print(f"\n{name}: " + ", ".join(f"{what.replace('_', ' ')} {_shown(value)}" for what, value in said.items()))  # noqa: T201


def heard(load: Crowd) -> dict[str, object]:
    """The figures that every load gives."""
    lost = load.heard.statuses["lost"] + load.heard.statuses["refused"]
    return {
        "fans": len(load.heard.wallets), "acknowledged": len(load.heard.acks), "of_them_plays": load.heard.plays(),
        "lost_connections": lost, "answers_503": load.heard.statuses["503"],
        "slowest_act_s": round(load.heard.slowest, 1), "first_view_missing_s": round(load.longest_blind, 1),
    }  # fmt: skip


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return " ".join(f"{name}={number}" for name, number in value.items())
    return f"{value:g}" if isinstance(value, float) else str(value)
