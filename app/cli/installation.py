"""The installation that a command works on: its settings, its database, its clock."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

import click
from sqlalchemy import select
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from app.db import bind, engine_for, reading
from app.models import Brand
from app.settings import Settings


@cache
def settings() -> Settings:
    """The settings of this environment."""
    return Settings.from_environment()


@cache
def use_database() -> None:
    """Let `transaction()` work on the installation's database; a missing schema is said in one line."""
    from app.jobs.ringing import bell_of

    bind(engine_for(settings().database_url), settings().secret, bell_of(settings().redis_url))
    try:
        with reading() as tx:
            tx.execute(select(Brand.id).limit(1)).all()
    except (OperationalError, ProgrammingError):
        raise click.ClickException(
            "the database does not answer, or has no tables yet. Check DATABASE_URL, then run: fanfare db upgrade"
        ) from None


def now() -> datetime:
    """This instant, aware, in UTC."""
    return datetime.now(UTC)


def brand_called(tx: Session, slug: str) -> Brand:
    """The brand of this short name; the names there are, when there is none."""
    brand = tx.scalars(select(Brand).where(Brand.slug == slug)).one_or_none()
    if brand is None:
        known = ", ".join(tx.scalars(select(Brand.slug).order_by(Brand.slug))) or "none yet"
        raise click.ClickException(f"There is no brand “{slug}”. Brands here: {known}.")
    return brand


def only_brand(tx: Session, slug: str | None) -> Brand:
    """The brand of this short name, or the only one there is."""
    if slug:
        return brand_called(tx, slug)
    brands = tx.scalars(select(Brand).limit(2)).all()
    if len(brands) != 1:
        raise click.ClickException("name the brand: --brand SLUG")
    return brands[0]
