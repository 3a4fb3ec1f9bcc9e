"""Votes: each fan's is a row that stays, and beside them stands how many each choice has.

The counts are what a screen reads, however many have voted.  They are kept in `PARTS` parts, each for a share of the
fans, so that voters need not wait for one another; each vote adds to its part in its own transaction.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, func, insert, literal, select, text
from sqlalchemy.orm import Session

from app.errors import Refused
from app.models import Play, Vote, VoteCount, new_id
from app.services.rows import insert_into, insert_once

PARTS = 16
VOTERS = ""  # stands in the place of the choice: how many people have voted
_COUNTED = (Vote.status == "counted",)
_TALLY = (
    select(VoteCount.choice, func.sum(VoteCount.votes))
    .where(VoteCount.campaign_id == bindparam("campaign_id"), VoteCount.game == bindparam("game"))
    .group_by(VoteCount.choice)
)
_VOTED = (
    select(Vote.id)
    .where(
        Vote.campaign_id == bindparam("campaign_id"), Vote.game == bindparam("game"),
        Vote.fan_id == bindparam("fan_id"), Vote.play_id != bindparam("play_id"),
    )
    .limit(1)
)  # fmt: skip


class AlreadyVoted(Refused):
    code, status = "already_voted", 409
    en = "You have already voted here. Your first vote counts."
    fr = "Vous avez déjà voté ici. Votre premier vote compte."


def cast_vote(tx: Session, play: Play, choices: Sequence[str], now: datetime) -> None:
    """One row for each choice of a play.  A fan's first vote in a game counts; a later try or run adds none.

    Raises: AlreadyVoted, when the same fan votes twice at the same moment.
    """
    where = {"campaign_id": play.campaign_id, "game": play.game}
    if tx.scalar(_VOTED, {**where, "fan_id": play.fan_id, "play_id": play.id}) is not None:
        return
    row = {
        **where, "brand_id": play.brand_id, "fan_id": play.fan_id, "play_id": play.id, "at": now, "period": "once",
        "status": "counted",
    }  # fmt: skip
    for choice in choices:
        if not insert_once(tx, Vote, {**row, "id": new_id(), "choice": choice}):
            raise AlreadyVoted
    _count(tx, play, choices)


def votes_in(tx: Session, campaign_id: uuid.UUID, game: str) -> Mapping[str, int]:
    """How many votes each choice has, and under `VOTERS` how many people have voted."""
    return {choice: int(votes) for choice, votes in tx.execute(_TALLY, {"campaign_id": campaign_id, "game": game})}


def recount(tx: Session, brand_id: uuid.UUID) -> None:
    """Count a brand's votes anew, from the votes themselves; who votes meanwhile waits until this is committed."""
    if tx.get_bind().dialect.name == "postgresql":
        tx.execute(text("LOCK TABLE vote_count IN SHARE ROW EXCLUSIVE MODE"))
    tx.execute(delete(VoteCount).where(VoteCount.brand_id == brand_id))
    place = (Vote.brand_id, Vote.campaign_id, Vote.game)
    columns = ["brand_id", "campaign_id", "game", "choice", "part", "votes"]
    counted = select(*place, Vote.choice, literal(0), func.count()).where(Vote.brand_id == brand_id, *_COUNTED)
    tx.execute(insert(VoteCount).from_select(columns, counted.group_by(*place, Vote.choice)))
    people = select(*place, literal(VOTERS), literal(0), func.count(Vote.fan_id.distinct()))
    people = people.where(Vote.brand_id == brand_id, *_COUNTED)
    tx.execute(insert(VoteCount).from_select(columns, people.group_by(*place)))


def _count(tx: Session, play: Play, choices: Sequence[str]) -> None:
    """Add one to each choice and to the voters, always in the same order, so that nobody waits in a circle."""
    where = {
        "brand_id": play.brand_id,
        "campaign_id": play.campaign_id,
        "game": play.game,
        "part": play.fan_id.int % PARTS,
    }
    adding = insert_into(tx, VoteCount.__table__)
    more = adding.on_conflict_do_update(
        index_elements=["campaign_id", "game", "choice", "part"], set_={"votes": VoteCount.votes + 1}
    )
    tx.execute(more, [{**where, "choice": choice, "votes": 1} for choice in sorted({VOTERS, *choices})])
