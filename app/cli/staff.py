"""`fanfare staff`: let people into the studio, and keep them out."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cli.installation import brand_called
from app.db import reading, transaction
from app.models import ROLES, Staff
from app.services.staff import NewStaff, add_staff, change_password, deactivate, new_password


@click.group()
def staff() -> None:
    """People who work in the studio."""


@staff.command()
@click.argument("email")
@click.option("--brand", required=True, help="the brand's short name")
@click.option("--role", required=True, type=click.Choice(ROLES), help="what the person may do")
@click.option("--name", default="", help="how the studio greets the person")
@click.option("--language", default="en", type=click.Choice(["en", "fr"]), help="the language of the studio")
@click.option("--ask-password", is_flag=True, help="type the password here instead of getting a random one")
def add(email: str, brand: str, role: str, name: str, language: str, ask_password: bool) -> None:
    """Let EMAIL log in; a random password is made and shown once."""
    password = _typed_password() if ask_password else new_password()
    new = NewStaff(email=email, role=role, name=name, language=language)
    with transaction() as tx:
        person = add_staff(tx, brand_called(tx, brand), new, password, datetime.now(UTC))
    click.echo(f"{person.email} may log in as {person.role} of {brand}.")
    if not ask_password:
        click.echo(f"Password, shown this once: {password}")


@staff.command()
@click.argument("email")
@click.option("--ask-password", is_flag=True, help="type the password here instead of getting a random one")
def password(email: str, ask_password: bool) -> None:
    """Give EMAIL a new password; every session of the person ends."""
    chosen = _typed_password() if ask_password else new_password()
    with transaction() as tx:
        change_password(tx, _person(tx, email), chosen, datetime.now(UTC))
    click.echo(f"{email} has a new password." if ask_password else f"Password, shown this once: {chosen}")


@staff.command()
@click.argument("email")
def remove(email: str) -> None:
    """Keep EMAIL out from now on; what the person did stays on record."""
    with transaction() as tx:
        deactivate(tx, _person(tx, email), datetime.now(UTC))
    click.echo(f"{email} may no longer log in.")


@staff.command(name="list")
@click.option("--brand", required=True, help="the brand's short name")
def list_(brand: str) -> None:
    """Everybody who works for a brand."""
    with reading() as tx:
        whose = Staff.brand_id == brand_called(tx, brand).id
        for person in tx.scalars(select(Staff).where(whose).order_by(Staff.email)):
            click.echo(f"{person.email}\t{person.role}\t{'active' if person.active else 'removed'}")


def _person(tx: Session, email: str) -> Staff:
    found = tx.scalar(select(Staff).where(Staff.email == email.strip().lower()))
    if found is None:
        raise click.ClickException(f"Nobody logs in with {email}. See: fanfare staff list --brand BRAND")
    return found


def _typed_password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return typed
