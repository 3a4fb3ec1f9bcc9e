"""`fanfare doctor`: looks at an installation from outside in, and says what is wrong and what to do.

To add a check: a function that takes the settings (or, with a database, what it answers) and yields findings, and its
line in `CHECKS` here or in `app.cli.doctor.database`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator

import click

from app.cli.doctor.database import check_database
from app.cli.doctor.finding import Finding, fault, ok
from app.cli.doctor.neighbours import check_mail, check_redis
from app.cli.doctor.surroundings import (
    check_address,
    check_files,
    check_folders,
    check_hosts,
    check_secret,
    check_static,
)
from app.settings import BadSetting, Settings

CHECKS: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
    check_secret,
    check_address,
    check_hosts,
    check_folders,
    check_files,
    check_static,
    check_database,
    check_redis,
    check_mail,
)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="for programs: a list of findings")
def doctor(as_json: bool) -> None:
    """Say what is wrong with this installation and what to do; status 1 when something must be done."""
    findings = list(examine())
    faults = sum(finding.state == "fault" for finding in findings)
    if as_json:
        click.echo(json.dumps([finding.as_json() for finding in findings], ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            click.echo("\n".join(finding.lines()))
        click.echo(summary(faults, sum(finding.state == "warning" for finding in findings)))
    sys.exit(1 if faults else 0)


def examine() -> Iterator[Finding]:
    """Everything that was looked at."""
    try:
        settings = Settings.from_environment()
    except BadSetting as error:
        yield fault("settings", str(error), "set the variable in the environment of the service, then run this again")
        return
    yield ok("settings", f"read, for {settings.mode}")
    for check in CHECKS:
        yield from check(settings)


def summary(faults: int, warnings: int) -> str:
    """The last line: how it stands in all."""
    if faults:
        return f"\n{faults} to mend, {warnings} to think about"
    return "\nall is well" + (f"; {warnings} to think about" if warnings else "")
