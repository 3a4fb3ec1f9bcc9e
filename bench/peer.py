"""A bare Flask route beside ours: three SQL statements and a commit, on the same engine and under the same server.

`python -m bench.peer --bind 127.0.0.1:PORT`.  `/play` reads by an index, inserts, updates; `/page` is a constant page
with an ETag.  Nobody is checked, nothing is decided: it is a floor, not a product.
"""

from __future__ import annotations

import uuid

import click
from flask import Flask, Response, request
from sqlalchemy import Engine, text
from werkzeug.wrappers import Response as AnyResponse

from app.cli.serve import Server
from app.db import bind, engine_for, transaction
from app.settings import Settings

SIZE = 10_000
TABLES = (
    "CREATE TABLE peer_fan (id INTEGER PRIMARY KEY, pass_hash VARCHAR(64) UNIQUE, plays INTEGER)",
    "CREATE TABLE peer_event (id VARCHAR(36) PRIMARY KEY, fan_id INTEGER, name VARCHAR(64))",
)
PAGE = "<!doctype html><title>Peer</title>" + "<p>A page of the size of a first view.</p>" * 150


def lay_tables(engine: Engine) -> None:
    """Make the two tables, with ten thousand fans."""
    with engine.begin() as connection:
        for table in TABLES:
            connection.execute(text(table))
        rows = [{"id": number, "hash": f"pass{number}"} for number in range(SIZE)]
        connection.execute(text("INSERT INTO peer_fan (id, pass_hash, plays) VALUES (:id, :hash, 0)"), rows)


def create_peer(settings: Settings) -> Flask:
    """The bare application."""
    app = Flask("peer")
    bind(engine_for(settings.database_url), settings.secret)
    app.add_url_rule("/play", "play", play, methods=["POST"])
    app.add_url_rule("/page", "page", page)
    return app


def play() -> str:
    """Three statements and a commit."""
    with transaction() as tx:
        fan = tx.execute(FAN, {"hash": request.form["pass"]}).one()
        tx.execute(EVENT, {"id": str(uuid.uuid4()), "fan_id": fan.id})
        tx.execute(PLAYED, {"id": fan.id})
    return "played"


def page() -> AnyResponse:
    """A page that browsers may revalidate."""
    response = Response(PAGE)
    response.add_etag()
    return response.make_conditional(request)


FAN = text("SELECT id, plays FROM peer_fan WHERE pass_hash = :hash")
EVENT = text("INSERT INTO peer_event (id, fan_id, name) VALUES (:id, :fan_id, 'played')")
PLAYED = text("UPDATE peer_fan SET plays = plays + 1 WHERE id = :id")


class PeerServer(Server):
    """Our server with the bare application in it."""

    def load(self) -> Flask:
        return create_peer(self.configured)


@click.command()
@click.option("--bind", "address", required=True)
def main(address: str) -> None:
    """Serve the bare application."""
    PeerServer(Settings.from_environment(), address).run()


if __name__ == "__main__":
    main()
