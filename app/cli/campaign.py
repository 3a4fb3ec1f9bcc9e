"""`fanfare campaign`: check a campaign folder, publish it, lay coupon codes in; its versions stand in `versions`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from app.cli.installation import now, only_brand, use_database
from app.cli.versions import inside_of, inside_options, list_versions, roll_back_to, say_where
from app.db import reading, transaction
from app.errors import Invalid
from app.models import Brand
from app.services.campaigns import check_draft, push, read_folder
from app.services.campaigns.drafts import Checked
from app.services.campaigns.supplying import bring_codes, pool_to_fill
from app.services.rewards.codefile import CodeFile, read_codes
from app.services.rewards.loading import Loaded, load_codes

FOLDER = click.argument("folder", type=click.Path(path_type=Path))
BRAND = click.option("--brand", "slug", default=None, help="the brand's short name; needed when there are several")
LANG = click.option("--lang", type=click.Choice(["en", "fr"]), default="en", help="the language of what is said")
NOTHING_WRITTEN = {"en": " (nothing was written)", "fr": " (rien n'a été écrit)"}


@click.group()
def campaign() -> None:
    """Campaign folders: campaign.yaml, journey.yaml, games/, texts/, images/."""


for _command in (list_versions, say_where, roll_back_to):
    campaign.add_command(_command)


@campaign.command()
@FOLDER
@click.option("--currency", default=None, help="the brand's currency; else that of the journey")
@LANG
def check(folder: Path, currency: str | None, lang: str) -> None:
    """Check a campaign FOLDER and run its journey's tests; needs no database.  Status 1 when it cannot be published."""
    stand_in = Brand(slug="check", name="check", currency=currency, timezone="UTC", attributes={}, languages=["en"])
    checked = check_draft(stand_in, read_folder(folder).files)
    _say(checked, lang)
    sys.exit(0 if checked.publishable else 1)


@campaign.command("push")
@FOLDER
@BRAND
@click.option("--codes", multiple=True, metavar="POOL=FILE", help="codes of an imported pool, loaded with the folder")
@inside_options
def push_folder(folder: Path, slug: str | None, codes: tuple[str, ...], way: str, targets: tuple[str, ...]) -> None:
    """Publish a campaign FOLDER as a new version; a folder that does not check changes nothing."""
    inside = inside_of(way, targets)
    read, files = read_folder(folder), dict(_pool_and_file(said) for said in codes)
    use_database()
    with transaction() as tx:
        brand = only_brand(tx, slug)
        loaded = bring_codes(tx, brand, read, files, now()) if files else []
        version, is_new = push(tx, brand, read, now(), inside)
        number = version.number
    for each in loaded:
        _say_loaded(each, "en")
    click.echo(f"version {number} is live" if is_new else f"nothing to do: version {number} is live and the same")


@campaign.command("codes")
@click.argument("pool")
@click.argument("file", type=click.Path(path_type=Path))
@BRAND
@click.option("--dry-run", is_flag=True, help="say what would happen, and load nothing")
@LANG
def load_codes_of_file(pool: str, file: Path, slug: str | None, dry_run: bool, lang: str) -> None:
    """Load the coupon codes of FILE (CSV with a column “code”) into an imported POOL: all of them, or none."""
    use_database()
    try:
        codes = read_codes(file, now().date())
        with (reading if dry_run else transaction)() as tx:
            loaded = load_codes(tx, pool_to_fill(tx, only_brand(tx, slug), pool, now()), codes, now())
    except Invalid as invalid:
        for problem in invalid.problems:
            click.echo(problem.text(lang), err=True)
        sys.exit(1)
    _say_loaded(loaded, lang, dry_run)


def _pool_and_file(said: str) -> tuple[str, CodeFile]:
    """`POOL=FILE`, read."""
    pool, equals, file = said.partition("=")
    if not (pool and equals and file):
        raise click.BadParameter(f"“{said}”: write POOL=FILE", param_hint="--codes")
    return pool, read_codes(Path(file), now().date())


def _say_loaded(loaded: Loaded, lang: str, dry_run: bool = False) -> None:
    for problem in loaded.remarks:
        click.echo(problem.text(lang), err=True)
    click.echo(loaded.summary(lang) + (NOTHING_WRITTEN[lang] if dry_run else ""))


def _say(checked: Checked, lang: str) -> None:
    for problem in checked.problems:
        click.echo(problem.text(lang))
    if checked.report:
        passed = sum(result.passed for result in checked.report.results)
        click.echo(f"{passed} of {len(checked.report.results)} journey tests pass")
    if checked.publishable:
        click.echo("ok: this campaign may be published")
