"""How people pass each verb, in SQL: what lets them go on, and what the step writes over their facts.

A function a verb; it gives whether whoever comes to the step goes on past it.  `on_file` and `arrive` of the verb's
class say the same of one person, and the tests hold both against each other.
To add a verb: one function and one line in `PASSES`.  Verbs that only do something outside need none but `_go_on`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from journeys.conditions.sql.templates import case, every, some
from journeys.conditions.sql.values import number
from journeys.sql.sheet import NotInSql
from journeys.verbs.ask import Ask
from journeys.verbs.base import Step
from journeys.verbs.end import End
from journeys.verbs.gains import Draw, Points, Tag, Webhook
from journeys.verbs.give import Give
from journeys.verbs.invite import Invite
from journeys.verbs.message import Message
from journeys.verbs.offer import Offer
from journeys.verbs.play import OUTCOMES, Play
from journeys.verbs.save import Save
from journeys.verbs.show import Show
from journeys.verbs.wait import Wait

if TYPE_CHECKING:
    from journeys.sql.routing import Routing

Passes = Callable[["Routing", Any, exp.Expr], exp.Expr]


def _go_on(routing: Routing, step: Step, comes: exp.Expr) -> exp.Expr:
    return exp.true()


def _end(routing: Routing, step: End, comes: exp.Expr) -> exp.Expr:
    return exp.false()


def _show(routing: Routing, step: Show, comes: exp.Expr) -> exp.Expr:
    return routing.heard(step, exp.true())


def _wait(routing: Routing, step: Wait, comes: exp.Expr) -> exp.Expr:
    if step.until and step.until <= routing.moment.now:
        return exp.true()
    came = routing.is_true(f"{step.id}.came") if step.event else exp.false()
    return routing.heard(step, came)


def _offer(routing: Routing, step: Offer, comes: exp.Expr) -> exp.Expr:
    """Who has joined already goes on; that is looked at on arrival, before anything is heard."""
    column = routing.sheet.column(f"program.{step.name}")
    return case([(routing.sheet.read(column), exp.true())], exp.false())


def _ask(routing: Routing, step: Ask, comes: exp.Expr) -> exp.Expr:
    """A form is passed when every answer is in the profile already."""
    sheet = routing.sheet
    saved: dict[str, list[str]] = {}
    for attribute, name in step._saved():
        saved.setdefault(name, []).append(attribute)
    if not set(step.fields) <= set(saved):
        return routing.heard(step, exp.false())
    known = {name: some([sheet.known(attribute) for attribute in found]) for name, found in saved.items()}
    wanted = [known[name] if name in step.fields else exp.Not(this=exp.Paren(this=known[name])) for name in known]
    passes = routing.heard(step, every([exp.Paren(this=each) for each in wanted]))
    goes = every([exp.Paren(this=comes.copy()), passes])
    for found in saved.values():
        for attribute in found:
            if attribute in sheet.asked:
                column = sheet.column(attribute)
                if len(found) > 1 or column.kind == "money":
                    raise NotInSql(step.id)
                sheet.write(attribute, sheet.on_file(column), column.kind, goes)
    return passes


def _play(routing: Routing, step: Play, comes: exp.Expr) -> exp.Expr:
    """A game is passed when something of its outcome is on file; then its results are those of this run."""
    sheet, given = routing.sheet, routing.outcomes(step)
    passes = routing.heard(step, some([sheet.known(f"{step.name}.{outcome}") for outcome in given]))
    goes = every([exp.Paren(this=comes.copy()), passes])
    for outcome in (*given, "plays", "tries"):
        for fact in dict.fromkeys((f"{step.name}.{outcome}", f"{step.id}.{outcome}")):
            if fact in sheet.asked:
                sheet.write(fact, *_result(routing, step, outcome), goes)
    if (step.tries or 1) > 1 and routing.may_leave():
        raise NotInSql(f"{step.id}: an exit between two tries")
    for attribute, outcome in step.saves or ():
        if outcome in (*given, "plays", "tries") and attribute in sheet.asked:
            sheet.write(attribute, *_result(routing, step, outcome), goes)
    return passes


def _result(routing: Routing, step: Play, outcome: str) -> tuple[exp.Expr, str]:
    """What one try that is on file leaves behind, and of which kind it is."""
    sheet = routing.sheet
    if outcome == "tries":
        return number(1), "whole"
    column = sheet.column(f"{step.name}.{outcome}")
    if outcome != "plays":
        return sheet.on_file(column), column.kind
    played = sheet.on_file(column)
    return case([(exp.GT(this=played, expression=number(1)), played)], number(1)), "whole"


def _give(routing: Routing, step: Give, comes: exp.Expr) -> exp.Expr:
    return routing.claimed(step, comes)


def _points(routing: Routing, step: Points, comes: exp.Expr) -> exp.Expr:
    sheet = routing.sheet
    if "points.balance" not in sheet.asked:
        return exp.true()
    balance = exp.Coalesce(this=sheet.read(sheet.column("points.balance")), expressions=[number(0)])
    sheet.write("points.balance", exp.Paren(this=exp.Add(this=balance, expression=number(step.add))), "whole", comes)
    return exp.true()


def _tag(routing: Routing, step: Tag, comes: exp.Expr) -> exp.Expr:
    routing.sheet.write(f"tag.{step.name}", exp.true(), "yes/no", comes)
    return exp.true()


def _save(routing: Routing, step: Save, comes: exp.Expr) -> exp.Expr:
    sheet = routing.sheet
    if step.attribute not in sheet.asked:
        return exp.true()
    if step.from_ is None:
        if step.value is not None:
            sheet.write(step.attribute, *sheet.literal(step.value, step.attribute), comes)
    else:
        column = sheet.column(step.from_)
        if column.kind == "money" or column.absent_is_false:
            raise NotInSql(step.id)
        sheet.write(step.attribute, sheet.read(column), column.kind, comes)
    return exp.true()


PASSES: Mapping[type[Step], Passes] = {
    Play: _play,
    Ask: _ask,
    Offer: _offer,
    Give: _give,
    Points: _points,
    Draw: _go_on,
    Show: _show,
    Message: _go_on,
    Wait: _wait,
    Invite: _go_on,
    Save: _save,
    Tag: _tag,
    Webhook: _go_on,
    End: _end,
}

__all__ = ["OUTCOMES", "PASSES"]
