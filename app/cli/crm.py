"""`fanfare crm`: bring contacts and orders in, take opt-ins out."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cli.bar import bar
from app.cli.installation import brand_called
from app.db import reading, transaction
from app.errors import Invalid
from app.models import Brand, Campaign
from app.services.exporting import FORMATS, export_optins, note_export
from app.services.importing import KINDS, ImportJob, ImportReport, run_import

MOST_SHOWN = 100
LANG = click.option("--lang", default="en", type=click.Choice(["en", "fr"]), help="the language of what is said")


@click.group()
def crm() -> None:
    """The CRM base: import contacts and orders, export opt-ins."""


@crm.command(name="import")
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--brand", required=True, help="the brand's short name")
@click.option("--source", default="crm", show_default=True, help="the system that the ids come from")
@click.option("--encoding", default="utf-8", type=click.Choice(["utf-8", "windows-1252"]), help="of a CSV file")
@click.option("--dry-run", is_flag=True, help="say what would happen, and write nothing")
@LANG
def import_(kind: str, file: Path, brand: str, lang: str, **said: object) -> None:
    """Import contacts or orders from FILE (CSV or Parquet).

    Good rows are imported, bad ones named with their line and column; then the exit code is 1.  The same file imported
    again changes nothing.
    """
    job = ImportJob(file, kind, _brand(brand).id, **said)  # type: ignore[arg-type]
    try:
        with bar(lang) as progress:
            report = run_import(job, reading if job.dry_run else transaction, datetime.now(UTC), progress)
    except Invalid as invalid:
        for problem in invalid.problems:
            click.echo(problem.text(lang), err=True)
        sys.exit(1)
    _show(report, lang)
    sys.exit(1 if report.errors else 0)


@crm.group()
def export() -> None:
    """Take data out of the CRM base."""


@export.command(name="optins")
@click.option("--brand", required=True, help="the brand's short name")
@click.option("--campaign", help="only what was said in this campaign")
@click.option(
    "--format", "fmt", default="csv", type=click.Choice(list(FORMATS)), help="for programs, or for spreadsheets"
)
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="the file to write")
def export_optins_(brand: str, campaign: str | None, fmt: str, out: Path) -> None:
    """Write everybody who may be contacted now, with the words of consent and the ledger's row as proof.

    The file appears when it is complete, readable by its owner only.
    """
    now = datetime.now(UTC)
    with transaction() as tx:
        whose = brand_called(tx, brand)
        said_in = campaign_called(tx, whose, campaign) if campaign else None
        note_export(tx, whose, said_in, "command line", now)
    try:
        with reading() as tx:
            _write(out, export_optins(tx, whose, said_in, fmt, now))
    except OSError as error:
        raise click.ClickException(f"{out} cannot be written: {error.strerror}.") from None
    click.echo(f"Opt-ins of {brand} written to {out}.")


def _write(out: Path, pieces: Iterable[str]) -> None:
    """Write the file beside its place and move it there when it is whole."""
    unfinished = out.with_name(out.name + ".part")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with open(descriptor, "w", encoding="utf-8", newline="") as file:
            file.writelines(pieces)
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)


def campaign_called(tx: Session, brand: Brand, slug: str) -> Campaign:
    """The brand's campaign of that address, or a sentence that lists those there are."""
    theirs = select(Campaign).where(Campaign.brand_id == brand.id)
    found = tx.scalar(theirs.where(Campaign.slug == slug))
    if found is None:
        known = ", ".join(sorted(each.slug for each in tx.scalars(theirs))) or "none yet"
        raise click.ClickException(f"There is no campaign “{slug}”. Campaigns of {brand.slug}: {known}.")
    return found


def _show(report: ImportReport, lang: str) -> None:
    for problem in report.problems:
        click.echo(problem.text(lang), err=True)
    found = sum(report.counts.values())
    if found > MOST_SHOWN:
        more = {"en": "and {} more", "fr": "et {} autres"}[lang].format(found - MOST_SHOWN)
        kinds = ", ".join(f"{code} {count}" for code, count in sorted(report.counts.items()))
        click.echo(f"{more} ({kinds})", err=True)
    click.echo(report.summary(lang))


def _brand(slug: str) -> Brand:
    with reading() as tx:
        return brand_called(tx, slug)
