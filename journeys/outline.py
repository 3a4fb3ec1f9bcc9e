"""A journey in plain words: an indented outline, in English or French."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from journeys.texts import Lang, quoted, span, words_of
from journeys.verbs.base import Branch, Step
from journeys.verbs.branching import OTHERWISE

if TYPE_CHECKING:
    from journeys.journey import Journey

INDENT = "  "
_WORDS: dict[str, dict[Lang, str]] = {
    "from": {"en": "Open from", "fr": "Ouvert du"},
    "until": {"en": "until", "fr": "au"},
    "who": {"en": "Who comes in", "fr": "Qui entre"},
    "visit": {"en": "whoever visits", "fr": "toute personne qui vient"},
    "daily": {"en": "every day at", "fr": "chaque jour à"},
    "on": {"en": "on the event", "fr": "à l'événement"},
    "if": {"en": "if the person", "fr": "si la personne"},
    "again": {"en": "may come again after", "fr": "peut revenir après"},
    "out": {"en": "Leaves as soon as the person", "fr": "Sort dès que la personne"},
    "limits": {"en": "Limits", "fr": "Limites"},
    "coupons": {"en": "{n} coupon(s) a person", "fr": "{n} coupon(s) par personne"},
    "messages": {"en": "{n} message(s) in {span}", "fr": "{n} message(s) en {span}"},
    "quiet": {"en": "no message from {start} to {end}", "fr": "pas de message de {start} à {end}"},
    "always": {"en": "At any time", "fr": "À tout moment"},
    "if_who": {"en": "If the person", "fr": "Si la personne"},
    "else": {"en": "Otherwise", "fr": "Sinon"},
    "share": {"en": "{n} % of the people", "fr": "{n} % des personnes"},
    "nothing": {"en": "nothing, go on", "fr": "rien, on continue"},
    "empty": {"en": "If the pool is empty", "fr": "Si le lot est vide"},
}


def outline(journey: Journey, lang: Lang) -> list[str]:
    """The journey in plain words, an indented line for each step and branch."""
    title = journey.title.say(lang) if journey.title else words_of(journey.name)
    lines = [title, *(INDENT + line for line in _header(journey, lang))]
    if journey.always:
        lines.append(f"{INDENT}{_WORDS['always'][lang]} :" if lang == "fr" else f"{INDENT}{_WORDS['always'][lang]}:")
        lines += [f"{INDENT * 2}- {step.sentence(lang)}" for step in journey.always]
    return [*lines, *_steps(journey.steps, lang, 0)]


def _header(journey: Journey, lang: Lang) -> Iterator[str]:
    words, colon = _words(lang), " :" if lang == "fr" else ":"
    dates = [
        f"{words[key]} {_date(at, journey)}"
        for key, at in (("from", journey.opens_at), ("until", journey.closes_at))
        if at is not None
    ]
    if dates:
        line = " ".join(dates)
        yield f"{line[0].upper()}{line[1:]} ({journey.zone.key})"
    yield f"{words['who']}{colon} {_enter(journey, lang)}"
    if journey.exit:
        yield f"{words['out']} {journey.exit.sentence(lang)}"
    if limits := list(_limits(journey, lang)):
        yield f"{words['limits']}{colon} {', '.join(limits)}"


def _enter(journey: Journey, lang: Lang) -> str:
    enter, words = journey.enter, _words(lang)
    said = words["visit"] if enter.on == "visit" else f"{words['on']} {enter.on}"
    if enter.at:
        said = f"{words['daily']} {enter.at:%H:%M}"
    if enter.when:
        said += f", {words['if']} {enter.when.sentence(lang)}"
    return f"{said}; {words['again']} {span(enter.again, lang)}" if enter.again else said


def _limits(journey: Journey, lang: Lang) -> Iterator[str]:
    limits, words = journey.limits, _words(lang)
    if limits.coupons is not None:
        yield words["coupons"].format(n=limits.coupons)
    if limits.messages:
        yield words["messages"].format(n=limits.messages.count, span=span(limits.messages.per, lang))
    if limits.quiet:
        yield words["quiet"].format(start=f"{limits.quiet.start:%H:%M}", end=f"{limits.quiet.end:%H:%M}")


def _steps(steps: tuple[Step, ...], lang: Lang, depth: int) -> Iterator[str]:
    for step in steps:
        yield f"{INDENT * depth}- {step.sentence(lang)}"
        for branch in step.branches:
            yield f"{INDENT * (depth + 1)}{_branch(step, branch, lang)}"
            yield from _steps(branch.steps, lang, depth + 2)


def _branch(step: Step, branch: Branch, lang: Lang) -> str:
    words, colon = _words(lang), " :" if lang == "fr" else ":"
    if branch.when:
        said = f"{words['if_who']} {branch.when.sentence(lang)}"
    elif branch.share:
        said = words["share"].format(n=f"{branch.share / 100:g}")
    else:
        said = words["else"] if branch.label == OTHERWISE else words["empty"]
    if branch.label != OTHERWISE and (branch.when or branch.share):
        name = branch.name.say(lang) if branch.name else words_of(branch.label)
        said = f"{quoted(name, lang)} – {said[0].lower()}{said[1:]}"
    return f"{said}{colon}" if branch.steps else f"{said}{colon} {words['nothing']}"


def _date(at: datetime, journey: Journey) -> str:
    return at.astimezone(journey.zone).strftime("%Y-%m-%d %H:%M")


def _words(lang: Lang) -> dict[str, str]:
    return {name: said[lang] for name, said in _WORDS.items()}
