"""Which workers live.  They belong to the installation, not to a brand."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class Heartbeat(Base):
    """When a worker was last alive; its row goes when it stops, and stays when it dies."""

    __tablename__ = "heartbeat"

    worker: Mapped[str] = mapped_column(String(64), primary_key=True)  # host:process:thread
    program: Mapped[str] = mapped_column(String(32))  # version of the program that it runs
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]

    __table_args__ = (Index("ix_heartbeat_seen_at", "seen_at"),)
