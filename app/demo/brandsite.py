"""The demo brand's own website: one page with the fan's tab in it, on another origin than the engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

from flask import Flask, render_template, request
from werkzeug.serving import BaseWSGIServer, make_server

from app.demo.people import Person

HERE = Path(__file__).resolve().parent
LANGUAGES = ("en", "fr")


@dataclass(frozen=True, slots=True)
class BrandSite:
    """The running site: its origin, and how to stop it."""

    origin: str
    server: BaseWSGIServer
    thread: Thread

    def stop(self) -> None:
        """Stop serving and free the port."""
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def start_brand_site(port: int, engine: str, slug: str, people: Sequence[Person]) -> BrandSite:
    """Serve the page on a port of this machine (0 = any free one), in a thread.

    Its name is `localhost`, so that beside an engine on 127.0.0.1 it is another site, as a brand's own would be.
    """
    app = Flask("brand-site", template_folder=str(HERE / "templates"), static_folder=str(HERE / "static"))

    @app.get("/")
    def page() -> str:
        asked = request.args.get("lang") or request.accept_languages.best_match(LANGUAGES)
        lang = asked if asked in LANGUAGES else "en"
        return render_template("demo/brand.html", lang=lang, engine=engine, slug=slug, people=people)

    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, name="brand-site", daemon=True)
    thread.start()
    return BrandSite(f"http://localhost:{server.server_port}", server, thread)
