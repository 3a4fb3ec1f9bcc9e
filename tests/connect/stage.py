"""A stage for real browsers: the application, a brand's page on another site that embeds the tab, the demo provider."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import Any

from flask import Flask, request
from sqlalchemy import select
from werkzeug.serving import make_server

from app.db import bind, transaction
from app.demo.provider import start_demo_provider
from app.factory import create_app
from app.models import Campaign
from app.services.connecting import demo_provider
from app.settings import Settings
from app.web.fan.ways import Ways
from tests.connect.site import SLUG, add_campaign
from tests.servers.children import free_port
from tests.servers.web import SECRET

PAGE = """<!doctype html><html lang="en"><title>Brand</title><h1>Brand</h1>
<iframe title="Game" src="{engine}/t/{slug}/go?src=embed&amp;origin={own}" width="390" height="700"></iframe>
<script>heard = []; addEventListener('message', (event) => heard.push(JSON.stringify(event.data)));</script></html>"""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where everything stands: the engine, the brand's page (another site), an insecure brand's page."""

    engine: str
    brand: str
    insecure_brand: str


@contextmanager
def serving(app: Any, port: int = 0) -> Iterator[int]:
    """Serve an application in a thread until the block ends; gives the port."""
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def stage(database_url: str, people: Any, opener_policy: str | None) -> Iterator[Stage]:
    """Set everything up for one test."""
    port = free_port()
    engine = f"http://127.0.0.1:{port}"
    provider = start_demo_provider(0, people, [f"{engine}/connect/demo/callback"], opener_policy)
    app = create_app(
        Settings(secret=SECRET, database_url=database_url, public_url=engine, embedded_worker=False).checked()
    )
    app.extensions["fanfare.ways"] = Ways({"demo": demo_provider(provider.issuer)})
    with serving(app, port), serving(_brand(engine)) as brand_port:
        brands = f"http://localhost:{brand_port}", f"http://brand.test:{brand_port}"
        with transaction() as tx:
            add_campaign(tx)
            tx.scalars(select(Campaign)).one().embed_origins = list(brands)
        yield Stage(engine, *brands)
    provider.stop()
    bind(None)


def _brand(engine: str) -> Flask:
    app = Flask("brand", static_folder=None)

    @app.get("/")
    def home() -> str:
        return PAGE.format(engine=engine, slug=SLUG, own=request.host_url.rstrip("/"))

    return app
