"""`/healthz`: the process lives.  `/readyz`: it can serve, dependency by dependency."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.db import reading


def init_app(app: Flask) -> None:
    app.add_url_rule("/healthz", "healthz", healthz)
    app.add_url_rule("/readyz", "readyz", readyz)


def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


def readyz() -> tuple[dict[str, object], int]:
    """Whether each thing this process needs answers."""
    checks = {"database": _database_answers()}
    ready = all(checks.values())
    return {"status": "ok" if ready else "unavailable", "checks": checks}, 200 if ready else 503


def _database_answers() -> bool:
    try:
        with reading() as tx:
            tx.execute(text("SELECT 1 FROM brand LIMIT 1")).all()
    except SQLAlchemyError:
        return False
    return True
