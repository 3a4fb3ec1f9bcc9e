"""Where the time of one play goes: its statements, and the functions that take longest, kept as text."""

from __future__ import annotations

import cProfile
import io
import pstats
from collections.abc import Iterator
from typing import Any

from app.db import bound_engine
from app.factory import create_app
from bench.inside import play, settings_for, statements_of
from bench.installation import KINDS, database, players, publish
from bench.measuring import Finding, Probe
from bench.report import RESULTS

PLAYS, WARM = 400, 30
LONGEST = 60


def look(small: bool) -> Iterator[Finding]:
    """Profile plays on each kind of database."""
    count = 5 if small else PLAYS
    for kind in KINDS[:1] if small else KINDS:
        with database(kind) as url:
            made = players(publish(WARM + count + 1), WARM + count + 1)
            app = create_app(settings_for(url))
            for player in made[:WARM]:
                play(app, player)
            with statements_of(bound_engine()) as statements:
                play(app, made[WARM])
            profile = cProfile.Profile()
            profile.enable()
            for player in made[WARM + 1 :]:
                play(app, player)
            profile.disable()
            bound_engine().dispose()
        stats: Any = pstats.Stats(profile, stream=(text := io.StringIO()))
        if not small:
            _keep(kind, stats, text, [statement for statement, _ in statements])
        yield Finding(f"{kind}: statements of one play", str(len(statements)))
        yield Finding(f"{kind}: calls of functions in one play", f"{stats.total_calls / count:,.0f}")


def _keep(kind: str, stats: Any, text: io.StringIO, statements: list[str]) -> None:
    for order in ("tottime", "cumtime"):
        stats.strip_dirs().sort_stats(order).print_stats(LONGEST)
    lines = "\n".join(f"{number:>3} {' '.join(each.split())[:160]}" for number, each in enumerate(statements, 1))
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / f"profile-{kind.lower()}.txt").write_text(f"Statements of one play\n\n{lines}\n\n{text.getvalue()}")


PROBE = Probe("profile", "Where the time of one play goes; the whole lists are in profile-*.txt.", look)
