"""The contract of a game: a frozen definition, what the fan may see, and what comes of a move.

A game is an object without memory: the definition is the author's, the state belongs to one play
and is plain JSON, chance and time are arguments.  The server decides; a view never holds what the
fan is not to know yet.  `laws` says all this as checks, and runs them on every game.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, StringConstraints

from games.faults import GameFault
from games.luck import Luck
from games.moves import BadMove, Move
from games.texts import Text, spoken

State = Mapping[str, Any]
View = Mapping[str, Any]
Result = Mapping[str, Any]
Fields = Mapping[str, str | tuple[str, ...]]
Counted = Iterable[tuple[Result, int]]

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]
ImageId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=64)]


class Part(BaseModel):
    """A piece of a definition: frozen, exact types, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class GameDefinition(Part):
    """What every game's definition has: its title.  `game` names the kind in the file."""

    title: Text

    def faults(self) -> Iterator[GameFault]:
        """What is well formed and yet makes no sense; each game says its own."""
        return iter(())


D = TypeVar("D", bound=GameDefinition)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a move.

    `state` is to be stored; `said` speaks of the move just made only, with the author's texts in
    all their languages (`spoken` picks the reader's);
    `result` is empty until `over`, then holds the fields that `Game.fields` declares, as JSON.
    """

    state: State
    over: bool
    result: Result
    said: View

    def spoken(self, lang: str) -> View:
        """What may be shown of this move, in the reader's language."""
        return {name: spoken(value, lang) for name, value in self.said.items()}

    @property
    def score(self) -> int | None:
        """The points made, once the game is over and if it counts any."""
        score: int | None = self.result.get("score")
        return score

    @property
    def facts(self) -> dict[str, bool | int | str | frozenset[str]]:
        """The result as a journey's facts: a list of choices becomes a set."""
        return {name: frozenset(v) if isinstance(v, list) else v for name, v in self.result.items()}


class Game(Protocol[D]):
    """A game.  Subclass it, fill in what is below, and put one instance into the registry."""

    id: ClassVar[str]
    chance: ClassVar[bool] = False  # whether luck decides who wins: where one must buy first, the law may mind
    Definition: type[D]

    def fields(self, definition: D) -> Fields:
        """The fields it gives to conditions: `whole`, `yes/no`, `set`, or the choices there are."""
        ...

    def start(self, definition: D, luck: Luck) -> State:
        """The state of a new play, as JSON."""
        ...

    def view(self, definition: D, state: State, lang: str, tally: Mapping[str, Any] | None = None) -> View:
        """What the fan may see now, as JSON.  `tally` is what others did; the game decides whether to show it."""
        ...

    def play(self, definition: D, state: State, move: Move, luck: Luck, now: datetime) -> Outcome | BadMove:
        """The fan's move in, the outcome out.  The given state is left as it is."""
        ...

    def tally(self, definition: D, results: Counted) -> Mapping[str, Any]:
        """The sum of many plays: results of finished plays, each with how often it was had."""
        ...

    def example(self) -> Mapping[str, Any]:
        """A small complete definition as an author would write it; the studio starts from it."""
        ...

    def moves(self, definition: D, state: State) -> Sequence[Move]:
        """Moves that are right to make now (none when over): for previews, robots that rehearse, and the laws."""
        ...

    def rekeyed(self, definition: D, state: State, told: State) -> tuple[D, State]:
        """The same play with other secrets, those kept that the later (or same) state `told` has told the fan.

        A secret may be the author's (a key, in the definition) or chance's (a draw, in the state).  What is shown
        must not change with it.  A game without secrets returns what it was given.
        """
        ...

    @property
    def template(self) -> str:
        """The template that shows its view."""
        return f"games/{self.id}.html"

    def json_schema(self) -> dict[str, Any]:
        """The JSON Schema of its definition, for editors and forms."""
        return self.Definition.model_json_schema()
