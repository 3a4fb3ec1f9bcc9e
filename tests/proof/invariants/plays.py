"""Plays, votes and answers: what a fan did stands there once, and what she was told was kept."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from tests.proof.invariants.law import invariant, rows


@invariant("A play that is over has moves; a run has at most one open play at a step.")
def plays_are_whole(tx: Session) -> Iterable[str]:
    return rows(
        tx,
        """
        SELECT 'finished without a move', id FROM play WHERE finished_at IS NOT NULL AND moves < 1
        UNION ALL
        SELECT 'open twice at', run_id FROM play WHERE finished_at IS NULL
        GROUP BY run_id, step HAVING COUNT(*) > 1
        """,
    )


@invariant("The plays of a run at a step are numbered from one without a gap: none was lost, none came twice.")
def plays_are_numbered_without_gap(tx: Session) -> Iterable[str]:
    return rows(
        tx,
        """
        SELECT run_id, step, COUNT(*), MIN(number), MAX(number) FROM play GROUP BY run_id, step
        HAVING MIN(number) <> 1 OR MAX(number) <> COUNT(*)
        """,
    )


@invariant("Every vote comes from a finished play of the same fan; one fan's votes in a game come from one play.")
def votes_are_counted_once(tx: Session) -> Iterable[str]:
    return rows(
        tx,
        """
        SELECT 'vote', vote.id FROM vote LEFT JOIN play ON play.id = vote.play_id
        WHERE play.finished_at IS NULL OR play.fan_id <> vote.fan_id OR play.game <> vote.game
           OR play.campaign_id <> vote.campaign_id
        UNION ALL
        SELECT 'voted in two plays', fan_id FROM vote GROUP BY campaign_id, game, fan_id
        HAVING COUNT(DISTINCT play_id) > 1
        """,
    )


@invariant("Who has finished a game in which votes are cast has a vote there.")
def finished_votes_are_stored(tx: Session) -> Iterable[str]:
    return rows(
        tx,
        """
        SELECT DISTINCT play.fan_id, play.game FROM play
        JOIN (SELECT DISTINCT campaign_id, game FROM vote) polls
          ON polls.campaign_id = play.campaign_id AND polls.game = play.game
        LEFT JOIN vote ON vote.campaign_id = play.campaign_id AND vote.game = play.game AND vote.fan_id = play.fan_id
        WHERE play.finished_at IS NOT NULL AND vote.id IS NULL
        """,
    )


@invariant("What is counted of votes and voters is what is stored of them.")
def votes_counted_are_votes_stored(tx: Session) -> Iterable[str]:
    return rows(
        tx,
        """
        SELECT campaign_id, game, choice, SUM(counted), SUM(stored) FROM (
            SELECT campaign_id, game, choice, votes AS counted, 0 AS stored FROM vote_count
            UNION ALL
            SELECT campaign_id, game, choice, 0, 1 FROM vote WHERE status = 'counted'
            UNION ALL
            SELECT campaign_id, game, '', 0, COUNT(DISTINCT fan_id) FROM vote WHERE status = 'counted'
            GROUP BY campaign_id, game
        ) both_sides GROUP BY campaign_id, game, choice HAVING SUM(counted) <> SUM(stored)
        """,
    )


@invariant("Every kept key has the answer that was given under it: nothing is in flight when all is quiet.")
def answered_rows_have_answers(tx: Session) -> Iterable[str]:
    return rows(tx, "SELECT actor, key FROM answered WHERE status IS NULL OR answer IS NULL")


@invariant("Who holds a coupon of a campaign, has played in it or opted in, is counted in its funnel.")
def what_happened_was_counted(tx: Session) -> Iterable[str]:
    return rows(
        tx,
        """
        SELECT DISTINCT 'played', play.fan_id FROM play
        LEFT JOIN event ON event.campaign_id = play.campaign_id AND event.fan_id = play.fan_id AND event.name = 'played'
        WHERE play.moves > 0 AND event.id IS NULL
        UNION ALL
        SELECT DISTINCT 'coupon_given', claim.fan_id FROM coupon_claim claim
        JOIN coupon_pool pool ON pool.id = claim.pool_id
        LEFT JOIN event ON event.campaign_id = pool.campaign_id AND event.fan_id = claim.fan_id
             AND event.name = 'coupon_given'
        WHERE claim.fan_id IS NOT NULL AND claim.run_id IS NOT NULL AND event.id IS NULL
        """,
    )
