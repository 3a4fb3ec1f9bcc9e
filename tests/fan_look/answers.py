"""What the preview answers to a posted form: it notes the form and shows the screen that the test has laid out."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, field

from flask import Flask, Response, jsonify, request

from app.services.theme import Theme
from tests.fan_look.preview import create_preview, page


@dataclass
class Preview:
    """A running preview and what the tests may tell it."""

    url: str = ""
    posted: list[tuple[str, dict[str, list[str]], bool]] = field(default_factory=list)
    next_screen: str = "feedback"
    failing: int = 0
    failure: tuple[int, str] = (503, "5")  # the status, and after how many seconds to come back
    slow_seconds: float = 0
    poll_code: str | None = None
    parents: tuple[str, ...] = ()
    theme: Theme = field(default_factory=Theme)

    def forget(self) -> None:
        """Be as at the beginning, at the same address."""
        for name, value in asdict(Preview(self.url)).items():
            setattr(self, name, value)
        self.theme = Theme()

    def application(self) -> Flask:
        """The preview application with the addresses that forms and windows go to."""
        app = create_preview(lambda: self.parents, lambda: self.theme)
        app.add_url_rule("/t/<slug>/<verb>", "posted", self.answer, methods=["GET", "POST"])
        app.add_url_rule("/connect/<provider>", "provider", self.provider)
        app.add_url_rule("/t/<slug>", "tab", self.tab)
        app.add_url_rule("/host", "host", self.host)
        return app

    def answer(self, slug: str, verb: str) -> Response | str | tuple[str, int] | tuple[str, int, dict[str, str]]:
        """Note the form, then fail, wait or show the next screen as laid out."""
        fragment = "X-Fragment" in request.headers
        if request.method == "POST":
            self.posted.append((verb, request.form.to_dict(flat=False), fragment))
        if verb == "poll":
            return jsonify(code=self.poll_code)
        if verb == "saw":
            return "", 204
        if self.failing:
            self.failing -= 1
            status, seconds = self.failure
            return page("later", "en", fragment=fragment), status, {"Retry-After": seconds}
        time.sleep(self.slow_seconds)
        return page(self.next_screen, "en", fragment=fragment, parents=self.parents)

    def provider(self, provider: str) -> str:
        """The login window, at its end already."""
        return page("connected", "en")

    def tab(self, slug: str) -> str:
        """The tab as a host page embeds it."""
        return page("first", "en", parents=self.parents, start_url=f"/t/{slug}/go", query="lang=en")

    def host(self) -> Response:
        """A brand's page with the loader's snippet; its own policy allows no inline style."""
        mode = request.args.get("mode", "inline")
        snippet = (
            "<!doctype html><html lang=en><title>Brand</title><main><h1>News</h1>"
            f'<div data-fanfare="spring-cup" data-title="The Spring Cup" data-mode="{mode}" data-utm="utm_source">'
            '<a href="/t/spring-cup">Play the Spring Cup</a></div></main>'
            f'<script async src="{self.url}/static/dist/embed.v1.js"></script>'
        )
        policy = f"default-src 'none'; script-src {self.url}; style-src 'self'; frame-src {self.url}"
        return Response(snippet, headers={"Content-Security-Policy": policy})

    def forms(self, verb: str) -> list[dict[str, list[str]]]:
        """The forms that were posted to this address."""
        return [form for to, form, _ in self.posted if to == verb]
