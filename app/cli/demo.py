"""`fanfare demo`: the whole product with an invented brand and real purchases, in one command."""

from __future__ import annotations

import os
import secrets
import socket
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from app.cli.bar import bar
from app.cli.installation import brand_called, now
from app.db import bind, engine_for, migrate, reading
from app.settings import SECRET_FILE, Settings

if TYPE_CHECKING:
    from app.demo.loading import Login


@click.command()
@click.option("--port", default=8000, show_default=True, help="of the engine; the next two serve brand site and login")
@click.option("--full", is_flag=True, help="all 2 469 households and their 155 848 baskets instead of 300 households")
@click.option("--load-only", is_flag=True, help="load the demo and end")
def demo(port: int, full: bool, load_only: bool) -> None:
    """Load the demo brand, serve it, and print the three links to start with."""
    if not load_only:
        check_ports(range(port, port + 3))
    settings = demo_settings(port)
    migrate(settings.database_url)
    bind(engine_for(settings.database_url), settings.secret)

    from app.demo import loading
    from app.demo.brandsite import start_brand_site
    from app.demo.provider import start_demo_provider
    from app.demo.shoppers import pick_persons

    moment = now()
    with bar("en") as progress:
        households = None if full else loading.HOUSEHOLDS
        logins = loading.load(Path(settings.data_folder), f"http://localhost:{port + 1}", households, moment, progress)
    with reading() as tx:
        people = pick_persons(tx, brand_called(tx, loading.SLUG), moment.date())
    slug = loading.campaign_slug()
    if load_only:
        click.echo("the demo is loaded")
        return
    site = start_brand_site(port + 1, settings.public_url, slug, people)
    start_demo_provider(port + 2, people, [f"{settings.public_url}/connect/demo/callback"])
    _greet(settings, site.origin, logins, loading.CREDIT)

    from app.cli.serve import Server

    sys.argv = sys.argv[:1]
    Server(settings, f"127.0.0.1:{port}").run()


def check_ports(ports: Iterable[int]) -> None:
    """Say at once, and before anything is loaded, when a port is taken."""
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                raise click.ClickException(
                    f"port {port} is taken; stop what listens there, or choose others: fanfare demo --port {port + 100}"
                ) from None


def demo_settings(port: int) -> Settings:
    """Settings of the demo: everything on this machine, a secret of its own kept in the data folder."""
    if "DATABASE_URL" in os.environ and os.environ.get("FANFARE_MODE") != "demo":
        raise click.ClickException(
            "DATABASE_URL is set, and the demo would write its invented brand there. Unset it; or set FANFARE_MODE=demo"
        )
    folder = Path(os.environ.get("FANFARE_DATA", "var"))
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / SECRET_FILE
    if not kept.is_file():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_hex(32))
    ours = {
        "DATABASE_URL": f"sqlite:///{folder / 'fanfare.sqlite3'}",
        "FANFARE_SECRET": kept.read_text().strip(),
        "FANFARE_MODE": "demo",
        "FANFARE_LOG": "warning",
        "FANFARE_URL": f"http://127.0.0.1:{port}",
        "FANFARE_DEMO_PROVIDER": f"http://localhost:{port + 2}",
    }
    return Settings.from_environment({**ours, **os.environ})


def _greet(settings: Settings, brand_origin: str, logins: Sequence[Login], credit: str) -> None:
    console = Console(highlight=False, soft_wrap=True)
    console.print("\n[bold]Fanfare is playing.[/bold]  Stop it with Ctrl-C.\n")
    console.print(f"  1. a fan's tab in a brand's page   [bold]{brand_origin}/[/bold]")
    console.print(f"  2. the studio                      [bold]{settings.public_url}/studio[/bold]")
    console.print(f"  3. the opt-ins, ready to export    [bold]{settings.public_url}/studio/optins[/bold]\n")
    console.print(f"     mails of this demo             {settings.public_url}/dev/mail\n")
    for login in logins:
        console.print(f"     {login.role:<8} {login.email:<28} {login.password}")
    console.print(f"\n  {credit}\n")
