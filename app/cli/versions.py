"""`fanfare campaign versions | where | rollback`: the versions of a campaign, its people, and the way back."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cli.installation import now, use_database
from app.db import reading, transaction
from app.errors import Invalid
from app.models import Campaign, CampaignVersion, Publication, Staff
from app.services.campaigns import Inside, roll_back, whereabouts
from app.services.campaigns.going_live import versions
from app.services.campaigns.insiders import GOING_ON, WAYS
from app.services.campaigns.rolling_back import old_version
from app.services.campaigns.standing import Whereabouts

SLUG = click.argument("slug")
LANG = click.option("--lang", type=click.Choice(["en", "fr"]), default="en", help="the language of what is said")
JSON = click.option("--json", "as_json", is_flag=True, help="for programs")
TARGETS_ONLY_MOVE = "--target names where people go on who move: say --inside move, or --inside next"


def inside_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say what becomes of the people inside."""
    targets = click.option(
        "--target", "targets", multiple=True, metavar="OLD=NEW",
        help="with --inside move or next: where people go on from a step that is gone; NEW may be exit",
    )  # fmt: skip
    way = click.option(
        "--inside", "way", type=click.Choice(WAYS), default="finish", show_default=True,
        help="people inside finish on their version, move to the new one now or at their next step, or leave at once",
    )  # fmt: skip
    return way(targets(command))


def inside_of(way: str, targets: Sequence[str]) -> Inside:
    """What becomes of the people inside, as the options say."""
    named = dict(_target(said) for said in targets)
    if named and way not in GOING_ON:
        raise click.UsageError(TARGETS_ONLY_MOVE)
    return Inside(way, named)  # type: ignore[arg-type]  # click has checked the way


@click.command("versions")
@SLUG
@JSON
def list_versions(slug: str, as_json: bool) -> None:
    """List the versions of campaign SLUG, newest first: when, by whom, in the place of what."""
    use_database()
    with reading() as tx:
        campaign = campaign_called(tx, slug)
        rows = [_version_row(tx, campaign, version) for version in versions(tx, campaign)]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        came_back = f", version {row['restores']} again" if row["restores"] else ""
        live = " (live)" if row["live"] else ""
        click.echo(f"{row['number']:>4}{live}  {row['at'][:16]}Z  {row['by']}  {row['content'][:12]}{came_back}")


@click.command("where")
@SLUG
@JSON
def say_where(slug: str, as_json: bool) -> None:
    """Say who stands where in campaign SLUG, waiting for what and since when; who is through; who was moved."""
    use_database()
    with reading() as tx:
        report = whereabouts(tx, campaign_called(tx, slug))
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
    else:
        for line in _told(report):
            click.echo(line)


@click.command("rollback")
@SLUG
@click.argument("number", type=int)
@inside_options
@LANG
def roll_back_to(slug: str, number: int, way: str, targets: tuple[str, ...], lang: str) -> None:
    """Make version NUMBER of campaign SLUG live again, as a new version with its content."""
    use_database()
    inside = inside_of(way, targets)
    try:
        with transaction() as tx:
            campaign = campaign_called(tx, slug)
            remarks = old_version(tx, campaign, number, now()).remarks
            made = roll_back(tx, campaign, number, now(), None, inside).number
    except Invalid as invalid:
        for problem in invalid.problems:
            click.echo(problem.text(lang), err=True)
        sys.exit(1)
    for remark in remarks:
        click.echo(remark.text(lang), err=True)
    click.echo(f"version {made} is live, with the content of version {number}")


def campaign_called(tx: Session, slug: str) -> Campaign:
    """The campaign of this short name; the names there are, when there is none."""
    found = tx.scalars(select(Campaign).where(Campaign.slug == slug)).one_or_none()
    if found is None:
        known = ", ".join(tx.scalars(select(Campaign.slug).order_by(Campaign.slug).limit(20))) or "none yet"
        raise click.ClickException(f"There is no campaign “{slug}”. Campaigns here: {known}.")
    return found


def _target(said: str) -> tuple[str, str]:
    """`OLD=NEW`, as a pair."""
    old, equals, new = said.partition("=")
    if not (old and equals and new):
        raise click.BadParameter(f"“{said}”: write OLD=NEW", param_hint="--target")
    return old.strip(), new.strip()


def _version_row(tx: Session, campaign: Campaign, version: CampaignVersion) -> dict[str, Any]:
    made = tx.scalars(select(Publication).where(Publication.version_id == version.id)).one_or_none()
    restores = tx.get_one(CampaignVersion, made.restores_id).number if made and made.restores_id else None
    by = tx.get_one(Staff, version.published_by).name if version.published_by else "command line"
    return {
        "number": version.number, "live": version.id == campaign.live_version_id, "by": by,
        "at": version.published_at.isoformat(), "restores": restores, "content": version.content_hash,
        "inside": made.inside if made else "finish",
    }  # fmt: skip


def _told(report: Whereabouts) -> Iterator[str]:
    if not report.inside:
        yield "nobody is inside"
    for each in report.inside:
        since = f", the first since {each.since.isoformat()[:16]}Z" if each.since else ""
        waits = f"waiting for: {each.waiting}" if each.waiting else "about to arrive"
        yield f"{each.people:>8}  version {each.version}  {each.step}  ({waits}{since})"
    for through in report.ended:
        yield f"{through.people:>8}  version {through.version}  ended: {through.how}"
    for number, made in report.publications:
        done = "" if made.done_at else ", not done yet"
        if made.inside == "next" and number == max(each for each, _made in report.publications):
            yield f"version {number}: people inside come over at their next step: {report.to_come} still to come"
        elif made.inside in ("move", "leave"):
            yield f"version {number}: people inside {made.inside}: {made.moved} moved, {made.gone} left{done}"
