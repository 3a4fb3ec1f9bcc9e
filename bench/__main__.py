"""`python -m bench [NAME ...]`: run benchmarks, print their tables, store them in `bench/results/`."""

from importlib import import_module

import click

from bench.measuring import Bench, measure
from bench.report import markdown, store

BENCHES = ("conditions",)


@click.command(help="Run benchmarks (all of them when none is named), print and store their tables.")
@click.argument("names", nargs=-1, type=click.Choice(BENCHES))
@click.option("--rounds", default=9, show_default=True, type=click.IntRange(min=2), help="Rounds that are counted.")
def main(names: tuple[str, ...], rounds: int) -> None:
    for name in names or BENCHES:
        bench: Bench = import_module(f"bench.{name}").BENCH
        table = measure(bench, rounds)
        store(table)
        click.echo(markdown(table))


if __name__ == "__main__":
    main()
