"""`ask`: a form, such as a member number or preferences; its answers may go into the CRM profile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, ClassVar

from journeys.facts import Facts
from journeys.reading.shapes import Names, Saves, Span
from journeys.running.effects import SaveAttribute
from journeys.running.events import Asked, Event
from journeys.running.state import Waiting
from journeys.running.walk import Walk
from journeys.texts import Lang, listed, span, words_of
from journeys.verbs.base import GO_ON, Move, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(Step):
    """A form.  A field called `crm.…` saves itself; others go where `saves` says."""

    verb: ClassVar[str] = "ask"
    waits_for: ClassVar[Waiting | None] = "ask"

    fields: Annotated[tuple[str, ...], Names()]
    saves: Annotated[tuple[tuple[str, str], ...] | None, Saves()] = None
    within: Annotated[timedelta | None, Span()] = None

    def arrive(self, walk: Walk) -> Move:
        return self.stop(walk)

    def hear(self, event: Event, walk: Walk) -> Move | None:
        if not isinstance(event, Asked) or event.step != self.id:
            return None
        for attribute, field in self._saved():
            if (value := event.answers.get(field)) is not None:
                walk.owe(SaveAttribute(step=self.id, turn=walk.turn, part=attribute, name=attribute, value=value))
                walk.note({attribute: value})
        return GO_ON

    def on_file(self, facts: Facts, now: datetime) -> tuple[Event, ...]:
        known = {name: facts.values[attribute] for attribute, name in self._saved() if attribute in facts.values}
        return (Asked(self.id, known),) if set(known) == set(self.fields) else ()

    def _saved(self) -> tuple[tuple[str, str], ...]:
        said = self.saves or ()
        own = ((name, name) for name in self.fields if name.startswith("crm."))
        return (*said, *(pair for pair in own if pair[1] not in {field for _, field in said}))

    def sentence(self, lang: Lang) -> str:
        fields = listed([words_of(name.removeprefix("crm.")) for name in self.fields], lang)
        asked = f"Demander ({self.said(lang)}) : {fields}" if lang == "fr" else f"Ask ({self.said(lang)}): {fields}"
        if not self.within:
            return asked
        return f"{asked}, {'dans les' if lang == 'fr' else 'within'} {span(self.within, lang)}"
