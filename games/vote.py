"""The vote: one question, one or several choices, and what the others chose when the author lets it show.

The choice becomes the field `choice`, which a journey may save or branch on: one of the choices,
or a set when a fan may make several.  The state is `{"chosen": [ids]}`, empty until the vote.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from games.contract import Counted, Fields, Game, GameDefinition, Id, ImageId, Outcome, Part, State, View
from games.faults import GameFault, fault, same_ids
from games.luck import Luck
from games.moves import Move, Refusal, chosen, only_fields, refusing, this_move
from games.texts import Text, say


class Choice(Part):
    """Something to vote for; its text also describes its picture."""

    id: Id
    text: Text
    detail: Text | None = None
    image: ImageId | None = None


class VoteDefinition(GameDefinition):
    """A vote.  A fan makes between `at_least` and `at_most` choices.

    `results`: `hidden` (never shown), `after` (to those who have voted) or `live` (to everybody).
    """

    question: Text
    choices: Annotated[tuple[Choice, ...], Field(strict=False, min_length=2, max_length=50)]
    at_least: Annotated[int, Field(ge=1)] = 1
    at_most: Annotated[int, Field(ge=1)] = 1
    results: Literal["hidden", "after", "live"] = "after"
    thanks: Text | None = None

    @property
    def ids(self) -> tuple[str, ...]:
        """The choices' ids as the author ordered them."""
        return tuple(choice.id for choice in self.choices)

    def faults(self) -> Iterator[GameFault]:
        """Ids given twice, and numbers of choices that nobody could make."""
        yield from same_ids(self.ids, ("choices",))
        if self.at_most > len(self.choices):
            yield fault("game.too_many", ("at_most",), limit=len(self.choices))
        if self.at_least > self.at_most:
            yield fault("game.too_many", ("at_least",), limit=self.at_most)


class Vote(Game[VoteDefinition]):
    """One vote a play; how many plays a fan has is the campaign's to say."""

    id = "vote"
    Definition = VoteDefinition

    def fields(self, definition: VoteDefinition) -> Fields:
        return {"choice": definition.ids if definition.at_most == 1 else "set", "plays": "whole"}

    def start(self, definition: VoteDefinition, luck: Luck) -> State:
        return {"chosen": []}

    def view(self, definition: VoteDefinition, state: State, lang: str, tally: Mapping[str, Any] | None = None) -> View:
        over = bool(state["chosen"])
        shown = tally if definition.results == "live" or (definition.results == "after" and over) else None
        return {
            "title": say(definition.title, lang),
            "question": say(definition.question, lang),
            "move": "1",
            "over": over,
            "several": definition.at_most > 1,
            "at_least": definition.at_least,
            "at_most": definition.at_most,
            "choices": [_seen(choice, state, lang, shown) for choice in definition.choices],
            "voters": shown["plays"] if shown else None,
            "thanks": say(definition.thanks, lang) if over and definition.thanks else None,
        }

    @refusing
    def play(self, definition: VoteDefinition, state: State, move: Move, luck: Luck, now: datetime) -> Outcome:
        only_fields(move, ("move", "choice"))
        if state["chosen"]:
            raise Refusal("stale_move", "move")
        this_move(move, 1)
        several = definition.at_most > 1
        made = chosen(move, "choice", definition.ids, several)
        if len(made) < definition.at_least:
            raise Refusal("too_few_choices", "choice", limit=definition.at_least)
        if len(made) > definition.at_most:
            raise Refusal("too_many_choices", "choice", limit=definition.at_most)
        ordered = [choice for choice in definition.ids if choice in made]
        said = {"thanks": definition.thanks, "chosen": ordered}
        return Outcome({"chosen": ordered}, True, {"choice": ordered if several else ordered[0]}, said)

    def tally(self, definition: VoteDefinition, results: Counted) -> Mapping[str, Any]:
        plays, votes = 0, Counter(dict.fromkeys(definition.ids, 0))
        for had, times in results:
            plays += times
            choice = had["choice"]
            for one in [choice] if isinstance(choice, str) else choice:
                votes[one] += times
        return {"plays": plays, "choices": dict(votes)}

    def example(self) -> Mapping[str, Any]:
        return EXAMPLE

    def moves(self, definition: VoteDefinition, state: State) -> Sequence[Move]:
        if state["chosen"]:
            return ()
        if definition.at_most == 1:
            return tuple({"move": "1", "choice": choice} for choice in definition.ids)
        sizes = {definition.at_least, definition.at_most}
        return tuple({"move": "1", "choice": list(definition.ids[:size])} for size in sorted(sizes))

    def rekeyed(self, definition: VoteDefinition, state: State, told: State) -> tuple[VoteDefinition, State]:
        return definition, state


def _seen(choice: Choice, state: State, lang: str, tally: Mapping[str, Any] | None) -> dict[str, Any]:
    """One choice; `percent` is its part of the people who voted, in whole percent."""
    seen = {
        "id": choice.id,
        "text": say(choice.text, lang),
        "detail": say(choice.detail, lang) if choice.detail else None,
        "image": choice.image,
        "chosen": choice.id in state["chosen"],
    }
    votes = tally["choices"].get(choice.id, 0) if tally else None
    percent = round(100 * votes / max(tally["plays"], 1)) if tally and votes is not None else None
    return {**seen, "votes": votes, "percent": percent}


EXAMPLE: Mapping[str, Any] = {
    "title": {"en": "Your evening", "fr": "Votre soirée"},
    "question": {"en": "What shall we play tonight?", "fr": "Qu'est-ce qu'on joue ce soir ?"},
    "choices": [
        {"id": "jazz", "text": {"en": "Jazz", "fr": "Du jazz"}},
        {"id": "rock", "text": {"en": "Rock", "fr": "Du rock"}},
        {"id": "opera", "text": {"en": "Opera", "fr": "De l'opéra"}},
    ],
    "thanks": {"en": "Thank you, noted.", "fr": "Merci, c'est noté."},
}

GAME = Vote()
