"""What must not happen behind a fan's back: errors in the console, refused content, requests to third parties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Frame, Request, WebError

from tests.fan_look.axe import violations

NOT_ON_THE_NET = ("data:", "blob:", "about:", "chrome-error:")


@dataclass
class Watch:
    """Everything that a browser had to complain about, as one line each."""

    allowed: Sequence[str]  # origins
    complaints: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> BrowserContext:
        """Watch all pages of this browser context, those to come too."""
        context.on("console", self._heard)
        context.on("weberror", self._broke)
        context.on("request", self._asked)
        return context

    def look(self, place: str, frame: Frame) -> None:
        """Let axe look at a page or frame."""
        self.complaints += [f"{place}: {found}" for found in violations(frame)]

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _broke(self, error: WebError) -> None:
        self.complaints.append(f"script: {error.error}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((*NOT_ON_THE_NET, *(f"{origin}/" for origin in self.allowed))):
            self.complaints.append(f"third party: {request.url}")
