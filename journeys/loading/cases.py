"""The tests at the end of a file: people, answers and expectations, each checked against the journey."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any, TypeVar, cast

from journeys.conditions import Fault
from journeys.facts import Facts, Money, OrderLine, Value
from journeys.journey import Journey
from journeys.problems import Problem
from journeys.reading import kinds
from journeys.reading.reading import Reading
from journeys.reading.shapes import Date, Dotted, OneOf, Whole, fact_in
from journeys.reading.spelling import near
from journeys.reading.times import Wrong, read_day, read_money, read_span
from journeys.running.events import Word
from journeys.testing.case import Case, Occurrence, Reply
from journeys.verbs.branching import Split
from journeys.yamlfile import Listing, Node, Scalar
from journeys.yamlfile import Mapping as Entries

_KEYS = ("name", "today", "person", "plays", "offers", "asks", "splits", "events", "stock", "path", "gets")
_ORDER_TEXTS = ("order_id", "category", "product", "maker", "shop", "channel")
_ORDER_KEYS = ("ago", "at", "total", *_ORDER_TEXTS)
_WORDS = OneOf(("confirmed", "given", "refused"))
_GAIN_POINTS = " points"
_Read = TypeVar("_Read")


def read_cases(node: Node | None, journey: Journey, reading: Reading) -> tuple[Case, ...]:
    """All tests of the file."""
    listing = reading.listing(node, "a list of tests", "une liste de tests") if node is not None else None
    found = (_Cases(journey, reading).read(item) for item in listing or ())
    return tuple(case for case in found if case)


class _Cases:
    """Reads the tests of one journey."""

    def __init__(self, journey: Journey, reading: Reading) -> None:
        self.journey, self.reading = journey, reading
        self.places = {step.id: step for step in journey.all_steps()}
        self.names = {step.name for step in self.places.values()} | set(self.places)

    def read(self, node: Node) -> Case | None:
        mapping = self.reading.mapping(node, "a test with name, person, path", "un test avec name, person, path")
        if mapping is None:
            return None
        self.reading.only(mapping, _KEYS)
        now = self._today(mapping)
        name = mapping.get("name")
        return Case(
            name=(self.reading.word(name) if name is not None else None) or f"line {mapping.line}",
            now=now,
            facts=self._person(mapping.get("person"), now),
            plays=self._by_step(mapping.get("plays"), self._tries),
            offers=self._by_step(mapping.get("offers"), self._reply),
            asks=self._by_step(mapping.get("asks"), lambda _, answers: self._facts(answers)),
            splits=self._by_step(mapping.get("splits"), self._share),
            events=self._events(mapping.get("events"), now),
            stock=self._by_step(mapping.get("stock"), lambda _, count: Whole(0, 1_000_000).read(count, self.reading)),
            path=self._path(mapping.get("path")),
            gets=self._gets(mapping.get("gets")),
            place=mapping.place,
        )

    def _today(self, mapping: Entries) -> datetime:
        """12:00 of the test's day; the opening day when it names none."""
        node = mapping.get("today")
        if node is None and self.journey.opens_at is not None:
            day = self.journey.opens_at.astimezone(self.journey.zone).date() + timedelta(days=1)
            return datetime.combine(day, time(12), self.journey.zone).astimezone(UTC)
        found = read_day(self.reading.word(node) or "") if node is not None else None
        if found is None:
            self.reading.say(kinds.MISSING_KEY, mapping, key="today", where="test")
        elif isinstance(found, Wrong):
            self.reading.say(kinds.DATE, node or mapping, why_en=found.en, why_fr=found.fr)
        else:
            return datetime.combine(found, time(12), self.journey.zone).astimezone(UTC)
        return datetime(2026, 1, 1, 12, tzinfo=UTC)

    def _person(self, node: Node | None, now: datetime) -> Facts:
        if node is None:
            return Facts()
        mapping = self.reading.mapping(node, "facts of a person", "des faits sur une personne")
        orders = mapping.get("orders") if mapping else None
        listing = self.reading.listing(orders, "a list of orders", "une liste de commandes") if orders else None
        lines = (self._order(item, now) for item in listing or ())
        return Facts(self._facts(mapping, skip=("orders",)) if mapping else {}, tuple(line for line in lines if line))

    def _facts(self, node: Node, skip: tuple[str, ...] = ()) -> dict[str, Value]:
        mapping = self.reading.mapping(node, "facts", "des faits")
        found: dict[str, Value] = {}
        for key, value in mapping or ():
            fact = self._fact(key, value) if key.text not in skip else None
            if fact is not None:
                found[self.reading.scope.full_name(key.text)] = fact
        return found

    def _fact(self, key: Scalar, node: Node, name: str = "") -> Value | None:
        """One fact of a person, in the type that the catalogue says."""
        name = self.reading.scope.full_name(name or key.text)
        field = self.reading.scope.field(name, (0, len(name)))
        if isinstance(field, Fault):
            self.reading.problems.append(Problem(field.kind, self.reading.file, *key.place, field.values))
            return None
        if isinstance(node, Scalar) and node.empty:
            return None
        if isinstance(node, Listing) or field.type == "any" or not isinstance(node, Scalar):
            fact = fact_in(node)
        else:
            try:
                fact = field.from_text(node.text, self.journey.currency or "")
            except ValueError:
                fact = None
        if fact is None or (field.choices and fact not in field.choices):
            words = ", ".join(field.choices) or field.type
            self.reading.expected(node, f"{name}: {words}", f"{name} : {words}")
            return None
        return fact

    def _order(self, node: Node, now: datetime) -> OrderLine | None:
        mapping = self.reading.mapping(
            node, "an order such as {ago: 20d, total: 99 EUR}", "une commande {ago: 20d, total: 99 EUR}"
        )
        if mapping is None:
            return None
        self.reading.only(mapping, _ORDER_KEYS)
        return self._line(mapping, self._ordered_at(mapping, now))

    def _ordered_at(self, mapping: Entries, now: datetime) -> datetime:
        ago, at = mapping.get("ago"), mapping.get("at")
        if at is not None:
            return Date().read(at, self.reading) or now
        text = (self.reading.word(ago) or "") if ago is not None else "0d"
        span = timedelta(0) if text in ("0d", "0h") else read_span(text)
        if isinstance(span, Wrong):
            self.reading.expected(ago or mapping, span.en, span.fr)
            return now
        return now - span

    def _line(self, mapping: Entries, at: datetime) -> OrderLine | None:
        total = mapping.get("total")
        money = read_money(self.reading.word(total) or "") if total is not None else Money(0, "")
        if isinstance(money, Wrong):
            self.reading.expected(total or mapping, money.en, money.fr)
            return None
        if money.currency and self.journey.currency not in (None, money.currency):
            self.reading.expected(total or mapping, self.journey.currency or "", self.journey.currency or "")
        texts: dict[str, Any] = {
            name: node.text for name in _ORDER_TEXTS if isinstance(node := mapping.get(name), Scalar)
        }
        return OrderLine(at, money.cents, **texts)

    def _by_step(self, node: Node | None, read: Any) -> dict[str, Any]:
        """A mapping by step ids, or by what the steps are about."""
        mapping = self.reading.mapping(node, "a mapping by step", "un objet par étape") if node is not None else None
        found: dict[str, Any] = {}
        for key, value in mapping or ():
            if key.text not in self.names:
                self.reading.say(kinds.TEST_STEP, key, name=key.text[:60], **near(key.text, self.names))
            elif (answer := read(key, value)) is not None:
                found[key.text] = answer
        return found

    def _tries(self, key: Scalar, node: Node) -> tuple[Mapping[str, Value], ...]:
        tries = node.items if isinstance(node, Listing) else (node,)
        return tuple(self._outcome(key, one) for one in tries)

    def _outcome(self, key: Scalar, node: Node) -> dict[str, Value]:
        mapping = self.reading.mapping(node, "an outcome such as {score: 9}", "un résultat comme {score: 9}")
        facts = {name.text: self._fact(name, value, f"{key.text}.{name.text}") for name, value in mapping or ()}
        return {name: fact for name, fact in facts.items() if fact is not None}

    def _reply(self, key: Scalar, node: Node) -> Reply | None:
        mapping = self.reading.mapping(node, "a reply such as {joined: true}", "une réponse comme {joined: true}")
        joined = mapping.get("joined") if mapping else None
        if mapping is None or joined is None:
            self.reading.say(kinds.MISSING_KEY, node, key="joined", where=key.text)
            return None
        said = OneOf(("true", "false")).read(joined, self.reading)
        words = {name.text: _WORDS.read(word, self.reading) for name, word in mapping if name.text != "joined"}
        return Reply(said == "true", {name: cast("Word", word) for name, word in words.items() if word})

    def _share(self, key: Scalar, node: Node) -> str | None:
        step = self.places.get(key.text)
        labels = tuple(branch.label for branch in step.branches) if isinstance(step, Split) else ()
        return OneOf(labels).read(node, self.reading)

    def _events(self, node: Node | None, now: datetime) -> tuple[Occurrence, ...]:
        listing = self.reading.listing(node, "a list of events", "une liste d'événements") if node is not None else None
        found = (self._event(item, now) for item in listing or ())
        return tuple(event for event in found if event)

    def _event(self, node: Node, now: datetime) -> Occurrence | None:
        mapping = self.reading.mapping(node, "{after: 3d, order.placed: {}}", "{after: 3d, order.placed: {}}")
        named = [(key, value) for key, value in mapping or () if key.text != "after"]
        if mapping is None or len(named) != 1 or Dotted().read(named[0][0], self.reading) is None:
            self.reading.expected(node, "after and one event's name", "after et le nom d'un événement")
            return None
        key, value = named[0]
        after = mapping.get("after")
        text = (self.reading.word(after) or "") if after is not None else "0d"
        span = timedelta(0) if text == "0d" else read_span(text)
        if isinstance(span, Wrong):
            self.reading.expected(after or node, span.en, span.fr)
            return None
        fields = value if isinstance(value, Entries) else Entries((), *value.place)
        facts = {name.text: fact for name, said in fields if (fact := fact_in(said)) is not None}
        order = self._line(fields, now + span) if fields.get("total") is not None else None
        return Occurrence(span, key.text, facts, order)

    def _path(self, node: Node | None) -> tuple[str, ...]:
        known = {*self.places, *(f"{s.id}/{b.label}" for s in self.places.values() for b in s.branches)}
        return self._listed(node, known)

    def _gets(self, node: Node | None) -> tuple[str, ...] | None:
        return self._listed(node, None) if node is not None else None

    def _listed(self, node: Node | None, known: Iterable[str] | None) -> tuple[str, ...]:
        listing = self.reading.listing(node, "a list", "une liste") if node is not None else None
        words = []
        for item in listing or ():
            word = self.reading.word(item)
            if word and known is not None and word not in known:
                self.reading.say(kinds.TEST_STEP, item, name=word[:60], **near(word, known))
            elif word:
                words.append(word)
        return tuple(words)
