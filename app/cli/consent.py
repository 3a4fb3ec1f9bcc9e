"""`fanfare consent`: check that the consent ledger is as it was written."""

from __future__ import annotations

import sys

import click
from sqlalchemy import select, true

from app.db import reading
from app.models import Brand
from app.services.consent import verify_chain


@click.group()
def consent() -> None:
    """The ledger of what people allowed."""


@consent.command()
@click.option("--brand", help="the brand's short name; every brand when left out")
@click.option("--lang", default="en", type=click.Choice(["en", "fr"]), help="the language of the findings")
def verify(brand: str | None, lang: str) -> None:
    """Check every row of the ledger; a row that was changed, removed or moved is named, and the exit code is 1.

    Keep the last hash of a sound chain elsewhere: it also shows a ledger that was rewritten as a whole.
    """
    sound = True
    with reading() as tx:
        brands = tx.scalars(select(Brand).where(Brand.slug == brand if brand else true()).order_by(Brand.slug)).all()
        if brand and not brands:
            raise click.ClickException(f"There is no brand “{brand}”.")
        for each in brands:
            report = verify_chain(tx, each.id)
            sound = sound and report.sound
            for problem in report.problems:
                click.echo(problem.text(lang))
            said = "sound" if report.sound else f"{report.broken} problems"
            click.echo(f"{each.slug}: {report.rows} rows, {said}, last hash {report.head_hash}")
    sys.exit(0 if sound else 1)
