"""Deleting what logging in leaves behind."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.models import LoginAttempt, LoginCode
from app.services.connecting import attempts, codes
from app.services.passes import sweep_passes


def sweep(tx: Session, now: datetime) -> None:
    """Delete attempts and codes of more than ten minutes ago, and passes that have ended."""
    tx.execute(delete(LoginAttempt).where(LoginAttempt.created_at <= now - attempts.LIFETIME))
    tx.execute(delete(LoginCode).where(LoginCode.created_at <= now - codes.LOGIN_WAITS))
    sweep_passes(tx, now)
