"""What every table shares: ids, aware UTC times, JSON, and references that cannot leave their brand.

To add a table: subclass `Base` and `BrandRow`, refer to other tables with `within_brand`, and write a migration.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, DateTime, Dialect, ForeignKey, ForeignKeyConstraint, MetaData, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.types import TypeDecorator
from uuid6 import uuid7

Json = JSON().with_variant(JSONB(), "postgresql")


class Utc(TypeDecorator[datetime]):
    """An aware instant in UTC; a naive one is refused on its way in."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs its time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The declarative base; names of constraints are fixed so that migrations can undo them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {datetime: Utc, uuid.UUID: Uuid(), dict[str, Any]: Json, list[str]: Json}


def new_id() -> uuid.UUID:
    """A fresh id: ordered by time, not to be guessed."""
    return uuid.UUID(int=uuid7().int)


class BrandRow:
    """A row that belongs to one brand, with an id of its own."""

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)

    @declared_attr
    def brand_id(cls) -> Mapped[uuid.UUID]:
        return mapped_column(ForeignKey("brand.id"), index=False)


def unique_in_brand() -> UniqueConstraint:
    """Lets other tables refer to this one together with its brand."""
    return UniqueConstraint("brand_id", "id")


def within_brand(table: str, column: str | Sequence[str]) -> ForeignKeyConstraint:
    """A reference to a row of the same brand: (brand_id, column) -> table (brand_id, id)."""
    name = column if isinstance(column, str) else column[0]
    return ForeignKeyConstraint(["brand_id", name], [f"{table}.brand_id", f"{table}.id"])
