"""Leading everybody through a journey in one query.

The tree is walked once, from top to bottom.  For each step we write down who comes to it and whether they go on past
it; a branch is a column with its label.  Both are put together from the shape of the tree, so that the query grows
with the journey and not with the ways through it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlglot import exp

from journeys.conditions import Condition, Fault
from journeys.conditions.sql import Column, Dialect, Orders
from journeys.conditions.sql.restricting import restricted
from journeys.conditions.sql.templates import case, every, filled
from journeys.conditions.sql.values import number
from journeys.facts import Moment, Value
from journeys.journey import Journey
from journeys.sql.passing import OUTCOMES, PASSES
from journeys.sql.queries import Query
from journeys.sql.sheet import NotInSql, Sheet, named
from journeys.verbs.base import Branch, Step
from journeys.verbs.branching import CONTROL, OTHERWISE, WHOLE, Choose, Split
from journeys.verbs.give import Give
from journeys.verbs.play import Play
from journeys.verbs.save import Save


@dataclass(frozen=True, slots=True)
class Setting:
    """What a query is written for: the moment, the dialect, and what is taken as given.

    `assumed` facts are true of everybody; `short` are the stocks of the pools that cannot serve all who come;
    `one_line_each` says that every line is an order of its own.
    """

    now: datetime
    dialect: Dialect
    assumed: Mapping[str, Value] = field(default_factory=dict)
    short: Mapping[str, int] = field(default_factory=dict)
    one_line_each: bool = False


class Routing:
    """A journey as a query.  Raises: NotInSql for the few that must be led person by person."""

    def __init__(self, journey: Journey, setting: Setting) -> None:
        self.journey, self.setting = replace(journey, opens_at=None, closes_at=None), setting
        self.moment = Moment(setting.now, journey.zone)
        orders = Orders(self.moment, setting.one_line_each)
        self.sheet = Sheet(journey.scope, orders, setting.dialect, setting.assumed)
        self.numbers = {step.id: place for place, step in enumerate(journey.all_steps(), 1)}
        self.comes: dict[str, exp.Expr] = {}  # step -> who comes to it
        self.labels: dict[str, exp.Expr] = {}  # choice or split -> the label of her branch
        self.stops: dict[str, exp.Expr] = {}  # step -> who stays there, if she comes
        self.given: dict[str, exp.Expr] = {}  # coupon -> who gets one
        self.paths: dict[str, tuple[tuple[str, str], ...]] = {}  # step -> the branches that lead to it
        self._lead()

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of `fans` that the query reads."""
        return tuple(self.sheet.base.values())

    def counts(self) -> exp.Query:
        """How many reach each step and branch, as rows `step, branch, people`; zeros too.

        The first two rows have no step: all `fans`, and those who `entered`.  A coupon's `given` stands as a branch.
        """
        return Query(self).counts()

    def routes(self) -> exp.Query:
        """Each `fan_id` with `entered`, the step where she `stands_at`, and the branch she took of each choice."""
        return Query(self).routes()

    def at(self, step: str) -> exp.Query:
        """Each `fan_id` who comes to a step, and her `branch`, or whether she `passes`."""
        return Query(self).at(step)

    def heard(self, step: Step, on_file: exp.Expr) -> exp.Expr:
        """Who goes on from a step that waits: those whose result is on file, unless the exit takes them first."""
        self.stops[step.id] = exp.Not(this=exp.Paren(this=on_file.copy()))
        if self.may_leave() and on_file != exp.false():
            assert self.journey.exit is not None
            leaves = self.sheet.true(self.journey.exit, self.moment.now)
            on_file = case([(leaves, exp.false()), (on_file, exp.true())], exp.false())
        if isinstance(on_file, exp.Boolean):
            return on_file
        return self.sheet.define(self._named(step, "passes"), on_file)

    def may_leave(self) -> bool:
        """Whether the exit may take somebody now whom it did not take at the entry."""
        return self.journey.exit is not None and self.sheet.touched(self.journey.exit)

    def is_true(self, fact: str) -> exp.Expr:
        """Whether a fact that is never unknown was true before the journey."""
        return case([(self.sheet.on_file(self.sheet.column(fact)), exp.true())], exp.false())

    def outcomes(self, step: Play) -> tuple[str, ...]:
        """What the game of a step may leave on file."""
        scope = self.journey.scope
        return tuple(name for name in OUTCOMES if not isinstance(scope.field(f"{step.name}.{name}", (0, 0)), Fault))

    def claimed(self, step: Give, comes: exp.Expr) -> exp.Expr:
        """Who goes on past a coupon: everybody, or through `if_empty`."""
        claims = every([comes, *self._under_the_cap(step)])
        stock = self.setting.short.get(step.name)
        given = claims if stock is None else self._in_turn(step, claims, stock)
        self.given[step.id] = given
        empty = exp.false() if stock is None else every([claims, exp.Not(this=exp.Paren(this=given.copy()))])
        onward = self._follow(step.if_empty or (), empty, (step.id, "empty"))
        self.sheet.write(f"coupon.{step.name}.given", exp.true(), "yes/no", given)
        return exp.true() if stock is None or onward == exp.true() else case([(empty, onward)], exp.true())

    def _lead(self) -> None:
        journey, sheet = self.journey, self.sheet
        steps = tuple(journey.all_steps())
        saved = [step.from_ for step in steps if isinstance(step, Save) and step.from_]
        sheet.will_ask(self._conditions(), saved)
        entered: exp.Expr = exp.true()
        if when := journey.enter.when:
            entered = sheet.define("entered", _two_valued(sheet.true(when, None)))
        self.entered = entered
        stays: exp.Expr = exp.true()
        if journey.exit:
            left = sheet.true(journey.exit, self.moment.now)
            stays = sheet.define("comes_in", case([(left, exp.false())], exp.true()))
        self._follow(journey.steps, every([entered, stays]))
        restricted(self.sheet.orders, self._rules(), journey.enter.when, sheet.writer)

    def _follow(self, steps: tuple[Step, ...], comes: exp.Expr, path: tuple[str, str] | None = None) -> exp.Expr:
        """Lead who comes here through a list of steps; gives whether they come out at its end."""
        around = self.paths.get(path[0], ()) if path else ()
        passed: list[exp.Expr] = []
        for step in steps:
            self.paths[step.id] = (*around, path) if path else around
            here = every([each.copy() for each in (comes, *passed)])
            self.comes[step.id] = here
            passed.append(self._past(step, here))
        return every(passed)

    def _past(self, step: Step, comes: exp.Expr) -> exp.Expr:
        if not isinstance(step, Choose | Split):
            return PASSES[type(step)](self, step, comes)
        found = self._choice(step) if isinstance(step, Choose) else self._draw(step)
        label = self.labels[step.id] = self.sheet.define(self._named(step, "branch"), found)
        onward: list[tuple[exp.Expr, exp.Expr]] = []
        for branch in step.branches:
            taken = label.eq(exp.Literal.string(branch.label))
            past = self._follow(branch.steps, every([comes.copy(), taken]), (step.id, branch.label))
            onward += [(taken, past)] if past != exp.true() else []
        return case(onward, exp.true())

    def _choice(self, step: Choose) -> exp.Expr:
        """The label of the first branch whose condition is true."""
        branches = [(self._true(branch), exp.Literal.string(branch.label)) for branch in step.of]
        return case(branches, exp.Literal.string(OTHERWISE))

    def _true(self, branch: Branch) -> exp.Expr:
        assert branch.when is not None
        return self.sheet.true(branch.when, self.moment.now)

    def _draw(self, step: Split) -> exp.Expr:
        """The label of a person's share, by the same hash as `share_point`."""
        key = exp.DPipe(this=exp.Literal.string(f"{self.journey.name}|{step.id}|"), expression=exp.column("fan_id"))
        dialect = self.setting.dialect
        point = filled(dialect.hexadecimal, {"text": key}, dialect=dialect.name)
        share = self.sheet.define(
            self._named(step, "point"), exp.Mod(this=exp.Paren(this=point), expression=number(WHOLE))
        )
        edge, branches = 0, []
        for branch in sorted(step.into, key=lambda branch: branch.label == CONTROL):
            edge += branch.share
            branches.append((exp.LT(this=share, expression=number(edge)), exp.Literal.string(branch.label)))
        return case(branches, exp.Literal.string(step.into[-1].label))

    def _under_the_cap(self, step: Give) -> list[exp.Expr]:
        """Whether the journey's limit still allows a coupon, where it may be reached by now."""
        cap, here = self.journey.limits.coupons, self.paths[step.id]
        before = [given for id, given in self.given.items() if not _apart(self.paths[id], here)]
        if cap is None or len(before) < cap:
            return []
        counted = [case([(given, number(1))], number(0)) for given in before]
        total = counted[0]
        for each in counted[1:]:
            total = exp.Add(this=total, expression=each)
        return [exp.LT(this=exp.Paren(this=total), expression=number(cap))]

    def _in_turn(self, step: Give, claims: exp.Expr, stock: int) -> exp.Expr:
        """Who gets one of the coupons there are, in the order of the people."""
        if sum(isinstance(other, Give) and other.name == step.name for other in self.journey.all_steps()) > 1:
            raise NotInSql(f"{step.name} is short and given at several steps")
        claims = self.sheet.define(self._named(step, "claims"), _two_valued(claims))
        by_place = exp.Order(expressions=[exp.column("place")])
        counted = exp.Window(this=exp.RowNumber(), partition_by=[claims.copy()], order=by_place)
        turn = self.sheet.define(self._named(step, "turn"), counted)
        return every([claims, exp.LTE(this=turn, expression=number(stock))])

    def _conditions(self) -> list[Condition]:
        journey = self.journey
        branches = [branch.when for step in journey.all_steps() for branch in step.branches]
        return [each for each in (journey.enter.when, journey.exit, *branches) if each is not None]

    def _rules(self) -> list[Condition]:
        return [each for each in self._conditions() if each is not self.journey.enter.when]

    def _named(self, step: Step, word: str) -> str:
        return named(self.numbers[step.id], step.id, word)


def _two_valued(found: exp.Expr) -> exp.Expr:
    """True or false; what is unknown is not true."""
    return found if isinstance(found, exp.Boolean) else case([(found, exp.true())], exp.false())


def _apart(one: tuple[tuple[str, str], ...], other: tuple[tuple[str, str], ...]) -> bool:
    """Whether nobody comes to both places: they lie in different branches of one step."""
    labels = dict(one)
    return any(labels.get(step, label) != label for step, label in other)
