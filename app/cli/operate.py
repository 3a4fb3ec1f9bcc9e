"""Operating an installation: settings, health, schema, brands, API keys."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import click
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from app.cli.installation import brand_called, now
from app.db import bound_engine, migrate, transaction
from app.models import ApiKey, Brand
from app.services.keys import fingerprint
from app.settings import BadSetting, Settings, described, read_anyway

SCOPES = ("coupons", "optins")
Finding = tuple[str, str]  # what is wrong, what to do


@click.command()
def config() -> None:
    """Show every setting: its variable, its value, what it does.  Secrets are not shown."""
    rows = described(read_anyway())
    width = max(len(name) for name, _value, _help in rows)
    for name, value, said in rows:
        click.echo(f"{name:<{width}}  {value or '-':<36}  {said}")


@click.command()
def doctor() -> None:
    """Say what is wrong with this installation and what to do; status 1 when something must be done."""
    findings = list(examine())
    for wrong, todo in findings:
        click.echo(f"✗ {wrong}\n  → {todo}")
    if not findings:
        click.echo("✓ settings, secret, database, schema, data folder: all is well")
    sys.exit(1 if findings else 0)


def examine() -> Iterator[Finding]:
    """Everything that is wrong, each with what to do about it."""
    try:
        settings = Settings.from_environment()
    except BadSetting as error:
        yield str(error), "set the variable in the environment of the service, then run this again"
        return
    for check in CHECKS:
        yield from check(settings)


def _check_database(settings: Settings) -> Iterator[Finding]:
    from app.cli.installation import use_database

    try:
        use_database()
        with bound_engine().connect() as connection:
            there = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except (click.ClickException, SQLAlchemyError) as error:
        yield f"database: {getattr(error, 'message', type(error).__name__)}", "start it, or run: fanfare db upgrade"
        return
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    from app.db import MIGRATIONS

    scripts = Config()
    scripts.set_main_option("script_location", str(MIGRATIONS))
    newest = ScriptDirectory.from_config(scripts).get_current_head()
    if there != newest:
        yield f"schema: at {there}, the program wants {newest}", "run: fanfare db upgrade"


def _check_folder(settings: Settings) -> Iterator[Finding]:
    folder = Path(settings.data_folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.write_text("yes")
        probe.unlink()
    except OSError as error:
        yield f"data folder {folder}: {error.strerror}", "make it writable for this user, or set FANFARE_DATA"


def _check_address(settings: Settings) -> Iterator[Finding]:
    public = urlsplit(settings.public_url)
    local = public.hostname in {"127.0.0.1", "localhost"}
    if public.scheme != "https" and not local:
        yield f"{settings.public_url} is not https", "put a TLS proxy in front: cookies in iframes need https"
    if settings.demo and not local:
        yield "demo mode on a public address: anybody can be anybody", "unset FANFARE_MODE"


CHECKS: tuple[Callable[[Settings], Iterator[Finding]], ...] = (_check_database, _check_folder, _check_address)


@click.group()
def db() -> None:
    """The database's schema."""


@db.command()
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Bring the schema up to REVISION (the newest one by default)."""
    migrate(Settings.from_environment().database_url, revision)
    click.echo(f"schema: at {revision}")


@db.command()
@click.argument("revision")
@click.confirmation_option(prompt="This deletes what the newer schema holds. Go on?")
def downgrade(revision: str) -> None:
    """Bring the schema down to REVISION (`base` = nothing, `-1` = one step)."""
    migrate(Settings.from_environment().database_url, revision)
    click.echo(f"schema: at {revision}")


@click.group()
def brand() -> None:
    """Brands of this installation."""


@brand.command("add")
@click.argument("slug")
@click.option("--name", required=True, help="as people read it")
@click.option("--currency", required=True, help="ISO 4217: EUR, USD …")
@click.option("--timezone", default="UTC", show_default=True)
@click.option("--country", default="US", show_default=True, help="ISO 3166: telephone numbers are read as from here")
@click.option("--languages", default="en", show_default=True, help="separated by commas, the first is the usual one")
@click.option("--opt-in", type=click.Choice(["single", "double"]), default="double", show_default=True)
def add_brand(slug: str, name: str, currency: str, timezone: str, country: str, languages: str, opt_in: str) -> None:
    """Add a brand."""
    if timezone not in available_timezones():
        raise click.ClickException(f"there is no time zone “{timezone}”")
    with transaction() as tx:
        if tx.scalar(select(Brand.id).where(Brand.slug == slug)):
            raise click.ClickException(f"there is a brand “{slug}” already")
        tx.add(
            Brand(
                slug=slug, name=name, currency=currency.upper(), timezone=timezone, country=country.upper(),
                languages=languages.split(","), opt_in=opt_in, created_at=now(),
            )  # fmt: skip
        )
    click.echo(f"{slug}: added")


@click.group()
def key() -> None:
    """Keys of programs that call the API."""


@key.command("add")
@click.argument("name")
@click.option("--brand", "slug", required=True)
@click.option("--scope", "scopes", multiple=True, type=click.Choice(SCOPES), required=True)
def add_key(name: str, slug: str, scopes: tuple[str, ...]) -> None:
    """Make a key for the program NAME; it is shown once and kept hashed."""
    raw = f"ff_{secrets.token_urlsafe(32)}"
    with transaction() as tx:
        brand_id = brand_called(tx, slug).id
        tx.add(ApiKey(brand_id=brand_id, name=name, key_hash=fingerprint(raw), scopes=list(scopes), created_at=now()))
    click.echo(raw)


@key.command("revoke")
@click.argument("name")
@click.option("--brand", "slug", required=True)
def revoke_key(name: str, slug: str) -> None:
    """End every key of the program NAME at once."""
    with transaction() as tx:
        found = tx.scalars(select(ApiKey).where(ApiKey.brand_id == brand_called(tx, slug).id, ApiKey.name == name)).all()
        for each in found:
            each.revoked_at = each.revoked_at or now()
    click.echo(f"{len(found)} key(s) revoked")
