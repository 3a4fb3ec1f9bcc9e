"""What the tests of a file say: which pass, why others do not, and which branches nobody tried."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from journeys.journey import Journey
from journeys.testing.case import Case
from journeys.testing.trial import Trial, attempt
from journeys.texts import Lang


@dataclass(frozen=True, slots=True)
class Result:
    """One test: the path she took and what she got, against what was expected."""

    case: Case
    trail: tuple[str, ...]
    got: tuple[str, ...]
    sent: tuple[str, ...] = ()
    turned_away: str | None = None

    @property
    def missed(self) -> str | None:
        """The first expected place that she did not come to, in its order."""
        walked = iter(self.trail)
        return next((place for place in self.case.path if place not in walked), None)

    @property
    def wrong_gains(self) -> bool:
        """Whether she got something else than expected; messages count when the test names one."""
        expected = self.case.gets
        if expected is None:
            return False
        named = set(expected) & set(self.sent)
        received = [*self.got, *(message for message in self.sent if named)]
        return sorted(expected) != sorted(received)

    @property
    def passed(self) -> bool:
        return self.missed is None and not self.wrong_gains

    def reasons(self, lang: Lang = "en") -> list[str]:
        """Why the test does not pass; nothing when it does."""
        went = " > ".join(self.trail) or (f"({self.turned_away})" if self.turned_away else "(-)")
        reasons = []
        if self.missed is not None:
            reasons.append(
                f"n'est pas passé par {self.missed} ; chemin : {went}"
                if lang == "fr"
                else f"did not come by {self.missed}; path: {went}"
            )
        if self.wrong_gains:
            expected, got = ", ".join(self.case.gets or ()) or "-", ", ".join((*self.got, *self.sent)) or "-"
            reasons.append(
                f"devait recevoir : {expected} ; a reçu : {got}"
                if lang == "fr"
                else f"expected to get: {expected}; got: {got}"
            )
        return reasons


@dataclass(frozen=True, slots=True)
class Report:
    """All tests of a file; branches as `maturity/active`."""

    results: tuple[Result, ...]
    branches_seen: frozenset[str]
    branches_all: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether every test passes."""
        return all(result.passed for result in self.results)

    @property
    def branches_never_tried(self) -> tuple[str, ...]:
        return tuple(branch for branch in self.branches_all if branch not in self.branches_seen)

    def as_json(self, lang: Lang = "en") -> dict[str, object]:
        """The report as `--json` prints it."""
        return {
            "passed": self.passed,
            "tests": [
                {
                    "name": result.case.name,
                    "passed": result.passed,
                    "path": list(result.trail),
                    "gets": list(result.got),
                    "messages": list(result.sent),
                    "reasons": result.reasons(lang),
                }
                for result in self.results
            ],
            "branches": len(self.branches_all),
            "never_tried": list(self.branches_never_tried),
        }


def run_tests(journey: Journey) -> Report:
    """Run the tests that the file carries."""
    results = tuple(_result(attempt(journey, case)) for case in journey.tests)
    seen = frozenset(place for result in results for place in result.trail if "/" in place)
    return Report(results, seen, tuple(branches_of(journey)))


def branches_of(journey: Journey) -> Iterable[str]:
    """Every branch of the journey, from top to bottom."""
    for step in journey.all_steps():
        for branch in step.branches:
            yield f"{step.id}/{branch.label}"


def _result(trial: Trial) -> Result:
    return Result(trial.case, tuple(trial.trail), tuple(trial.got), tuple(trial.sent), trial.turned_away)
