"""Sweeping: short-lived rows that nobody needs any more are deleted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.services import connecting, outbox
from app.services.answering import forget_old
from app.services.mailing.confirming import forget_counted
from app.services.mailing.fates import give_up
from app.services.passes import sweep_passes


def sweep(tx: Session, now: datetime) -> None:
    """Delete logins that were not finished, used codes, dead passes and answers older than two days.

    Jobs that no worker survives are laid aside.  Addresses that mails were counted for are forgotten after a day.
    """
    connecting.sweep(tx, now)
    sweep_passes(tx, now)
    forget_old(tx, now)
    forget_counted(tx, now)
    for job in outbox.bury(tx, now):
        give_up(tx, job, job.last_error or "")
