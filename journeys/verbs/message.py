"""`message`: an e-mail or another channel, within the journey's limits and outside its quiet hours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from journeys.reading.shapes import Id
from journeys.running.effects import SendMessage
from journeys.running.walk import Walk
from journeys.texts import Lang
from journeys.verbs.base import GO_ON, Move, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(Step):
    """A message.  Over the limit it is dropped; in quiet hours it leaves later; both are written down."""

    verb: ClassVar[str] = "message"
    once: ClassVar[bool] = True
    ready: ClassVar[bool] = True
    about: ClassVar[str | None] = "message"
    shown_by: ClassVar[str | None] = "template"

    channel: Annotated[str, Id()] = "email"
    template: Annotated[str | None, Id("message")] = None

    def arrive(self, walk: Walk) -> Move:
        if not walk.messages_left():
            walk.decide("limit", "dropped")
            return GO_ON
        quiet = walk.limits.quiet
        later = quiet.until(walk.now, walk.zone) if quiet else None
        if later:
            walk.decide("limit", "later")
        template = self.template or self.name
        walk.owe(SendMessage(step=self.id, turn=walk.turn, channel=self.channel, template=template, not_before=later))
        walk.count_message()
        return GO_ON

    def sentence(self, lang: Lang) -> str:
        said = f"Envoyer le message {self.said(lang)}" if lang == "fr" else f"Send the message {self.said(lang)}"
        return f"{said} {'par' if lang == 'fr' else 'by'} {'e-mail' if self.channel == 'email' else self.channel}"
