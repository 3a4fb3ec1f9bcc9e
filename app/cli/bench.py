"""`fanfare bench`: synthetic people for a load test, made and taken away; refused in production."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import IO
from urllib.parse import urlencode

import click

from app.cli.bar import bar
from app.cli.installation import now, only_brand, settings
from app.db import reading, transaction
from app.services.synthetic import Player, clear, mint
from app.services.visits import campaign_at
from app.web.tokens import signed

BATCH = 200  # people a transaction: others get the database in between


@click.group()
def bench() -> None:
    """Load tests: people who do not exist, and what they send.  For FANFARE_MODE=bench (or demo) only."""
    if not settings().takes_synthetic_people:
        raise click.ClickException(
            f"FANFARE_MODE={settings().mode}: synthetic people have no place in production. "
            "Point DATABASE_URL at a copy of the database, and set FANFARE_MODE=bench for it and for its server."
        )


@bench.command()
@click.option("--campaign", required=True, help="the campaign's address, as in /t/<campaign>")
@click.option("--fans", required=True, type=click.IntRange(min=1), help="how many people")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="file to write: one JSON object a line")
def passes(campaign: str, fans: int, out: Path) -> None:
    """Make synthetic FANS who stand at a campaign's first game, and write what they send to play it."""
    with reading() as tx:
        place = campaign_at(tx, campaign)

    def sign(step: str, pass_hash: str) -> str:
        return signed(settings().secret, place.slug, step, pass_hash)

    with _private(out) as file, bar("en") as progress:
        for done in range(0, fans, BATCH):
            with transaction() as tx:
                made = mint(tx, campaign_at(tx, campaign), min(BATCH, fans - done), sign, now())
            file.writelines(_line(campaign, each) for each in made)
            progress("write", done + len(made), fans)
    click.echo(f"{fans} synthetic fans stand at their game in {campaign}; what they send is in {out}")


@bench.command("clear")
@click.option("--brand", "slug", default=None, help="the brand's short name; needed when there are several")
def clear_fans(slug: str | None) -> None:
    """Take all synthetic fans of a brand away, with everything they left."""
    with reading() as tx:
        brand_id = only_brand(tx, slug).id
    gone = 0
    while True:
        with transaction() as tx:
            some = clear(tx, brand_id, now())
        if not some:
            break
        gone += some
    click.echo(f"{gone} synthetic fans are gone; their coupons are free again")


def _private(path: Path) -> IO[str]:
    """A file that nobody else may read: passes open what their fans may do."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8")


def _line(campaign: str, player: Player) -> str:
    sent = [
        {"path": f"/t/{campaign}/{request.path}", "body": urlencode(request.fields, doseq=True)}
        for request in player.requests
    ]
    return json.dumps({"fan": str(player.fan_id), "pass": player.raw_pass, "requests": sent}) + "\n"
