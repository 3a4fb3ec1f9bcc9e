"""Journeys: everybody stands somewhere that exists, decisions follow each other, versions are complete."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Campaign, CampaignVersion, Run
from app.services.campaigns.publishing import content_hash
from app.services.campaigns.reading import content_of
from app.services.recording import DECISIONS
from app.services.replaying import Which, replay_runs
from tests.proof.invariants.law import invariant, rows


@invariant("Everybody inside a journey stands at a step of her version, as its column and its state both say.")
def every_run_stands_on_a_step(tx: Session) -> Iterator[str]:
    stands = (Run.id, Run.version_id, Run.at_step, Run.waiting, Run.wake_at, Run.state, Run.ended_at)
    for id_, version_id, at_step, waiting, wake_at, state, ended_at in tx.execute(select(*stands)):
        same = (state["at"], state["waiting"], bool(state["wake_at"])) == (at_step, waiting, wake_at is not None)
        if not same or bool(state["ended"]) != (ended_at is not None):
            yield f"run {id_}: state and columns differ"
        elif ended_at is None and not (at_step and content_of(tx, version_id).journey.has_step(at_step)):
            yield f"run {id_}: there is no step {at_step}"


@invariant("Nobody rests at a coupon that is still to be given: the step before and the gift are one transaction.")
def nobody_is_left_before_a_gift(tx: Session) -> Iterable[str]:
    return rows(tx, "SELECT id, at_step FROM run WHERE waiting = 'give' AND ended_at IS NULL")


@invariant("A person's runs in a campaign are numbered without a gap, and only the last one is open.")
def runs_are_numbered_without_gap(tx: Session) -> Iterable[str]:
    return rows(
        tx,
        """
        SELECT campaign_id, fan_id, COUNT(*) FROM run WHERE fan_id IS NOT NULL GROUP BY campaign_id, fan_id
        HAVING MIN(number) <> 1 OR MAX(number) <> COUNT(*) OR SUM(CASE WHEN ended_at IS NULL THEN 1 ELSE 0 END) > 1
        """,
    )


@invariant("What moved a run is numbered from one without a gap, and the run says how often it was moved.")
def advances_follow_each_other(tx: Session) -> Iterable[str]:
    return rows(
        tx,
        """
        SELECT run.id, run.advances, COUNT(advance.number) FROM run LEFT JOIN advance ON advance.run_id = run.id
        GROUP BY run.id, run.advances
        HAVING COUNT(advance.number) <> run.advances OR COALESCE(MIN(advance.number), 1) <> 1
            OR COALESCE(MAX(advance.number), 0) <> run.advances
        """,
    )


@invariant("Every decision came of an advance of its run, and those of one advance follow each other.")
def decisions_follow_each_other(tx: Session) -> Iterable[str]:
    return rows(
        tx,
        f"""
        SELECT 'of no advance', decision.id FROM decision LEFT JOIN advance
            ON advance.run_id = decision.run_id AND advance.number = decision.number / {DECISIONS}
        WHERE advance.run_id IS NULL
        UNION ALL
        SELECT 'with a gap', run_id FROM decision GROUP BY run_id, number / {DECISIONS}
        HAVING MIN(number % {DECISIONS}) <> 0 OR MAX(number % {DECISIONS}) <> COUNT(*) - 1
        """,
    )


@invariant("Every run, decided again from what was looked at, comes to where it stands.")
def what_was_decided_is_decided_again(tx: Session) -> Iterator[str]:
    for each in replay_runs(tx, Which()).differences:
        yield f"run {each.run_id}, version {each.version}, step {each.found.step}: {each.found.then}"


@invariant("No run has failed, and none is past its time without having been woken.")
def no_run_is_stuck(tx: Session) -> Iterable[str]:
    return rows(tx, "SELECT id, failures, last_error FROM run WHERE failures > 0 AND ended_at IS NULL")


@invariant("A campaign's versions are numbered without a gap, hold the files they say, and one of them is live.")
def versions_are_complete(tx: Session) -> Iterator[str]:
    for campaign in tx.scalars(select(Campaign)):
        mine = select(CampaignVersion).where(CampaignVersion.campaign_id == campaign.id)
        found = tx.scalars(mine.order_by(CampaignVersion.number)).all()
        if [each.number for each in found] != list(range(1, len(found) + 1)):
            yield f"{campaign.slug}: versions {[each.number for each in found]}"
        if found and campaign.live_version_id not in {each.id for each in found}:
            yield f"{campaign.slug}: what is live is no version of it"
        for each in found:
            if each.content_hash != content_hash(each.files):
                yield f"{campaign.slug}: version {each.number} is not what was published"
