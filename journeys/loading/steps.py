"""The tree of steps: each mapping finds its verb, and the verb's options find their values."""

from __future__ import annotations

from typing import Any

from journeys.loading.names import name_of, verb_of
from journeys.reading import kinds
from journeys.reading.reading import Reading
from journeys.reading.shapes import ID, MAX_ID, Dotted, Id
from journeys.reading.spelling import near
from journeys.verbs import VERBS
from journeys.verbs.base import Step, options_of
from journeys.yamlfile import Mapping, Node, Scalar


def read_steps(node: Node, reading: Reading) -> tuple[Step, ...]:
    """A list of steps; those that are wrong are left out, and said."""
    listing = reading.listing(node, "a list of steps", "une liste d'étapes")
    steps = (read_step(item, reading) for item in listing or ())
    return tuple(step for step in steps if step)


def read_always(node: Node, reading: Reading) -> tuple[Step, ...]:
    """What everybody may do at any time: only verbs that need no place in the flow."""
    allowed = ", ".join(verb.verb for verb in VERBS.values() if verb.may_be_always)
    steps = read_steps(node, reading)
    for step in steps:
        if not step.may_be_always:
            reading.say(kinds.ONLY_ALWAYS, step.place, verb=step.verb, verbs=allowed)
    return steps


def read_step(node: Node, reading: Reading) -> Step | None:
    """One step."""
    mapping = reading.mapping(node, "a step such as '- give: POOL'", "une étape comme « - give: LOT »")
    if mapping is None:
        return None
    verb = verb_of(mapping)
    if verb is None:
        _no_verb(mapping, reading)
        return None
    options = options_of(verb)
    reading.only(
        mapping, (verb.verb, "id", "was", *(option.name for option in options), *_second_verb(mapping, reading))
    )
    id, name = _id(verb, mapping, reading), _name(verb, mapping, reading)
    values: dict[str, Any] = {}
    for option in options:
        written = mapping.get(option.name)
        value = option.shape.read(written, reading) if written is not None else None
        if value is not None:
            values[option.attribute] = value
        elif option.required:
            if written is None:
                reading.say(kinds.MISSING_KEY, mapping, key=option.name, where=f"{verb.verb}: {name or ''}".strip())
            id = None
    if id is None or name is None:
        return None
    step = verb(id=id, name=name, was=_was(mapping, reading), place=mapping.place, **values)
    step.check(reading, mapping)
    return step


def _no_verb(mapping: Mapping, reading: Reading) -> None:
    verbs = ", ".join(VERBS)
    for key, _ in mapping:
        hint = near(key.text, VERBS)
        if hint["near_en"]:
            reading.say(kinds.UNKNOWN_KEY, key, key=key.text[:60], **hint)
            return
    reading.say(kinds.NO_VERB, mapping, verbs=verbs)


def _second_verb(mapping: Mapping, reading: Reading) -> list[str]:
    """The verbs after the first: each is said once, as such."""
    first, *others = (key for key, _ in mapping if key.text in VERBS)
    for key in others:
        reading.say(kinds.TWO_VERBS, key, first=first.text, second=key.text)
    return [key.text for key in others]


def _name(verb: type[Step], mapping: Mapping, reading: Reading) -> str | None:
    node = mapping.get(verb.verb)
    if node is None or (verb.verb == "end" and isinstance(node, Scalar) and node.empty):
        return verb.verb
    if verb.verb == "save":
        return Dotted().read(node, reading)
    shown = verb.shown_by is not None and mapping.get(verb.shown_by) is not None
    return Id(None if shown else verb.about).read(node, reading)


def _id(verb: type[Step], mapping: Mapping, reading: Reading) -> str | None:
    """The step's id, unlike any other; an `end` without a name takes the next free one."""
    name, id = name_of(verb, mapping)
    own = mapping.get("id")
    if own is not None and Id().read(own, reading) is None:
        return None
    if not name and verb.verb == "end" and own is None:
        id = next(free for n in range(1, 20_001) if (free := f"end_{n}" if n > 1 else "end") not in reading.ids)
    if not ID.fullmatch(id) or len(id) > MAX_ID:
        return None  # said with the name
    before = reading.ids.setdefault(id, mapping.place)
    if before != mapping.place:
        reading.say(kinds.SAME_ID, own or mapping.get(verb.verb) or mapping, id=id, line=before[0])
        return None
    return id


def _was(mapping: Mapping, reading: Reading) -> str | None:
    node = mapping.get("was")
    if node is None:
        return None
    was = Id().read(node, reading)
    if was:
        reading.was.append((was, node))
    return was
