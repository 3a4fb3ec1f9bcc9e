"""What is owed to the outside and to the law: the outbox, messages, consents, and references of every kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import ForeignKeyConstraint, and_, or_, select
from sqlalchemy.orm import Session

from app.models import Base, Brand
from app.services.consent import verify_chain
from tests.proof.invariants.law import invariant, rows


@invariant("Every job is done, or laid aside with its reason; none is leased for ever.")
def outbox_is_empty(tx: Session) -> Iterable[str]:
    return rows(
        tx,
        """
        SELECT kind, id, attempts, last_error FROM outbox
        WHERE (done_at IS NULL AND dead_at IS NULL) OR (dead_at IS NOT NULL AND last_error IS NULL)
           OR (done_at IS NOT NULL AND dead_at IS NOT NULL) OR leased_until IS NOT NULL
        """,
    )


@invariant("Every message that a journey owes has one job, and says what became of it once that is done.")
def messages_are_accounted_for(tx: Session) -> Iterable[str]:
    return rows(
        tx,
        """
        SELECT 'effect without message', effect.key FROM effect
        LEFT JOIN message ON message.effect_key = effect.key
        WHERE effect.kind = 'SendMessage' AND effect.result = 'done' AND message.id IS NULL
        UNION ALL
        SELECT 'message', message.effect_key FROM message
        LEFT JOIN outbox ON outbox.key = 'message:' || message.effect_key
        WHERE message.run_id IS NOT NULL AND (outbox.id IS NULL
           OR (outbox.done_at IS NOT NULL AND message.status NOT IN ('sent', 'dropped', 'failed'))
           OR (message.status = 'sent' AND (message.sent_at IS NULL OR outbox.done_at IS NULL)))
        """,
    )


@invariant("Every brand's chain of consents verifies, from its first word to its head.")
def consent_chains_verify(tx: Session) -> Iterator[str]:
    for brand in tx.scalars(select(Brand)):
        report = verify_chain(tx, brand.id)
        yield from (f"{brand.slug}: {problem.text('en')}" for problem in report.problems)


@invariant("Every consent names a person who is known, and every key of a person is somebody's.")
def consents_have_their_person(tx: Session) -> Iterable[str]:
    return rows(
        tx,
        """
        SELECT 'consent', consent.seq FROM consent
        LEFT JOIN person_key ON person_key.id = consent.subject_id AND person_key.brand_id = consent.brand_id
        LEFT JOIN erased_address erased ON erased.brand_id = consent.brand_id
        WHERE person_key.id IS NULL AND erased.brand_id IS NULL
        """,
    )


@invariant("No row refers to one that is not there.")
def no_row_is_an_orphan(tx: Session) -> Iterator[str]:
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_key_constraints:
            yield from _orphans(tx, key)
    yield from rows(
        tx,
        """
        SELECT 'campaign', campaign.id FROM campaign
        LEFT JOIN campaign_version version ON version.id = campaign.live_version_id
        WHERE campaign.live_version_id IS NOT NULL AND version.id IS NULL
        """,
    )


def _orphans(tx: Session, key: ForeignKeyConstraint) -> Iterator[str]:
    """Rows whose reference leads nowhere; one with an empty column refers to nothing."""
    parent = key.referred_table.alias()
    pairs = [(element.parent, parent.c[element.column.name]) for element in key.elements]
    joined = and_(*(mine == other for mine, other in pairs))
    lost = (
        select(key.table)
        .with_only_columns(*(mine for mine, _ in pairs))
        .select_from(key.table.outerjoin(parent, joined))
        .where(and_(*(mine.is_not(None) for mine, _ in pairs)), or_(*(other.is_(None) for _, other in pairs)))
    )
    return (f"{key.table.name} {tuple(map(str, row))}" for row in tx.execute(lost))
