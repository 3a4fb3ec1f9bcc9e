"""`fanfare jobs`: what has not left yet or was given up, and letting it be tried again."""

from __future__ import annotations

import click

from app.cli.installation import now, only_brand
from app.db import reading, transaction
from app.models import Audit
from app.services.retrying import how_it_stands, retry_jobs, retry_runs


@click.group()
def jobs() -> None:
    """Jobs that leave by the outbox, and people who are stuck in a journey."""


@jobs.command("list")
@click.option("--brand", "slug", help="which brand, where there are several")
def list_jobs(slug: str | None) -> None:
    """Show what waits, what failed and what was given up, with the latest errors."""
    with reading() as tx:
        standing = how_it_stands(tx, only_brand(tx, slug).id)
    click.echo(f"{'kind':<24}{'waiting':>9}{'failed':>9}{'given up':>10}")
    for each in standing.kinds:
        click.echo(f"{each.kind:<24}{each.waiting:>9}{each.failed:>9}{each.dead:>10}")
    for job in (*standing.dead, *standing.failed):
        state = "given up" if job.dead_at else f"next attempt {job.due_at:%Y-%m-%d %H:%M} UTC"
        click.echo(f"✗ {job.kind} {job.id}: {job.attempts} attempts, {state}: {job.last_error}")
    for stuck in standing.stuck:
        run = stuck.run
        click.echo(f"✗ stuck at “{run.at_step}” of {stuck.campaign.slug}, run {run.id}: {run.last_error}")
    if not (standing.dead or standing.failed or standing.stuck):
        click.echo("✓ everything leaves as it should")


@jobs.command("retry")
@click.option("--brand", "slug", help="which brand, where there are several")
@click.option("--kind", help="only jobs of this kind; all kinds and all stuck people when left out")
def retry(slug: str | None, kind: str | None) -> None:
    """Let all that failed, was given up or got stuck be tried again now."""
    with transaction() as tx:
        brand = only_brand(tx, slug)
        count = retry_jobs(tx, brand.id, now(), kind)
        people = 0 if kind else retry_runs(tx, brand.id, now())
        detail = {"jobs": count, "runs": people}
        tx.add(Audit(brand_id=brand.id, what="jobs.retried", on=kind or "all", detail=detail, at=now()))
    click.echo(f"{count} job(s) and {people} stuck people are being tried again")
