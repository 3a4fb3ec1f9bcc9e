"""Runs of people through journeys: where they stand, what was decided, what is owed."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, BrandRow, unique_in_brand, within_brand

_FAILED = text("failures > 0")


class Run(BrandRow, Base):
    """One person inside one journey: a fan, or a contact who never came (or both, once linked)."""

    __tablename__ = "run"

    campaign_id: Mapped[uuid.UUID]
    version_id: Mapped[uuid.UUID]
    journey: Mapped[str] = mapped_column(String(64))
    fan_id: Mapped[uuid.UUID | None]
    contact_id: Mapped[uuid.UUID | None]
    number: Mapped[int] = mapped_column(Integer, default=1)
    state: Mapped[dict[str, Any]]  # journeys.RunState as data
    at_step: Mapped[str | None] = mapped_column(String(64))
    waiting: Mapped[str | None] = mapped_column(String(16))
    wake_at: Mapped[datetime | None]
    source: Mapped[dict[str, Any]] = mapped_column(default=dict)
    entered_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(Integer, default=0)
    last_error: Mapped[str | None] = mapped_column(String(500))
    advances: Mapped[int] = mapped_column(Integer, default=0, server_default="0")  # how many were written down

    __table_args__ = (
        CheckConstraint("fan_id IS NOT NULL OR contact_id IS NOT NULL", name="has_person"),
        unique_in_brand(),
        UniqueConstraint("campaign_id", "fan_id", "number"),
        within_brand("campaign", "campaign_id"),
        within_brand("campaign_version", "version_id"),
        within_brand("fan", "fan_id"),
        within_brand("contact", "contact_id"),
        Index("ix_run_wake_at", "wake_at"),
        Index("ix_run_campaign_id_contact_id", "campaign_id", "contact_id"),
        Index("ix_run_fan_id", "fan_id"),
        Index("ix_run_brand_id_failures", "brand_id", postgresql_where=_FAILED, sqlite_where=_FAILED),
    )


class Decision(BrandRow, Base):
    """What was decided at a step, and why: the leaves of the condition and how each held."""

    __tablename__ = "decision"

    run_id: Mapped[uuid.UUID]
    number: Mapped[int] = mapped_column(Integer)
    step: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))
    outcome: Mapped[str] = mapped_column(String(64))
    why: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("run_id", "number"), within_brand("run", "run_id"))


class Advance(Base):
    """What moved a run: the event, and the facts that were looked at.  Decided again, it must come to the same."""

    __tablename__ = "advance"

    run_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)  # from 1; its decisions follow number x 10 000
    brand_id: Mapped[uuid.UUID]
    version_id: Mapped[uuid.UUID]  # the version that decided
    event: Mapped[dict[str, Any]]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)  # only those that were looked at
    came_to: Mapped[str] = mapped_column(String(64))  # the step where it led, or how the run ended
    digest: Mapped[str] = mapped_column(String(16))  # of the state and the effects
    at: Mapped[datetime]

    __table_args__ = (within_brand("run", "run_id"),)


class Effect(BrandRow, Base):
    """What a step owes a person, once: the key holds run, step and turn, and no version."""

    __tablename__ = "effect"

    run_id: Mapped[uuid.UUID]
    key: Mapped[str] = mapped_column(String(64), unique=True)
    step: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(32))
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)
    result: Mapped[str] = mapped_column(String(32), default="done")
    at: Mapped[datetime]

    __table_args__ = (within_brand("run", "run_id"), Index("ix_effect_run_id", "run_id"))
