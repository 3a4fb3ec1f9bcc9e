"""`fanfare` on the command line: the same services as the studio and the API.

To add a command: a click command in a file of this folder, and one line in `COMMANDS`.  Commands are loaded when they
are called, so that `fanfare journey check` starts at once and needs no database.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module

import click

from app.errors import Invalid, Refused
from app.settings import BadSetting

COMMANDS: Mapping[str, tuple[str, str, bool]] = {  # name -> where it is, what it does, whether it needs the database
    "demo": ("app.cli.demo:demo", "load the demo brand and serve it", False),
    "serve": ("app.cli.serve:serve", "serve the tab, the studio and the API", False),
    "worker": ("app.cli.worker:worker", "deliver mails and wake journeys, in a process of its own", True),
    "jobs": ("app.cli.jobs:jobs", "what has not left yet or was given up; try it again", True),
    "config": ("app.cli.operate:config", "show every setting", False),
    "doctor": ("app.cli.doctor:doctor", "say what is wrong with this installation, and what to do", False),
    "backup": ("app.cli.backup:backup", "copy the installation while it serves", True),
    "restore": ("app.cli.restore:restore", "bring a copy back; the erased stay erased", False),
    "db": ("app.cli.operate:db", "bring the database's schema up or down", False),
    "brand": ("app.cli.operate:brand", "add a brand", True),
    "staff": ("app.cli.staff:staff", "let people into the studio", True),
    "key": ("app.cli.operate:key", "keys of programs that call the API", True),
    "campaign": ("app.cli.campaign:campaign", "check and publish campaign folders", False),
    "journey": ("app.cli.journey:journey", "check, show, test and simulate journeys", False),
    "crm": ("app.cli.crm:crm", "bring contacts and orders in, take opt-ins out", True),
    "bench": ("app.cli.bench:bench", "synthetic people for load tests; never in production", True),
    "consent": ("app.cli.consent:consent", "verify the consent ledger", True),
}


class Commands(click.Group):
    """The group of all commands, each imported when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        place, short_help, needs_database = COMMANDS[cmd_name]
        module, _, name = place.partition(":")
        if needs_database and not ctx.resilient_parsing and "--help" not in sys.argv:
            from app.cli.installation import use_database

            use_database()
        command: click.Command = getattr(import_module(module), name)
        command.short_help = short_help
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, said) for name, (_place, said, _needs) in COMMANDS.items()])


@click.group(cls=Commands)
@click.version_option(package_name="fanfare")
def fanfare() -> None:
    """Fanfare: gamified fan-page campaigns with conditional journeys."""


def main() -> None:
    """Run a command; what a person can mend ends in one clear line and status 1."""
    try:
        fanfare(standalone_mode=True)
    except Invalid as invalid:
        for problem in invalid.problems:
            click.echo(str(problem), err=True)
        sys.exit(1)
    except (Refused, BadSetting) as refused:
        click.echo(f"fanfare: {refused}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
