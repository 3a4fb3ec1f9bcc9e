"""A progress bar, where somebody looks at one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

PHASES = {"en": {"read": "Reading", "write": "Writing"}, "fr": {"read": "Lecture", "write": "Écriture"}}


@contextmanager
def bar(lang: str) -> Iterator[Callable[[str, int, int], None]]:
    """Give a function that takes the phase of an import, how much is done, and of how much."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as shown:
        tasks: dict[str, TaskID] = {}

        def progress(phase: str, done: int, total: int) -> None:
            if phase not in tasks:
                tasks[phase] = shown.add_task(PHASES[lang].get(phase, phase), total=total)
            shown.update(tasks[phase], completed=done, total=total)

        yield progress
