"""Playing: a fan's move goes to the game, its outcome to the journey.

The game decides purely; here stand the promises: one play at a time, a move counted once, a vote once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from app.errors import OutOfOrder, Refused, TooFast
from app.models import Play, Run, new_id
from app.services.campaigns.content import CampaignContent
from app.services.campaigns.reading import content_of
from app.services.counted import count
from app.services.events import note_all, stage_of
from app.services.keys import hmac_hex, key_of
from app.services.progress import deliver, state_of
from app.services.visits import Visit, standing_run
from app.services.voting import VOTERS, cast_vote, votes_in
from games.contract import Game, GameDefinition, Outcome
from games.luck import Luck
from games.moves import BadMove
from journeys.running.events import MovedOn, Played
from journeys.verbs.play import Play as PlayStep

_THERE = select(Play).where(Play.run_id == bindparam("run_id"), Play.step == bindparam("step")).order_by(Play.number)
_THERE = _THERE.execution_options(populate_existing=True)
NO_HUMAN_IS_FASTER = timedelta(milliseconds=100)  # between two moves of one play, by our clock
_STALE = {"stale_move", "out_of_order", "game_over"}


class MoveRefused(Refused):
    """A move that the game turns down; nothing has changed."""

    def __init__(self, bad: BadMove) -> None:
        super().__init__(bad.en.replace("{", "{{").replace("}", "}}"), bad.fr.replace("{", "{{").replace("}", "}}"))
        self.code = bad.code
        self.status = 409 if bad.code in _STALE else 400
        if bad.field:
            self.values = {"field": bad.field}


@dataclass(frozen=True, slots=True)
class AtGame:
    """A fan's run, standing at a game."""

    run: Run
    content: CampaignContent
    step: PlayStep
    game: Game[Any]
    definition: GameDefinition


@dataclass(frozen=True, slots=True)
class Moved:
    """A move that was made: where, in which play, and what came of it."""

    at: AtGame
    play: Play
    outcome: Outcome


def make_move(tx: Session, visit: Visit, step: str, move: Mapping[str, str | list[str]]) -> Moved:
    """Make a move at the game where the fan stands; gives what came of it.

    A play begins with its first move.  Raises: OutOfOrder, Closed, MoveRefused, TooFast, AlreadyVoted.
    """
    at = standing_at(tx, visit, step)
    begun = plays_at(tx, at)
    play = next(filter(_is_under_way, begun), None) or new_play(tx, visit, at, len(begun) + 1)
    at = as_begun(tx, at, play)
    if play.moves and abs(visit.now - play.moved_at) < NO_HUMAN_IS_FASTER:  # before it: the clock has stepped back
        raise TooFast
    outcome = at.game.play(at.definition, play.state, move, Luck(f"{play.seed}/{play.moves}"), visit.now)
    if isinstance(outcome, BadMove):
        raise MoveRefused(outcome)
    _store(tx, visit, play, outcome)
    reached = ("played", "finished") if outcome.over else ("played",)
    stages = [stage_of(stage, visit.person, visit.campaign, visit.source) for stage in reached]
    note_all(tx, visit.campaign, stages, visit.now)
    if outcome.over:
        count(tx, "play_finished")
        deliver(tx, at.run, visit.person, Played(at.step.id, outcome.facts), visit.now, visit.campaign)
        if at.game.id == "vote":  # last, for voters wait here for one another
            chosen = outcome.result["choice"]
            cast_vote(tx, play, [chosen] if isinstance(chosen, str) else chosen, visit.now)
    return Moved(at, play, outcome)


def try_again(tx: Session, visit: Visit, step: str) -> None:
    """Start the next try at the game where the fan stands.  Raises: OutOfOrder when none is left."""
    at = standing_at(tx, visit, step)
    begun = plays_at(tx, at)
    if not any(map(_is_under_way, begun)):
        tx.add(new_play(tx, visit, at, len(begun) + 1))
        tx.flush()


def move_on(tx: Session, visit: Visit, step: str) -> None:
    """Leave the game with the result so far.  Raises: OutOfOrder."""
    at = standing_at(tx, visit, step)
    if deliver(tx, at.run, visit.person, MovedOn(at.step.id), visit.now, visit.campaign).ignored:
        raise OutOfOrder


def standing_at(tx: Session, visit: Visit, step: str) -> AtGame:
    """The game at which the fan stands, her run locked.  Raises: OutOfOrder when she stands elsewhere, Closed."""
    run = standing_run(tx, visit)
    if run.at_step != step or run.waiting != "play":
        raise OutOfOrder
    return game_at(tx, run)


def game_at(tx: Session, run: Run) -> AtGame:
    """The game at which a run stands."""
    content = content_of(tx, run.version_id)
    step = content.journey.step(str(run.at_step))
    if not isinstance(step, PlayStep):
        raise OutOfOrder
    game, definition = content.games[step.name]
    return AtGame(run, content, step, game, definition)


def plays_at(tx: Session, at: AtGame) -> Sequence[Play]:
    """The plays that the fan has begun at this step, with those set aside."""
    return tx.scalars(_THERE, {"run_id": at.run.id, "step": at.step.id}).all()


def last_play(tx: Session, at: AtGame) -> Play | None:
    """The newest play at this step, finished or not; none of those set aside."""
    return next((play for play in reversed(plays_at(tx, at)) if play.set_aside_at is None), None)


def as_begun(tx: Session, at: AtGame, play: Play) -> AtGame:
    """The game with the rules by which this play began: the fan may have been moved to another version since."""
    if play.version_id is None or play.version_id == at.run.version_id:
        return at
    game, definition = content_of(tx, play.version_id).games[play.game]
    return replace(at, game=game, definition=definition)


def new_play(tx: Session, visit: Visit, at: AtGame, number: int) -> Play:
    """A play that begins now, with its luck kept beside it, not stored yet.  Raises: OutOfOrder when none is left."""
    if tries_left(at) < 1:
        raise OutOfOrder
    count(tx, "play_started")
    seed = seed_of(tx, at, number)
    return Play(
        id=new_id(), brand_id=at.run.brand_id, campaign_id=at.run.campaign_id, run_id=at.run.id, fan_id=visit.fan.id,
        game=at.step.name, step=at.step.id, number=number, seed=seed, moves=0, state=first_state(at, seed),
        started_at=visit.now, moved_at=visit.now,
    )  # fmt: skip


def first_state(at: AtGame, seed: str) -> dict[str, Any]:
    """The state with which a play of this seed begins."""
    return dict(at.game.start(at.definition, Luck(seed)))


def seed_of(tx: Session, at: AtGame, number: int) -> str:
    """The luck of a fan's n-th play at a step: nobody can foresee it, and looking at the game does not change it."""
    return hmac_hex(key_of(tx, "luck"), f"{at.run.id}/{at.step.id}/{number}")


def tries_left(at: AtGame) -> int:
    """How many tries the fan has at this step, the one under way included."""
    return (at.step.tries or 1) - at.step.tries_used(dict(state_of(at.run).results))


def _is_under_way(play: Play) -> bool:
    return play.finished_at is None and play.set_aside_at is None


def tally_of(tx: Session, at: AtGame) -> Mapping[str, Any]:
    """The sum of all votes in this game of the campaign; a fan with several choices is one voter."""
    votes = dict(votes_in(tx, at.run.campaign_id, at.step.name))
    voters = votes.pop(VOTERS, 0)
    tally = at.game.tally(at.definition, (({"choice": choice}, times) for choice, times in votes.items()))
    return {**tally, "plays": voters}


def _store(tx: Session, visit: Visit, play: Play, outcome: Outcome) -> None:
    """Write the move on the count it saw; whoever came second is told that it was made already.

    A play whose first move this is comes to the base with it; its number at the step is taken once.
    """
    made = {"moves": play.moves + 1, "state": dict(outcome.state), "moved_at": visit.now}
    if outcome.over:
        made |= {"result": dict(outcome.result), "finished_at": visit.now}
    if play in tx:
        seen = (Play.id == play.id, Play.moves == play.moves)
        written = update(Play).where(*seen).values(**made).returning(Play.id)
        if tx.execute(written.execution_options(synchronize_session=False)).first() is None:
            raise OutOfOrder
        tx.refresh(play)
        return
    for name, value in made.items():
        setattr(play, name, value)
    tx.add(play)
    tx.flush()
