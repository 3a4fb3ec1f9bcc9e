"""The tables of benchmarks: for a terminal and a page (Markdown), and for programs (JSON)."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from bench.measuring import Figure, Finding, Findings, Table

RESULTS = Path(__file__).parent / "results"
HELD = {True: "yes", False: "**no**", None: ""}


def markdown(table: Table | Findings) -> str:
    """Give a table as Markdown: medians, quartiles, ratios; or what was found and wanted."""
    return _of_paces(table) if isinstance(table, Table) else _of_findings(table)


def _of_paces(table: Table) -> str:
    rows = "\n".join(_row(figure) for figure in table.figures)
    wanted = f"Wanted: {table.wanted}.\n\n" if table.wanted else ""
    return (
        f"## {table.name}\n\n{table.what}\n\n"
        f"| | {table.unit}/s, median | quartiles | ours against it |\n|---|---:|---:|---:|\n{rows}\n\n"
        f"{wanted}{table.rounds} rounds taken in turns; {table.machine}.\n"
    )


def _of_findings(found: Findings) -> str:
    rows = "\n".join(line(each) for each in found.findings)
    head = "| | found | wanted | held |\n|---|---:|---:|---|"
    return f"## {found.name}\n\n{found.what}\n\n{head}\n{rows}\n\n{found.machine}.\n"


def line(finding: Finding) -> str:
    """One finding as a row of its table."""
    return f"| {finding.what} | {finding.found} | {finding.wanted} | {HELD[finding.held]} |"


def _row(figure: Figure) -> str:
    spread = f"{_number(figure.low)} to {_number(figure.high)}"
    return f"| {figure.contestant} | {_number(figure.rate)} | {spread} | {figure.ratio:.2f} × |"


def _number(rate: float) -> str:
    return f"{rate:,.0f}" if rate >= 100 else f"{rate:.3g}"


def store(table: Table | Findings, folder: Path = RESULTS) -> None:
    """Write a table as Markdown and as JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{table.name}.md").write_text(markdown(table))
    (folder / f"{table.name}.json").write_text(json.dumps(asdict(table), indent=2, ensure_ascii=False) + "\n")
