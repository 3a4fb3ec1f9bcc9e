"""`python -m bench [NAME ...]`: run benchmarks, print their tables, store them in `bench/results/`."""

from __future__ import annotations

from importlib import import_module

import click

from bench.measuring import Bench, Findings, Probe, Table, look, measure
from bench.report import line, markdown, store

BENCHES = {  # name -> where it is
    "conditions": "bench.conditions:BENCH",
    "simulation": "bench.simulation:BENCH",
    "plays-sqlite": "bench.plays:SQLITE",
    "plays-postgresql": "bench.plays:POSTGRESQL",
    "profile": "bench.profiling:PROBE",
    "first-view": "bench.firstview:BENCH",
    "servers": "bench.servers:BENCH",
    "starting": "bench.starting:PROBE",
    "claims-sqlite": "bench.claims:SQLITE",
    "claims-postgresql": "bench.claims:POSTGRESQL",
    "orders": "bench.orders:PROBE",
    "spot": "bench.spot:PROBE",
    "growth": "bench.growth:PROBE",
}


@click.command(help="Run benchmarks (all of them when none is named), print and store their tables.")
@click.argument("names", nargs=-1, type=click.Choice(list(BENCHES)))
@click.option("--rounds", default=9, show_default=True, type=click.IntRange(min=2), help="Rounds that are counted.")
@click.option("--small", is_flag=True, help="A mere try of each: small sizes, nothing stored.")
def main(names: tuple[str, ...], rounds: int, small: bool) -> None:
    for name in names or BENCHES:
        click.echo(f"… {name}", err=True)
        table = run(name, 2 if small else rounds, small=small)
        click.echo(markdown(table))
        if not small:
            store(table)


def run(name: str, rounds: int, *, small: bool) -> Table | Findings:
    """Run one benchmark; what a probe finds is told as it goes."""
    module, _, attribute = BENCHES[name].partition(":")
    bench: Bench | Probe = getattr(import_module(module), attribute)
    if isinstance(bench, Probe):
        return look(bench, lambda finding: click.echo(line(finding), err=True), small=small)
    return measure(bench, rounds, 0.02 if small else None, small=small)


if __name__ == "__main__":
    main()
