"""Plays at games, and votes."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, BrandRow, unique_in_brand, within_brand


class Play(BrandRow, Base):
    """One go of a fan at a game, from start to its outcome."""

    __tablename__ = "play"

    campaign_id: Mapped[uuid.UUID]
    run_id: Mapped[uuid.UUID]
    fan_id: Mapped[uuid.UUID]
    game: Mapped[str] = mapped_column(String(64))
    step: Mapped[str] = mapped_column(String(64))
    number: Mapped[int] = mapped_column(Integer)  # 1 = the first try
    seed: Mapped[str] = mapped_column(String(64))  # of the luck
    moves: Mapped[int] = mapped_column(Integer, default=0)  # moves taken; a move is written only on the count it saw
    state: Mapped[dict[str, Any]]
    result: Mapped[dict[str, Any] | None]
    started_at: Mapped[datetime]
    moved_at: Mapped[datetime]  # when it was started or last moved, by our clock
    finished_at: Mapped[datetime | None]
    version_id: Mapped[uuid.UUID | None]  # whose rules it is played by, when its run has moved since; else the run's
    set_aside_at: Mapped[datetime | None]  # when another game took its place at this step

    __table_args__ = (
        unique_in_brand(),
        UniqueConstraint("run_id", "step", "number"),
        within_brand("campaign", "campaign_id"),
        within_brand("run", "run_id"),
        within_brand("fan", "fan_id"),
        Index("ix_play_fan_id_campaign_id", "fan_id", "campaign_id"),
        Index("ix_play_campaign_id_game", "campaign_id", "game"),
    )


class Vote(BrandRow, Base):
    """One fan's vote for one choice; it has a status and is never deleted."""

    __tablename__ = "vote"

    campaign_id: Mapped[uuid.UUID]
    game: Mapped[str] = mapped_column(String(64))
    fan_id: Mapped[uuid.UUID]
    play_id: Mapped[uuid.UUID]
    choice: Mapped[str] = mapped_column(String(64))
    period: Mapped[str] = mapped_column(String(16), default="once")
    status: Mapped[str] = mapped_column(String(8), default="counted")
    at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("status IN ('counted', 'held', 'void')", name="status"),
        UniqueConstraint("campaign_id", "game", "fan_id", "choice", "period"),
        within_brand("campaign", "campaign_id"),
        within_brand("fan", "fan_id"),
        within_brand("play", "play_id"),
        Index("ix_vote_campaign_id_game_choice", "campaign_id", "game", "choice"),
    )


class VoteCount(Base):
    """How many counted votes a choice has, in parts that are added up; the empty choice counts the people."""

    __tablename__ = "vote_count"

    brand_id: Mapped[uuid.UUID]
    campaign_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    game: Mapped[str] = mapped_column(String(64), primary_key=True)
    choice: Mapped[str] = mapped_column(String(64), primary_key=True)
    part: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    votes: Mapped[int] = mapped_column(Integer)

    __table_args__ = (within_brand("campaign", "campaign_id"),)
