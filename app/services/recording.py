"""Recording: what moved a run is written down with the facts that were looked at, and what was decided, with reasons.

Each advance has a number in its run; its decisions are numbered `DECISIONS` x that number and on, so that one sees
which came of which.  An advance that changed nothing (somebody came back and looked) is not written down.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.models import Advance, Decision, Effect, Link, Run, new_id
from app.services.rows import insert_rows
from journeys.facts import Facts
from journeys.running.decisions import Advance as Went
from journeys.running.decisions import Decision as Decided
from journeys.running.decisions import LookedAt
from journeys.running.effects import Effect as Owed
from journeys.running.effects import SaveAttribute
from journeys.running.events import Claim
from journeys.running.records import Cause, came_to, cause_to_data, digest_of, facts_to_data
from journeys.running.state import RunState

DECISIONS = 10_000  # more than one advance can make


@dataclass(slots=True)
class Record:
    """One advance, as it comes about."""

    cause: Cause
    facts: Facts = field(default_factory=Facts)  # as they were before anything came of it
    claims: list[Claim] = field(default_factory=list)
    looked_at: LookedAt = field(default_factory=LookedAt)
    decisions: list[Decided] = field(default_factory=list)
    effects: list[Owed] = field(default_factory=list)

    def add(self, went: Went) -> None:
        """Add what came of the event, or of a coupon after it."""
        self.looked_at = self.looked_at.and_then(went.looked_at)
        self.decisions += went.decisions
        self.effects += went.effects


def store(run: Run, state: RunState, now: datetime) -> bool:
    """Let the run's row say where the person stands; says whether that is new."""
    data = state.to_data()
    is_new = run.state != data
    if is_new:
        run.state = data
        run.failures, run.last_error = 0, None  # whoever goes on is stuck no more
    run.at_step, run.waiting, run.wake_at = state.at, state.waiting, state.wake_at
    run.ended_at = (run.ended_at or now) if state.ended else None
    return is_new


@dataclass(slots=True)
class Sheet:
    """Advances with their decisions, as rows that are written together."""

    advances: list[dict[str, Any]] = field(default_factory=list)
    decisions: list[dict[str, Any]] = field(default_factory=list)

    def add(self, run: Run, record: Record, state: RunState, now: datetime) -> None:
        """Add one advance, which led to this state (stored in the run already), and what was decided in it."""
        run.advances += 1
        self.advances.append({
            "run_id": run.id, "number": run.advances, "brand_id": run.brand_id, "version_id": run.version_id,
            "event": cause_to_data(record.cause, record.claims), "facts": facts_to_data(record.facts, record.looked_at),
            "came_to": came_to(state), "digest": digest_of(run.state, record.effects), "at": now,
        })  # fmt: skip
        for number, decided in enumerate(record.decisions, run.advances * DECISIONS):
            said = decided.to_data()
            self.decisions.append({
                "id": new_id(), "brand_id": run.brand_id, "run_id": run.id, "number": number, "step": said["step"],
                "kind": said["kind"], "outcome": said["outcome"], "why": {"looked_at": said["why"]}, "at": now,
            })  # fmt: skip

    def write(self, tx: Session) -> None:
        """Keep them all."""
        if self.advances:
            insert_rows(tx, Advance, self.advances)
        if self.decisions:
            insert_rows(tx, Decision, self.decisions)


def write_down(tx: Session, run: Run, record: Record, state: RunState, now: datetime) -> None:
    """Keep one advance and what was decided in it."""
    sheet = Sheet()
    sheet.add(run, record, state, now)
    sheet.write(tx)


def forget_reasons(tx: Session, contact_id: uuid.UUID) -> None:
    """Let go of what was looked at of a person who is to be forgotten, and of what she told her profile on the way.

    That and where she went stays, without why.  Without its digest, an advance is not decided again.  Locks her runs.
    Source: Regulation (EU) 2016/679, art. 17.
    """
    fans = select(Link.fan_id).where(Link.contact_id == contact_id)
    hers = select(Run).where(or_(Run.contact_id == contact_id, Run.fan_id.in_(fans))).order_by(Run.id)
    runs = tx.scalars(hers.with_for_update().execution_options(populate_existing=True)).all()
    for run in runs:
        run.state = {**run.state, "results": _without_profile(run.state.get("results", {}))}
    ids = [run.id for run in runs]
    for advance in tx.scalars(select(Advance).where(Advance.run_id.in_(ids))):
        advance.event, advance.facts, advance.digest = {"event": advance.event["event"]}, {}, ""
    for saved in tx.scalars(select(Effect).where(Effect.run_id.in_(ids), Effect.kind == SaveAttribute.__name__)):
        saved.content = {**saved.content, "value": None}
    gone = update(Decision).where(Decision.run_id.in_(ids)).values(why={})
    tx.execute(gone.execution_options(synchronize_session=False))


def _without_profile(results: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in results.items() if not name.startswith("crm.")}
