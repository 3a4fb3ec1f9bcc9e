"""Operating an installation: settings, schema, brands, API keys."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from zoneinfo import available_timezones

import click
from alembic.util import CommandError
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.cli.installation import brand_called, now
from app.db import migrate, transaction
from app.models import ApiKey, Brand
from app.services.keys import fingerprint
from app.settings import Settings, described, read_anyway

SCOPES = ("coupons", "optins")


@click.command()
def config() -> None:
    """Show every setting: its variable, its value, what it does.  Secrets are not shown."""
    rows = described(read_anyway())
    width = max(len(name) for name, _value, _help in rows)
    for name, value, said in rows:
        click.echo(f"{name:<{width}}  {value or '-':<36}  {said}")


@click.group()
def db() -> None:
    """The database's schema."""


@db.command()
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Bring the schema up to REVISION (the newest one by default)."""
    if revision == "base" or revision.startswith("-"):
        raise click.ClickException(f"“{revision}” leads down, which deletes; say: fanfare db downgrade {revision}")
    _migrate_to(revision)


@db.command(context_settings={"ignore_unknown_options": True})  # -1 is a revision, not an option
@click.argument("revision")
@click.confirmation_option(prompt="This deletes what the newer schema holds. Go on?")
def downgrade(revision: str) -> None:
    """Bring the schema down to REVISION (`base` = nothing, `-1` = one step, or a number)."""
    _migrate_to(revision, down=True)


def _migrate_to(revision: str, down: bool = False) -> None:
    try:
        stands = migrate(Settings.from_environment().database_url, revision, down=down)
    except (ValueError, CommandError):
        raise click.ClickException(f"there is no revision “{revision}”; write head, base, -1 or its number") from None
    except OperationalError as error:
        raise click.ClickException(f"the database does not answer ({error.orig}). Check DATABASE_URL.") from None
    click.echo(f"schema: at {stands}")


def like(pattern: str, wanted: str) -> Callable[[click.Context, click.Parameter, str], str]:
    """A check that what was typed has this form."""

    def check(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise click.BadParameter(f"“{value}”: write {wanted}")
        return value

    return check


def known_timezone(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    """A time zone of the IANA data base."""
    if value not in available_timezones():
        raise click.BadParameter(f"there is no time zone “{value}”; write one as Europe/Paris")
    return value


@click.group()
def brand() -> None:
    """Brands of this installation."""


@brand.command("add")
@click.argument("slug", callback=like(r"[a-z0-9][a-z0-9-]{0,63}", "small letters, digits and dashes"))
@click.option("--name", required=True, callback=like(r".{1,200}", "1 to 200 characters"), help="as people read it")
@click.option("--currency", required=True, callback=like(r"[A-Z]{3}", "three letters, as EUR"), help="ISO 4217")
@click.option("--timezone", default="UTC", show_default=True, callback=known_timezone)
@click.option(
    "--country", default="US", show_default=True, callback=like(r"[A-Z]{2}", "two letters, as FR"),
    help="ISO 3166: telephone numbers are read as from here",
)  # fmt: skip
@click.option(
    "--languages", default="en", show_default=True, callback=like(r"[a-z]{2,3}(,[a-z]{2,3})*", "codes, as fr,en"),
    help="separated by commas, the first is the usual one",
)  # fmt: skip
@click.option("--opt-in", type=click.Choice(["single", "double"]), default="double", show_default=True)
def add_brand(slug: str, languages: str, **said: str) -> None:
    """Add a brand."""
    with transaction() as tx:
        if tx.scalar(select(Brand.id).where(Brand.slug == slug)):
            raise click.ClickException(f"there is a brand “{slug}” already")
        tx.add(Brand(slug=slug, languages=languages.split(","), created_at=now(), **said))
    click.echo(f"{slug}: added")


@brand.command("sender")
@click.argument("slug")
@click.argument("name", callback=like(r"[^\x00-\x1f]{0,100}", "at most 100 characters in one line"))
def name_sender(slug: str, name: str) -> None:
    """Let mails of the brand SLUG come from NAME; an empty one is the brand's own again."""
    with transaction() as tx:
        brand_called(tx, slug).sender_name = name.strip() or None
    click.echo(f"{slug}: mails come from {name.strip() or 'the brand itself'}")


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
        brand_id = brand_called(tx, slug).id
        found = tx.scalars(select(ApiKey).where(ApiKey.brand_id == brand_id, ApiKey.name == name)).all()
        if not found:
            raise click.ClickException(f"this brand has no key “{name}”")
        for each in found:
            each.revoked_at = each.revoked_at or now()
    click.echo(f"{len(found)} key(s) revoked")
