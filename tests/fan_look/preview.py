"""A small application that shows every screen of the tab without the engine behind it.

Run it to work on the look:  python -m tests.fan_look.preview  (then /ticket?lang=fr&dir=rtl, /embed, ...).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, render_template, request
from flask_babel import Babel

from app.services.theme import Theme, theme_css
from app.web import assets
from tests.fan_look import samples

ROOT = Path(__file__).parents[2]
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'"
)


def page(name: str, lang: str, direction: str = "ltr", fragment: bool = False, **more: Any) -> str:
    """One screen as HTML; wants a request context."""
    template, screen = samples.screens(lang)[name]
    context: dict[str, Any] = {
        "campaign": samples.CAMPAIGN,
        "screen": screen,
        "form": None if template in ("first", "closed", "error") else samples.FORM,
        "lang": lang,
        "dir": direction,
        "layout": "fan/bare.html" if fragment else "fan/tab.html",
        "image_url": lambda name: f"/t/spring-cup/image/{name}",
        "providers": samples.PROVIDERS,
        "verifier": "v" * 43,
        "challenge": "c" * 43,
        "code": "one-time" if name == "connected" else None,
        "parents": [],
        "theme_url": "/t/spring-cup/theme.000000000000.css",
        **more,
    }
    return render_template(f"fan/{template}.html", **context)


def create_preview(parents: Callable[[], tuple[str, ...]] = tuple, theme: Callable[[], Theme] = Theme) -> Flask:
    """The preview application; `parents` gives the origins that may embed it, `theme` its colours."""
    app = Flask("preview", root_path=str(ROOT / "app"), template_folder="../templates", static_folder="../static")
    Babel(app, locale_selector=lambda: request.args.get("lang", "en"))
    assets.init_app(app)

    @app.get("/t/<slug>/theme.<digest>.css")
    def stylesheet(slug: str, digest: str) -> Response:
        return Response(theme_css(theme()), mimetype="text/css")

    @app.get("/t/<slug>/image/<name>")
    def image(slug: str, name: str) -> Response:
        return Response(samples.picture(name), mimetype="image/svg+xml")

    @app.route("/<name>", methods=["GET", "POST"])
    def screen(name: str) -> str:
        lang = request.args.get("lang", "en")
        if name not in samples.screens("en"):
            abort(404)
        form = samples.FORM_WITHOUT_COOKIE if "pass" in request.args else samples.FORM
        more = {"form": form} if "pass" in request.args else {}
        fragment = "X-Fragment" in request.headers
        return page(name, lang, request.args.get("dir", "ltr"), fragment, parents=parents(), **more)

    @app.after_request
    def secured(response: Response) -> Response:
        frames = " ".join(parents()) or "'none'"
        response.headers.setdefault("Content-Security-Policy", f"{CSP}; frame-ancestors {frames}")
        return response

    return app


if __name__ == "__main__":
    create_preview().run(port=5099)
