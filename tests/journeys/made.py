"""A journey from a few lines of YAML, and people to send through it."""

from datetime import UTC, datetime
from textwrap import dedent

from journeys.advancing import advance, enter
from journeys.facts import Facts
from journeys.journey import Journey
from journeys.loading import load_journey
from journeys.running.decisions import Advance
from journeys.running.events import Event
from journeys.running.state import RunState

NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)


def journey(steps: str, header: str = "") -> Journey:
    """The journey with these steps, which must be sound."""
    text = f"journey: j\ncurrency: EUR\n{dedent(header)}\nsteps:\n{dedent(steps)}"
    loaded = load_journey(text, "j.yaml")
    assert loaded.journey, [str(problem) for problem in loaded.problems]
    return loaded.journey


def chooses(when: str, label: str) -> str:
    """A choice `c` with one branch, as lines of a file."""
    return f"- choose: c\n  of:\n    - when: {when}\n      as: {label}\n  otherwise: []\n"


def came_in(made: Journey, facts: Facts | None = None, now: datetime = NOON) -> Advance:
    """What comes of a person's entering."""
    came = enter(made, facts or Facts(), now, "ada")
    assert isinstance(came, Advance), came
    return came


def after(made: Journey, state: RunState, *events: Event, now: datetime = NOON, facts: Facts | None = None) -> Advance:
    """What comes of the last of these events, one after the other."""
    came = Advance(state)
    for event in events:
        came = advance(made, came.state, event, facts or Facts(), now)
    return came
