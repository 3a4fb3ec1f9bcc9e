"""The registry: every game there is, and reading a definition of one of them.

To add a game: one line in `BUILT_IN`; from a package of its own: an entry point in the group
`fanfare.games` that names its `Game` instance.  A built-in id cannot be taken over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from importlib.metadata import entry_points
from typing import Any

from pydantic import ValidationError

from games import quiz, vote
from games.contract import Game, GameDefinition
from games.faults import GameFault, fault, from_pydantic, unknown_word

GROUP = "fanfare.games"

BUILT_IN: tuple[Game[Any], ...] = (
    quiz.GAME,
    vote.GAME,
)


class Registry(Mapping[str, Game[Any]]):
    """The games by id.  Packages are looked at when the first game is asked for, not at import."""

    @cached_property
    def _games(self) -> dict[str, Game[Any]]:
        return gathered(BUILT_IN, (point.load() for point in entry_points(group=GROUP)))

    def __getitem__(self, kind: str) -> Game[Any]:
        return self._games[kind]

    def __iter__(self) -> Iterator[str]:
        return iter(self._games)

    def __len__(self) -> int:
        return len(self._games)


def gathered(built_in: Iterable[Game[Any]], added: Iterable[Game[Any]]) -> dict[str, Game[Any]]:
    """The games by id.  Raises: ValueError when an added game takes an id that is in use."""
    games = {game.id: game for game in built_in}
    for game in added:
        if game.id in games:
            raise ValueError(f"two games are called {game.id!r}: {games[game.id]!r} and {game!r}")
        games[game.id] = game
    return games


GAMES = Registry()


def read_game(
    document: object, languages: Iterable[str] = ()
) -> tuple[Game[Any], GameDefinition] | tuple[GameFault, ...]:
    """A game's file as plain data: its `game:` says the kind, the rest is the definition."""
    if not isinstance(document, Mapping):
        return (fault("game.not_mapping", ()),)
    if "game" not in document:
        return (fault("game.missing_key", ("game",)),)
    kind = document["game"]
    rest = {key: value for key, value in document.items() if key != "game"}
    read = read_definition(str(kind), rest, languages)
    return read if isinstance(read, tuple) else (GAMES[str(kind)], read)


def file_schema(kind: str) -> dict[str, Any]:
    """The JSON Schema of a file `games/<id>.yaml` of this kind, for editors: the definition and its `game:` line."""
    schema = GAMES[kind].json_schema()
    properties = {"game": {"const": kind}, **schema["properties"]}
    return {**schema, "properties": properties, "required": ["game", *schema["required"]]}


def read_definition(
    kind: str, data: Mapping[Any, object], languages: Iterable[str] = ()
) -> GameDefinition | tuple[GameFault, ...]:
    """The frozen definition of a game of this kind, or everything that is wrong with it.

    With `languages`, every text that is given by language must be there in all of them.
    """
    if kind not in GAMES:
        return (unknown_word("game.kind", ("game",), kind, list(GAMES)),)
    game = GAMES[kind]
    try:
        definition = game.Definition.model_validate(data, context={"languages": tuple(languages)})
    except ValidationError as error:
        return from_pydantic(error, game.json_schema())
    return tuple(definition.faults()) or definition
