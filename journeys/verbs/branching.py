"""`choose`: the first branch whose condition is true.  `split`: stable random shares of the people."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from journeys.reading import kinds
from journeys.reading.shapes import Id, Share, Spoken, StepList, When
from journeys.running.walk import Walk
from journeys.texts import Lang, quoted, words_of
from journeys.verbs.base import Branch, Move, Step
from journeys.yamlfile import Mapping, Node, Scalar

if TYPE_CHECKING:
    from journeys.conditions import Verdict
    from journeys.reading.reading import Reading

OTHERWISE = "otherwise"
CONTROL = "control"
WHOLE = 10_000  # a share of everybody, in ten-thousandths


@dataclass(frozen=True, slots=True)
class Branches:
    """A list of branches, each with its condition or share, its label, its name and its steps."""

    by: str  # when | share

    def read(self, node: Node, reading: Reading) -> tuple[Branch, ...]:
        listing = reading.listing(node, "a list of branches", "une liste de branches")
        if listing is not None and not listing.items:
            reading.expected(node, "at least one branch", "au moins une branche")
        items = [self._branch(item, reading) for item in listing or ()]
        return _labelled_apart([branch for branch in items if branch], reading)

    def _branch(self, node: Node, reading: Reading) -> Branch | None:
        mapping = reading.mapping(
            node, f"a branch with '{self.by}' and 'do'", f"une branche avec « {self.by} » et « do »"
        )
        if mapping is None:
            return None
        reading.only(mapping, (self.by, "as", "name", "do"))
        values = {name: _read(mapping, name, shape, reading) for name, shape in _PARTS.items()}
        if mapping.get(self.by) is None:
            reading.say(kinds.MISSING_KEY, mapping, key=self.by, where="branch")
        label = self._label(mapping, values["as"], reading)
        if label is None:
            return None
        return Branch(
            label=label,
            steps=values["do"] or (),
            name=values["name"],
            when=values["when"],
            share=values["share"] or 0,
            place=mapping.place,
        )

    def _label(self, mapping: Mapping, label: str | None, reading: Reading) -> str | None:
        when = mapping.get("when")
        alone = when.text.strip() if isinstance(when, Scalar) else ""
        if label is None and mapping.get("as") is None:
            label = alone if alone in reading.scope.lets else None
            if label is None:
                reading.say(kinds.LABEL_MISSING, mapping)
        if label == OTHERWISE:
            reading.say(kinds.RESERVED_LABEL, mapping.get("as") or mapping)
        return label


@dataclass(frozen=True, slots=True, kw_only=True)
class Choose(Step):
    """The first branch whose condition is true, else `otherwise`; then the flow falls through."""

    verb: ClassVar[str] = "choose"
    ready: ClassVar[bool] = True

    of: Annotated[tuple[Branch, ...], Branches("when")]
    otherwise: Annotated[tuple[Step, ...] | None, StepList()] = None

    @property
    def branches(self) -> tuple[Branch, ...]:
        return (*self.of, Branch(label=OTHERWISE, steps=self.otherwise or (), place=self.place))

    def arrive(self, walk: Walk) -> Move:
        looked_at: list[tuple[str, Verdict]] = []
        for branch in self.of:
            assert branch.when is not None
            verdict = walk.judge(branch.when)
            looked_at.append((branch.label, verdict))
            if verdict.held:
                return self._take(branch.label, branch.steps, walk, looked_at)
        return self._take(OTHERWISE, self.otherwise or (), walk, looked_at)

    def _take(self, label: str, steps: tuple[Step, ...], walk: Walk, looked_at: list[tuple[str, Verdict]]) -> Move:
        walk.decide("branch", label, tuple(looked_at))
        walk.branch(label)
        return Move(into=steps)

    def sentence(self, lang: Lang) -> str:
        name = words_of(self.id)
        return f"Choisir selon {quoted(name, lang)} :" if lang == "fr" else f"Choose by {quoted(name, lang)}:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Split(Step):
    """Stable random shares: the same person always lands in the same one; `control` is last."""

    verb: ClassVar[str] = "split"

    into: Annotated[tuple[Branch, ...], Branches("share")]

    @property
    def branches(self) -> tuple[Branch, ...]:
        return self.into

    def arrive(self, walk: Walk) -> Move:
        on_file = walk.fact(f"{self.id}.share")
        point = share_point(walk.journey, self.id, walk.split_key)
        branch = next((b for b in self.into if b.label == on_file), None) or self.drawn(point)
        walk.decide("split", branch.label)
        walk.branch(branch.label)
        return Move(into=branch.steps)

    def drawn(self, point: int) -> Branch:
        """The branch at a point between 0 and 9999; `control` holds the last points, wherever it is written."""
        edge = 0
        for branch in sorted(self.into, key=lambda b: b.label == CONTROL):
            edge += branch.share
            if point < edge:
                return branch
        return self.into[-1]

    def check(self, reading: Reading, mapping: Mapping) -> None:
        total = sum(branch.share for branch in self.into)
        if total != WHOLE:
            reading.say(kinds.SHARES, mapping.get("into") or mapping, sum=f"{total / 100:g}")

    def sentence(self, lang: Lang) -> str:
        name = quoted(words_of(self.id), lang)
        return f"Répartir au hasard ({name}) :" if lang == "fr" else f"Split at random ({name}):"


def share_point(journey: str, step: str, key: str) -> int:
    """A person's point in a split, 0 to 9999: the same here and in SQL (MD5 only as a mixer)."""
    digits = hashlib.md5(f"{journey}|{step}|{key}".encode(), usedforsecurity=False).hexdigest()[:8]
    return int(digits, 16) % WHOLE


_PARTS: dict[str, Any] = {"when": When(), "share": Share(), "as": Id(), "name": Spoken(), "do": StepList()}


def _read(mapping: Mapping, name: str, shape: Any, reading: Reading) -> Any:
    node = mapping.get(name)
    return shape.read(node, reading) if node is not None else None


def _labelled_apart(branches: list[Branch], reading: Reading) -> tuple[Branch, ...]:
    first: dict[str, Branch] = {}
    for branch in branches:
        before = first.setdefault(branch.label, branch)
        if before is not branch:
            reading.say(kinds.SAME_LABEL, branch.place, label=branch.label, line=before.place[0])
    return tuple(branches)
