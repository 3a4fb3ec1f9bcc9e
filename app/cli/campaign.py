"""`fanfare campaign`: check a campaign folder, publish it, lay coupon codes in."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from app.cli.installation import now, only_brand, use_database
from app.db import transaction
from app.models import Brand
from app.services.campaigns import check_draft, push, read_folder
from app.services.campaigns.drafts import Checked

FOLDER = click.argument("folder", type=click.Path(path_type=Path))


@click.group()
def campaign() -> None:
    """Campaign folders: campaign.yaml, journey.yaml, games/, texts/, images/."""


@campaign.command()
@FOLDER
@click.option("--currency", default=None, help="the brand's currency; else that of the journey")
@click.option("--lang", type=click.Choice(["en", "fr"]), default="en")
def check(folder: Path, currency: str | None, lang: str) -> None:
    """Check a campaign FOLDER and run its journey's tests; needs no database.  Status 1 when it cannot be published."""
    stand_in = Brand(slug="check", name="check", currency=currency, timezone="UTC", attributes={}, languages=["en"])
    checked = check_draft(stand_in, read_folder(folder).files)
    _say(checked, lang)
    sys.exit(0 if checked.publishable else 1)


@campaign.command("push")
@FOLDER
@click.option("--brand", "slug", default=None, help="the brand's short name")
def push_folder(folder: Path, slug: str | None) -> None:
    """Publish a campaign FOLDER as a new version; a folder that does not check changes nothing."""
    read = read_folder(folder)
    use_database()
    with transaction() as tx:
        version, is_new = push(tx, only_brand(tx, slug), read, now())
        number = version.number
    click.echo(f"version {number} is live" if is_new else f"nothing to do: version {number} is live and the same")


def _say(checked: Checked, lang: str) -> None:
    for problem in checked.problems:
        click.echo(problem.text(lang))
    if checked.report:
        passed = sum(result.passed for result in checked.report.results)
        click.echo(f"{passed} of {len(checked.report.results)} journey tests pass")
    if checked.publishable:
        click.echo("ok: this campaign may be published")
