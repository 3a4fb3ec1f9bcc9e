"""Synthetic fans: people who exist for a load test only, with all that a load generator must send for their plays.

`mint` makes them, lets them into a campaign and works out the requests of their first game; `clear` takes them away
again with everything they left.  They are known by their one identity, whose provider is `synthetic`; no login can give
it.  That they are refused in production is the business of the command that calls this.
To add a request to what a fan sends: one more `Request` in `_requests`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Table, delete, insert, select
from sqlalchemy.orm import Session

from app.errors import Refused
from app.models import (
    Answered,
    Base,
    Campaign,
    Coupon,
    CouponClaim,
    CouponEntry,
    Fan,
    Identity,
    Pass,
    PointsEntry,
    Run,
    new_id,
)
from app.services.keys import fingerprint, new_token
from app.services.passes import LIFETIME
from app.services.people import Person
from app.services.playing import first_state, game_at, seed_of
from app.services.progress import come_in
from app.services.rewards.pools import entries
from app.services.visits import Visit
from app.services.voting import recount
from games.contract import State
from games.luck import Luck
from games.moves import BadMove, Move
from journeys.running.decisions import TurnedAway

PROVIDER = "synthetic"
ISSUER = "urn:fanfare:synthetic"
SOURCE: Mapping[str, str] = {"channel": "bench"}

Sign = Callable[[str, str], str]  # step, hash of the pass -> the token of that step's forms


class StandsAtNoGame(Refused):
    code, status = "stands_at_no_game", 409
    en = "Who comes into {campaign} today does not stand at a game ({where}), so there is no play to send."
    fr = "Qui entre aujourd'hui dans {campaign} n'arrive pas devant un jeu ({where}) : il n'y a rien à jouer."


@dataclass(frozen=True, slots=True)
class Request:
    """One form post: the path under the campaign's address, and its fields."""

    path: str
    fields: Mapping[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Player:
    """One synthetic fan, standing at a game: her pass, and what she sends, in this order."""

    fan_id: uuid.UUID
    raw_pass: str
    requests: tuple[Request, ...]


def mint(tx: Session, campaign: Campaign, count: int, sign: Sign, now: datetime) -> list[Player]:
    """Make so many synthetic fans, each with a pass and standing at the campaign's first game.

    Their passes end like all others.  Raises: StandsAtNoGame when the journey does not begin with a game for them.
    """
    whose = {"brand_id": campaign.brand_id, "created_at": now}
    passes = {new_id(): new_token() for _ in range(count)}
    tx.execute(insert(Fan), [{"id": fan_id, "language": "en", **whose} for fan_id in passes])
    known = {"issuer": ISSUER, "provider": PROVIDER, "email_verified": False, "seen_at": now, **whose}
    tx.execute(insert(Identity), [{**known, "id": new_id(), "fan_id": id, "subject": str(id)} for id in passes])
    good = {"source": dict(SOURCE), "seen_at": now, "expires_at": now + LIFETIME, **whose}
    hashes = {fan_id: fingerprint(raw) for fan_id, raw in passes.items()}
    tx.execute(insert(Pass), [{**good, "id": new_id(), "fan_id": id, "pass_hash": hashes[id]} for id in passes])
    fans = tx.scalars(select(Fan).where(Fan.id.in_(list(passes)))).all()
    return [_player(tx, Visit(campaign, fan, Person(fan.brand_id, fan.id), SOURCE, "en", now), passes[fan.id], sign)
            for fan in fans]  # fmt: skip


def clear(tx: Session, brand_id: uuid.UUID, now: datetime, limit: int = 500) -> int:
    """Take some synthetic fans of a brand away with everything they left; gives how many, 0 when none is left.

    The coupons that they had are free again.  Words in the consent ledger stay, for that only grows; nobody can read
    any more whose they were.
    """
    marked = select(Identity.fan_id).where(Identity.brand_id == brand_id, Identity.provider == PROVIDER)
    fans = tx.scalars(marked.limit(limit)).all()
    if not fans:
        recount(tx, brand_id)
        return 0
    _free_their_coupons(tx, fans, now)
    _forget_their_points(tx, fans)
    for table in reversed(Base.metadata.sorted_tables):
        if (theirs := _rows_of(table, fans)) is not None:
            tx.execute(delete(table).where(theirs))
    tx.execute(delete(Answered).where(Answered.actor.in_([f"fan:{fan_id}" for fan_id in fans])))
    tx.execute(delete(Fan).where(Fan.id.in_(fans)))
    return len(fans)


def _player(tx: Session, visit: Visit, raw: str, sign: Sign) -> Player:
    came = come_in(tx, visit)
    if isinstance(came, TurnedAway) or came.waiting != "play":
        where = came.reason if isinstance(came, TurnedAway) else f"{came.waiting} {came.at_step}"
        raise StandsAtNoGame(campaign=visit.campaign.slug, where=where)
    return Player(visit.fan.id, raw, tuple(_requests(tx, came, raw, sign)))


def _requests(tx: Session, run: Run, raw: str, sign: Sign) -> Iterator[Request]:
    """Coming in (once more: she stands there already), then each move of the game until it is over."""
    pass_hash = fingerprint(raw)
    for path, step, move in (("enter", "enter", {}), *(("play", str(run.at_step), move) for move in _moves(tx, run))):
        yield Request(path, {"pass": raw, "token": sign(step, pass_hash), "step": step, "idem": new_token(), **move})


def _moves(tx: Session, run: Run) -> Iterator[Move]:
    """Right moves from the beginning to the end, different ones for different people."""
    at = game_at(tx, run)
    seed = seed_of(tx, at, 1)
    state: State = first_state(at, seed)
    chance = Luck(f"synthetic/{seed}")
    while choices := at.game.moves(at.definition, state):
        move = choices[chance.below(len(choices))]
        yield move
        outcome = at.game.play(at.definition, state, move, Luck(seed), run.entered_at)
        if isinstance(outcome, BadMove):
            raise RuntimeError(f"the game {at.step.name} refuses its own move: {outcome.code}")
        state = outcome.state


def _free_their_coupons(tx: Session, fans: Sequence[uuid.UUID], now: datetime) -> None:
    """Put their coupons back into the stock, with the move that says so."""
    held = select(Coupon).join(CouponClaim, Coupon.claim_id == CouponClaim.id).where(CouponClaim.fan_id.in_(fans))
    moves = []
    for coupon in tx.scalars(held):
        accounts = ("till" if coupon.used_at else "people", "stock")
        moves += entries(coupon.brand_id, coupon.pool_id, coupon.id, accounts, "synthetic", now)
        coupon.claim_id = coupon.used_at = None
    if moves:
        tx.flush()
        tx.execute(insert(CouponEntry), moves)


def _forget_their_points(tx: Session, fans: Sequence[uuid.UUID]) -> None:
    """Both sides of every move, so that the rest still sums to zero."""
    theirs = select(PointsEntry.effect_key).where(PointsEntry.fan_id.in_(fans))
    tx.execute(
        delete(PointsEntry).where(PointsEntry.effect_key.in_(theirs)).execution_options(synchronize_session=False)
    )


def _rows_of(table: Table, fans: Sequence[uuid.UUID]) -> ColumnElement[bool] | None:
    """The rows that these fans have there, by themselves or by their runs; none where a table knows nobody."""
    if "fan_id" in table.c:
        return table.c.fan_id.in_(fans)
    return table.c.run_id.in_(select(Run.id).where(Run.fan_id.in_(fans))) if "run_id" in table.c else None
