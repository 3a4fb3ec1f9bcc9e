"""`save`: an attribute of the CRM profile, from a fixed word or from what is known of the person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from journeys.facts import Value
from journeys.reading import kinds
from journeys.reading.shapes import Dotted, Literal
from journeys.running.effects import SaveAttribute
from journeys.running.walk import Walk
from journeys.texts import Lang
from journeys.verbs.base import GO_ON, Move, Step
from journeys.yamlfile import Mapping

if TYPE_CHECKING:
    from journeys.reading.reading import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Save(Step):
    """`save: crm.tone` with `value: gentle`, or with `from: decoder_vote.choice`; unknown saves nothing."""

    verb: ClassVar[str] = "save"
    ready: ClassVar[bool] = True

    value: Annotated[Value | None, Literal()] = None
    from_: Annotated[str | None, Dotted()] = None

    @property
    def attribute(self) -> str:
        """The attribute's name: `crm.tone`, also when written `tone`."""
        return self.name if self.name.startswith("crm.") else f"crm.{self.name}"

    def arrive(self, walk: Walk) -> Move:
        value = self.value if self.from_ is None else walk.fact(self.from_)
        if value is not None:
            walk.owe(SaveAttribute(step=self.id, turn=walk.turn, name=self.attribute, value=value))
            walk.note({self.attribute: value})
        return GO_ON

    def check(self, reading: Reading, mapping: Mapping) -> None:
        if (mapping.get("value") is None) == (mapping.get("from") is None):
            reading.say(kinds.ONE_OF, mapping, words="value, from")

    def sentence(self, lang: Lang) -> str:
        what = self.from_ if self.from_ is not None else self.value
        return f"Noter {what} dans {self.attribute}" if lang == "fr" else f"Save {what} to {self.attribute}"
