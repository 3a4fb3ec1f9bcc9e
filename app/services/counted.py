"""What is counted for the operator's metrics, once it is committed: deeds, never people.

To count something new: its name in `COUNTED`, a `count` where it happens, and a meter in `app.metrics`.
"""

from __future__ import annotations

from collections import Counter

from sqlalchemy.orm import Session

COUNTED = ("play_started", "play_finished", "coupon_given", "coupon_empty", "coupon_capped")


def count(tx: Session, what: str) -> None:
    """Count a deed of this transaction; `app.db.transaction` passes the counts on after the commit.

    Raises: ValueError for a name that is not in `COUNTED`.
    """
    if what not in COUNTED:
        raise ValueError(f"{what} is not among the things that are counted")
    tx.info.setdefault("counted", Counter())[what] += 1
