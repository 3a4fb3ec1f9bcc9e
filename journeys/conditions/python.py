"""From tree to Python: one generated function a condition, with no third truth value inside.

Every node is written in one of two modes, "is true" or "is false"; `not` changes the mode and unknown facts
are false in both, so that a gap opens no door.  Cheap tests come first; the orders are passed over at most
once, and only when an answer hangs on them.
To add a word: nothing here; a row in `operators.OPERATORS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import cast

from journeys.catalogue import Field
from journeys.conditions.history import HistoryPass
from journeys.conditions.measures import MEASURES
from journeys.conditions.operators import OPERATORS, Operator
from journeys.conditions.printer import HOUR
from journeys.conditions.tree import All, Any, FieldOf, History, Let, Not, Test, Tree
from journeys.conditions.types import type_in_use
from journeys.facts import Facts, Moment, Money, Value

Found = Value | None
Traced = tuple[bool | None, tuple[bool | None, ...], tuple[tuple[object, object], ...]]

# Facts taken on trust may hold anything: they are known only when they are of the kind that is asked.
_TRUSTED: Mapping[str, tuple[type, ...]] = {
    "yes/no": (bool,),
    "decimal": (int, Decimal),
    "money": (Money,),
    "text": (str,),
    "date": (date,),
    "duration": (timedelta,),
}
_TRUSTED_WITH_CONTAINS = (str, frozenset)

_MEASURED = "(m or (m := measures(facts, moment)))"


@dataclass(slots=True)
class Writer:
    """Writes trees as Python expressions over `get`, `moment` and the measures `m`."""

    fields: Mapping[str, Field]
    orders: HistoryPass = field(default_factory=HistoryPass)
    constants: dict[str, object] = field(default_factory=dict)

    def written(self, tree: Tree, wanted: bool) -> str:
        """An expression that is True exactly when the tree is known to be `wanted`."""
        match tree:
            case Test():
                return self._test(tree, wanted)
            case Not(part):
                return self.written(part, not wanted)
            case All(parts) | Any(parts):
                joint = " and " if isinstance(tree, All) == wanted else " or "
                cheap_first = sorted(parts, key=_reads_orders)
                return "(" + joint.join(self.written(part, wanted) for part in cheap_first) + ")"
            case Let(name):
                raise AssertionError(f"{name} should have been put in place")

    def found(self, test: Test) -> str:
        """An expression for what a test found: (value or None, divisor)."""
        if isinstance(test.subject, History):
            value, per = self.orders.ask(test.subject)
            return f"({_MEASURED}[{value}], {1 if per is None else f'{_MEASURED}[{per}]'})"
        return f"({self._read(test.subject)}, 1)"

    def function(self, name: str, body: Sequence[str]) -> Callable[[Facts, Moment], object]:
        """Compile `name(facts, moment)` out of the lines of its body."""
        opening = ["get = facts.values.get"]
        space: dict[str, object] = {}
        source = ""
        if self.orders.slots:
            opening.append("m = None")
            source = self.orders.source()
            space |= {"bounds": self.orders.bounds(), "taken": self.orders.taken()}
        source += f"def {name}(facts, moment):\n" + "".join(f"    {line}\n" for line in (*opening, *body))
        space |= self.constants
        exec(compile(source, f"<condition {name}>", "exec"), space)
        return cast(Callable[[Facts, Moment], object], space[name])

    def _test(self, test: Test, wanted: bool) -> str:
        operator = OPERATORS[test.word]
        if isinstance(test.subject, History):
            return self._of_history(test, test.subject, operator, wanted)
        return self._of_field(test, self.fields[test.subject.name], operator, wanted)

    def _of_field(self, test: Test, asked: Field, operator: Operator, wanted: bool) -> str:
        read = self._read(FieldOf(asked.name))
        if asked.absent_is_false and test.word == "yes":
            return f"(get({asked.name!r}) {'is' if wanted else 'is not'} True)"
        if operator.asks_known or asked.absent_is_false or asked.source == "moment":
            return self._filled(operator, wanted, read, test.values)
        kind = type_in_use(test) if asked.type == "any" else asked.type
        if wanted and operator.none_safe and kind != "money" and asked.type != "any":
            return self._filled(operator, wanted, read, test.values)
        guard = f"(v := {read}) is not None"
        if asked.type == "any":
            kinds = _TRUSTED_WITH_CONTAINS if test.word == "contains" else _TRUSTED[kind]
            guard = f"type(v := {read}) in {self._constant(kinds)}"
        if kind == "money":
            guard += f" and v.currency == {_currency(test.values)!r}"
        subject = "v.cents" if kind == "money" else "v"
        return f"({guard} and {self._filled(operator, wanted, subject, test.values)})"

    def _of_history(self, test: Test, asked: History, operator: Operator, wanted: bool) -> str:
        value, per = self.orders.ask(asked)
        read = f"{_MEASURED}[{value}]"
        if operator.asks_known:
            return self._filled(operator, wanted, read, ())
        values, times = tuple(map(_measured, test.values)), "" if per is None else f" * m[{per}]"
        if not MEASURES[asked.measure].known:
            return self._filled(operator, wanted, read, values)
        return f"((v := {read}) is not None and {self._filled(operator, wanted, 'v', values, times)})"

    def _filled(
        self, operator: Operator, wanted: bool, subject: str, values: tuple[Value, ...], times: str = ""
    ) -> str:
        written = [self._literal(value) + times for value in values]
        first, second = (*written, "", "")[:2]
        template = operator.true if wanted else operator.false
        return "(" + template.format(x=subject, v=first, w=second, all=", ".join(written)) + ")"

    def _read(self, asked: FieldOf) -> str:
        declared = self.fields[asked.name]
        if declared.source == "moment":
            return "moment." + asked.name.removeprefix("now.")
        read = f"get({asked.name!r})"
        return f"({read} is True)" if declared.absent_is_false else read

    def _literal(self, value: Value) -> str:
        match value:
            case Money(cents):
                return str(cents)
            case bool() | int() | str():
                return repr(value)
            case _:
                return self._constant(value)

    def _constant(self, value: object) -> str:
        name = f"c{len(self.constants)}"
        self.constants[name] = value
        return name


def _reads_orders(tree: Tree) -> bool:
    match tree:
        case Test(subject=History()):
            return True
        case Not(part):
            return _reads_orders(part)
        case All(parts) | Any(parts):
            return any(map(_reads_orders, parts))
        case _:
            return False


def _measured(value: Value) -> Value:
    """A value as measures hold it: durations in whole hours."""
    return value // HOUR if isinstance(value, timedelta) else value


def _currency(values: tuple[Value, ...]) -> str:
    return next((value.currency for value in values if isinstance(value, Money)), "")
