"""`fanfare journey`: check, read and test journey files, replay runs; `journey_simulate` has what asks a whole base."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import click

from app.cli.journey_files import load, sound, tell, with_file, with_json, with_lang
from app.cli.journey_simulate import simulate_file, write_sql
from journeys.problems import has_errors
from journeys.testing import Report, run_tests
from journeys.texts import Lang


@click.group()
def journey() -> None:
    """Journey files: check, show, test, simulate; and replay what was decided."""


journey.add_command(simulate_file)
journey.add_command(write_sql)


@journey.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@with_json
@with_lang
def check_files(files: tuple[Path, ...], as_json: bool, lang: Lang) -> None:
    """Say everything that is wrong with the files; the exit code is 1 on an error."""
    problems = [problem for file in files for problem in load(file).problems]
    if as_json:
        click.echo(json.dumps([problem.as_json(lang) for problem in problems], ensure_ascii=False, indent=2))
    else:
        tell(problems, lang, err=False)
        if not problems:
            click.echo("rien à redire" if lang == "fr" else "nothing to complain about")
    sys.exit(1 if has_errors(problems) else 0)


@journey.command("show")
@with_file
@with_lang
def show_file(file: Path, lang: Lang) -> None:
    """Say the journey in plain words, as an indented outline."""
    for line in sound(load(file), lang).outline(lang):
        click.echo(line)


@journey.command("test")
@with_file
@with_json
@with_lang
def test_file(file: Path, as_json: bool, lang: Lang) -> None:
    """Run the tests that the file carries; the exit code is 1 when one fails."""
    report = run_tests(sound(load(file), lang))
    if as_json:
        click.echo(json.dumps(report.as_json(lang), ensure_ascii=False, indent=2))
    else:
        for line in _told(report, lang):
            click.echo(line)
    sys.exit(0 if report.passed else 1)


@journey.command("replay")
@click.option("--campaign", "slug", help="only the runs of this campaign")
@click.option("--version", "number", type=int, help="only the runs that this version decided in")
@click.option("--run", "run_id", type=click.UUID, help="only this run")
@with_json
def replay_stored(slug: str | None, number: int | None, run_id: UUID | None, as_json: bool) -> None:
    """Decide stored runs again, from what was looked at then; the exit code is 1 when anything would differ."""
    from app.cli.installation import use_database
    from app.cli.versions import campaign_called
    from app.db import reading
    from app.services.replaying import Which, replay_runs

    use_database()
    with reading() as tx:
        campaign = campaign_called(tx, slug) if slug else None
        replayed = replay_runs(tx, Which(campaign, number, run_id))
    if as_json:
        click.echo(json.dumps(replayed.as_json(), ensure_ascii=False, indent=2))
    else:
        for each in replayed.differences:
            found = each.found
            click.echo(f"run {each.run_id}, version {each.version}, step {found.step}: {found.then}; now {found.now}")
        told = f"{replayed.runs} runs, {replayed.advances} advances: {len(replayed.differences)} differences"
        apart = f"; {replayed.unrecorded} cannot be: begun before recording, or forgotten"
        click.echo(told + (apart if replayed.unrecorded else ""))
    sys.exit(1 if replayed.differences else 0)


def _told(report: Report, lang: Lang) -> Iterator[str]:
    french = lang == "fr"
    for result in report.results:
        yield f"{'ok' if result.passed else 'FAILED' if not french else 'ÉCHEC'}  {result.case.name}"
        yield from (f"      {reason}" for reason in result.reasons(lang))
    tried = len(report.branches_all) - len(report.branches_never_tried)
    passed = sum(result.passed for result in report.results)
    many = len(report.results)
    if french:
        yield f"{passed} tests sur {many} passent ; {tried} branches sur {len(report.branches_all)} essayées"
    else:
        yield f"{passed} of {many} tests pass; {tried} of {len(report.branches_all)} branches tried"
    if report.branches_never_tried:
        yield ("jamais essayées : " if french else "never tried: ") + ", ".join(report.branches_never_tried)
