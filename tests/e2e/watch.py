"""What must not happen behind a fan's back: errors in the console, refused content, requests to third parties."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Frame, Request, WebError
from playwright.sync_api import Error as BrowserError

from tests.fan_look.axe import violations

MAKE = """() => [...new Set([...document.querySelectorAll('*')].map((each) =>
  `${each.tagName} ${each.className} ${each.getAttributeNames()} ${each.parentElement?.tagName}`))].sort().join()"""
NOT_ON_THE_NET = ("data:", "blob:", "about:", "chrome-error:")


@dataclass
class Watch:
    """Everything that a browser had to complain about, as one line each."""

    allowed: Sequence[str]  # origins
    known: set[str] = field(default_factory=set)  # what axe has looked at already, in this test or before
    complaints: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> BrowserContext:
        """Watch all pages of this browser context, those to come too."""
        context.on("console", self._heard)
        context.on("weberror", self._broke)
        context.on("request", self._asked)
        return context

    def look(self, place: str, shown: Frame, looked_at: Callable[[], Frame] | None = None) -> None:
        """Let axe look at what is shown, or at its likeness; a screen of the same make is looked at once.

        Of the same make are the questions of a quiz, for instance: other words in the same elements.
        """
        make = f"{place}: {self._at_rest(shown)}"
        if make not in self.known:
            self.known.add(make)
            frame = looked_at() if looked_at else shown
            self.complaints += [f"{place}: {found}" for found in violations(frame)]

    def _at_rest(self, shown: Frame) -> str:
        """The make of what is shown; asked again when the page was just being replaced by the next."""
        for attempt in range(5):
            try:
                return str(shown.evaluate(MAKE))
            except BrowserError as error:
                if "context was destroyed" not in str(error) or attempt == 4:
                    raise
                shown.wait_for_load_state()
        raise AssertionError("unreachable")

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _broke(self, error: WebError) -> None:
        self.complaints.append(f"script: {error.error}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((*NOT_ON_THE_NET, *(f"{origin}/" for origin in self.allowed))):
            self.complaints.append(f"third party: {request.url}")
