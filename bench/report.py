"""The tables of benchmarks: for a terminal and a page (Markdown), and for programs (JSON)."""

import json
from dataclasses import asdict
from pathlib import Path

from bench.measuring import Figure, Table

RESULTS = Path(__file__).parent / "results"


def markdown(table: Table) -> str:
    """Give a table as Markdown: medians, quartiles, ratios."""
    rows = "\n".join(_row(figure) for figure in table.figures)
    return (
        f"## {table.name}\n\n{table.what}\n\n"
        f"| | {table.unit}/s, median | quartiles | ours against it |\n|---|---:|---:|---:|\n{rows}\n\n"
        f"{table.rounds} rounds taken in turns; {table.machine}.\n"
    )


def _row(figure: Figure) -> str:
    spread = f"{_number(figure.low)} to {_number(figure.high)}"
    return f"| {figure.contestant} | {_number(figure.rate)} | {spread} | {figure.ratio:.2f} × |"


def _number(rate: float) -> str:
    return f"{rate:,.0f}" if rate >= 100 else f"{rate:.3g}"


def store(table: Table, folder: Path = RESULTS) -> None:
    """Write a table as Markdown and as JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{table.name}.md").write_text(markdown(table))
    (folder / f"{table.name}.json").write_text(json.dumps(asdict(table), indent=2, ensure_ascii=False) + "\n")
