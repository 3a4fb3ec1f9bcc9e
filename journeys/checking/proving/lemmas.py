"""What the answers of one subject say of another's: days inside longer windows, sums beside counts, known fields.

Each lemma looks at what is still possible and narrows it; none ever takes an answer away that somebody could have.
To add a lemma: one generator of `(subject, answers)` pairs, and one line in `narrowed`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from itertools import pairwise

from journeys.checking.proving.answers import LEAST, MOST, Answers, Ranges, Words, between
from journeys.checking.proving.questions import Asked, measured
from journeys.conditions.tree import Look, Window

Possible = dict[Asked, Answers]
Lemma = Iterator[tuple[Asked, Answers]]

MOST_LOOKS = 24  # beyond, looks are not compared with each other
NOTHING_WORDS, NOTHING = Words(others=False), Ranges((), unknown=True)
LONGEST = {"month": 31, "year": 366}  # days that a window reaches back at most
SURE_DAYS = 3  # a clock change, or a date line that moves over a country, are within


def looks_of(possible: Mapping[Asked, Answers]) -> list[Look]:
    """The looks at orders that are asked about."""
    return list(dict.fromkeys(asked.of for asked in possible if isinstance(asked.of, Look)))


def counted(look: Look) -> Asked:
    """How many orders a look holds."""
    return measured(look, "count")[0]


def narrowed(possible: Possible) -> Lemma:
    """All that follows, in one step, from what is still possible."""
    looks = looks_of(possible)
    yield from _fields(possible)
    for look in looks:
        yield from _one_look(look, possible)
    if len(looks) <= MOST_LOOKS:
        for inner in looks:
            for outer in looks:
                if inner != outer:
                    yield from _two_looks(inner, outer, possible)


def _fields(possible: Possible) -> Lemma:
    """A field that answers is known; one that is not known answers nothing."""
    for asked, answers in list(possible.items()):
        if isinstance(asked.of, Look) or asked.part == "known":
            continue
        known = possible.get(Asked(asked.of, "known"))
        if known is not None:
            if not answers.unknown:
                yield Asked(asked.of, "known"), Words(frozenset({True}), others=False, unknown=False)
            elif known == Words(frozenset({False}), others=False, unknown=False):
                yield asked, _nothing(answers)
        if asked.part == "contains" and asked.kind == "text":
            yield from _inside(asked, answers, possible)


def _inside(asked: Asked, answers: Answers, possible: Possible) -> Lemma:
    """What a text contains, and what it is."""
    itself = Asked(asked.of, kind="text")
    text = possible.get(itself)
    if not isinstance(text, Words) or not isinstance(answers, Words):
        return
    if not answers.unknown:
        yield itself, Words(unknown=False)
    if text.only_unknown:
        yield asked, NOTHING_WORDS
    elif not text.others and not text.unknown:
        found = frozenset(asked.text in str(word) for word in text.words)
        yield asked, Words(found, others=False, unknown=False)


def _one_look(look: Look, possible: Possible) -> Lemma:
    """The measures of one look beside its count."""
    count = possible[counted(look)]
    assert isinstance(count, Ranges)
    none, some = count.most <= (0, 0), count.least >= (1, 0)
    total = possible.get(measured(look, "total")[0])
    if isinstance(total, Ranges):
        yield from _total(look, total, none, some)
    for measure, least in (("average", 1), ("biggest", 1), ("age", 1), ("first_age", 1), ("interval", 2)):
        asked, _ = measured(look, measure)
        answers = possible.get(asked)
        if not isinstance(answers, Ranges):
            continue
        if count.most < (least, 0):
            yield asked, NOTHING
        elif count.least >= (least, 0):
            yield asked, Ranges(unknown=False)
        if not answers.unknown:
            yield counted(look), between((least, 0), MOST)
        elif answers.only_unknown:
            yield counted(look), between((0, 0), (least - 1, 0))
        if look.over and measure in ("average", "biggest"):
            yield asked, _or_unknown((look.over.cents, 1), MOST)
    yield from _categories(look, possible, none)
    yield from _days(look, possible)
    if not look.net:
        yield from _in_order(look, ("average", "biggest", "total"), possible)
    yield from _in_order(look, ("age", "first_age"), possible)
    if look.window and _is_empty(look.window):
        yield counted(look), between((0, 0), (0, 0))


def _total(look: Look, total: Ranges, none: bool, some: bool) -> Lemma:
    asked = measured(look, "total")[0]
    if none:
        yield asked, between((0, 0), (0, 0))
    if total.meet(between((0, 0), (0, 0))).empty:
        yield counted(look), between((1, 0), MOST)
    if some and look.over:
        yield asked, between((look.over.cents, 1), MOST)


def _categories(look: Look, possible: Possible, none: bool) -> Lemma:
    asked = measured(look, "distinct_categories")[0]
    answers = possible.get(asked)
    if isinstance(answers, Ranges):
        if none:
            yield asked, between((0, 0), (0, 0))
        if answers.least >= (1, 0):
            yield counted(look), between((1, 0), MOST)


def _days(look: Look, possible: Possible) -> Lemma:
    """Orders in a window of days are not older than the window."""
    reach = _reach(look.window)
    if reach is not None:
        for measure in ("age", "first_age"):
            asked = measured(look, measure)[0]
            if asked in possible:
                yield asked, _or_unknown(LEAST, (reach - 1, 0))


def _in_order(look: Look, measures: tuple[str, ...], possible: Possible) -> Lemma:
    """Each of the measures, where known, is at most the next one."""
    asked = [measured(look, measure)[0] for measure in measures]
    there = [(each, answers) for each in asked if isinstance(answers := possible.get(each), Ranges)]
    for (low, lower), (high, higher) in pairwise(there):
        if not lower.unknown:
            yield high, _or_unknown(lower.least, MOST)
        if not higher.unknown:
            yield low, _or_unknown(LEAST, higher.most)


def _two_looks(inner: Look, outer: Look, possible: Possible) -> Lemma:
    """A look that holds no order but those of another one, and one that holds all orders of some days."""
    if _fits(inner, outer):
        yield from _growing("count", inner, outer, possible)
        yield from _growing("distinct_categories", inner, outer, possible)
        if not inner.net and not outer.net:
            yield from _growing("total", inner, outer, possible)
            yield from _growing("biggest", inner, outer, possible)
        yield from _growing("first_age", inner, outer, possible)
        yield from _growing("age", outer, inner, possible, sure=inner)
    if outer.window and outer.window.word == "days" and _filters_fit(inner, outer):
        yield from _recent(inner, outer, outer.window.amount, possible)


def _growing(measure: str, small: Look, big: Look, possible: Possible, sure: Look | None = None) -> Lemma:
    """Where both are known, the measure of one look is at most that of the other.  `sure`: the narrower look."""
    less, more = measured(small, measure)[0], measured(big, measure)[0]
    lower, higher = possible.get(less), possible.get(more)
    if not isinstance(lower, Ranges) or not isinstance(higher, Ranges):
        return
    count = possible[counted(sure or small)]
    both = isinstance(count, Ranges) and count.least >= (1, 0)
    always = measure in ("count", "distinct_categories", "total")
    if both or always or sure is None:
        yield less, _or_unknown(LEAST, higher.most) if higher.stretches else Ranges()
    if both or always or sure is not None:
        yield more, _or_unknown(lower.least, MOST) if lower.stretches else Ranges()


def _recent(any_time: Look, days: Look, amount: int, possible: Possible) -> Lemma:
    """An order that is younger than some days is one of the last days."""
    asked, _ = measured(any_time, "age")
    age, count = possible.get(asked), possible[counted(days)]
    if not isinstance(age, Ranges) or not isinstance(count, Ranges):
        return
    if not age.unknown and age.most <= (amount - 1, 0):
        yield counted(days), between((1, 0), MOST)
    if count.most <= (0, 0):
        yield asked, _or_unknown((amount, 0), MOST)


@lru_cache(maxsize=4096)
def _fits(inner: Look, outer: Look) -> bool:
    """Whether every order of one look is one of the other, with all the lines that pass."""
    return _filters_fit(inner, outer) and _window_fits(inner.window, outer.window)


def _filters_fit(inner: Look, outer: Look) -> bool:
    if not set(outer.lines) <= set(inner.lines):
        return False
    if outer.over is None:
        return True
    if inner.over is None or inner.over.currency != outer.over.currency or inner.over.cents < outer.over.cents:
        return False
    return not outer.net or (inner.net and inner.lines == outer.lines)  # what comes back lowers the sums


def _window_fits(inner: Window | None, outer: Window | None) -> bool:
    if outer is None or inner == outer:
        return True
    if inner is None or inner.word == "entry" or outer.word == "entry":
        return False
    if _is_empty(inner):
        return True
    match inner.word, outer.word:
        case ("days", "days") | ("hours", "hours"):
            return inner.amount <= outer.amount
        case "hours", "days":
            return inner.amount <= 24 * (outer.amount - SURE_DAYS)
        case "days", "hours":
            return 24 * (inner.amount + SURE_DAYS) <= outer.amount
        case "dates", "dates":
            first, last = outer.first or date.min, outer.last or date.max
            return first <= (inner.first or date.min) and (inner.last or date.max) <= last
        case ("month" | "year") as word, "days":
            return LONGEST[word] <= outer.amount
        case "month", "year":
            return True
    return False


def _reach(window: Window | None) -> int | None:
    """How many days a window reaches back at most; None when nothing is sure."""
    if window is None:
        return None
    return window.amount if window.word == "days" else LONGEST.get(window.word)


def _is_empty(window: Window) -> bool:
    if window.word in ("days", "hours"):
        return window.amount == 0
    return bool(window.first and window.last and window.first > window.last)


def _nothing(answers: Answers) -> Answers:
    return NOTHING if isinstance(answers, Ranges) else NOTHING_WORDS


def _or_unknown(low: tuple[object, int], high: tuple[object, int]) -> Ranges:
    return between(low, high, unknown=True)  # type: ignore[arg-type]
