"""Choices that decide nothing, or not for everybody: branches nobody takes, branches everybody takes, answers missing.

The walk goes down the tree with what is sure of whoever arrives: the entrance, the branches taken on the way, those
passed over.  What is sure is forgotten wherever time passes or a fact may change.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from journeys.checking.proving import Claim, Proof, holds, holds_not
from journeys.conditions import Condition
from journeys.conditions.tree import All, History, Let, Test, Tree, expanded, leaves
from journeys.journey import Journey
from journeys.problems import Kind, Problem
from journeys.verbs.base import Branch, Step
from journeys.verbs.branching import Choose, Split
from journeys.verbs.end import End
from journeys.world import World
from journeys.yamlfile.nodes import Place

UNREACHABLE = Kind(
    "journey.unreachable",
    "error",
    "nobody can take '{step}/{label}': whoever could has taken '{step}/{earlier}' (line {line})",
    "personne ne peut prendre « {step}/{label} » : qui le pourrait a pris « {step}/{earlier} » (ligne {line})",
    "put the narrower condition first",
    "mettez la condition la plus étroite en premier",
)
IMPOSSIBLE = Kind(
    "journey.impossible",
    "error",
    "nobody can take '{step}/{label}': its condition contradicts itself from here on",
    "personne ne peut prendre « {step}/{label} » : sa condition se contredit à partir d'ici",
    "did you mean 'or', or another value?",
    "vouliez-vous dire « or », ou une autre valeur ?",
)
NOT_HERE = Kind(
    "journey.impossible_here",
    "error",
    "nobody who comes to '{step}' can take '{label}': it contradicts the way that leads here",
    "personne de ceux qui arrivent à « {step} » ne peut prendre « {label} » : cela contredit le chemin qui y mène",
    "look at the entrance and at the branches above; take this branch out, or put it where such people come by",
    "regardez l'entrée et les branches au-dessus ; retirez cette branche, ou mettez-la là où ces personnes passent",
)
ALWAYS = Kind(
    "journey.always_holds",
    "error",
    "whoever comes to '{step}/{label}' takes it: nobody comes to '{next}' (line {line})",
    "tous ceux qui arrivent à « {step}/{label} » le prennent : personne n'arrive à « {next} » (ligne {line})",
    "make it 'otherwise', or narrow it down",
    "faites-en « otherwise », ou resserrez-la",
)
NO_OTHERWISE = Kind(
    "journey.otherwise_never",
    "warning",
    "'{step}' leaves nobody for 'otherwise': its branches take everybody, this one the last of them",
    "« {step} » ne laisse personne à « otherwise » : ses branches prennent tout le monde, celle-ci les derniers",
    "take the steps of 'otherwise' out, or make this branch 'otherwise'",
    "retirez les étapes de « otherwise », ou faites de cette branche « otherwise »",
)
UNKNOWN_DECIDES = Kind(
    "journey.unknown_decides",
    "warning",
    "'{step}/{label}' decides on what may be unknown ({fields}), and '{step}' has no 'otherwise'",
    "« {step}/{label} » décide sur ce qui peut être inconnu ({fields}), et « {step} » n'a pas de « otherwise »",
    "write 'otherwise:' to say what happens then, if only []",
    "écrivez « otherwise: » pour dire ce qui se passe alors, même []",
)
NOBODY_ENTERS = Kind(
    "journey.nobody_enters",
    "error",
    "nobody can come in: the condition of 'enter' contradicts itself from here on",
    "personne ne peut entrer : la condition de « enter » se contredit à partir d'ici",
)
EVERYBODY_LEAVES = Kind(
    "journey.exit_always",
    "error",
    "whoever comes in leaves at once: the condition of 'exit' always holds then",
    "quiconque entre sort aussitôt : la condition de « exit » est alors toujours vraie",
    "say who leaves only",
    "dites seulement qui doit sortir",
)
NOBODY_LEAVES = Kind(
    "journey.exit_never",
    "warning",
    "nobody ever leaves: the condition of 'exit' contradicts itself from here on",
    "personne ne sort jamais : la condition de « exit » se contredit à partir d'ici",
)

NOTHING_CHANGES = frozenset({"message", "webhook", "enter_draw", "invite"})  # nor stops; choices are looked into


def choices(journey: Journey, world: World | None) -> Iterator[Problem]:
    """Branches, entrances and exits that are for nobody or for everybody, each proven."""
    yield from _Walk(journey).all()


def unknowns_that_decide(journey: Journey, world: World | None) -> Iterator[Problem]:
    """Choices without `otherwise` that may find no answer."""
    proof = Proof()
    for step in journey.all_steps():
        for branch in step.of if isinstance(step, Choose) and step.otherwise is None else ():
            when = branch.when
            if when is None or not when.may_be_unknown:
                continue
            if not proof.impossible([holds_not(when), holds_not(when, wanted=False)]):
                fields = ", ".join(sorted(when.may_be_unknown))
                values = {"step": step.id, "label": branch.label, "fields": fields}
                place = _place(when, _first_unknown(when), branch.place)
                yield Problem(UNKNOWN_DECIDES, journey.file, *place, values)
                break


@dataclass(slots=True)
class _Walk:
    """One walk from the entrance to every choice."""

    journey: Journey
    proof: Proof = field(default_factory=Proof)

    def all(self) -> Iterator[Problem]:
        enter, leave = self.journey.enter.when, self.journey.exit
        sure: list[Claim] = []
        if enter and not enter.remarks and not _since_entry(enter):
            if self.proof.impossible([holds(enter)]):
                yield Problem(NOBODY_ENTERS, self.journey.file, *self._contradiction(enter, (1, 1)))
            else:
                sure.append(holds(enter))
        if leave and not leave.remarks:
            if self.proof.impossible([*sure, holds_not(leave)]):
                yield Problem(EVERYBODY_LEAVES, self.journey.file, *_place(leave, 0, (1, 1)))
            else:
                sure.append(holds_not(leave))
                if self.proof.impossible([holds(leave)]):
                    yield Problem(NOBODY_LEAVES, self.journey.file, *self._contradiction(leave, (1, 1)))
        yield from self._steps(self.journey.steps, sure)

    def _steps(self, steps: Sequence[Step], sure: Sequence[Claim]) -> Iterator[Problem]:
        for step in steps:
            if isinstance(step, Choose):
                yield from self._choice(step, sure)
            else:
                for branch in step.branches:
                    yield from self._steps(branch.steps, sure if isinstance(step, Split) else ())
            sure = _afterwards(step, sure)

    def _choice(self, step: Choose, sure: Sequence[Claim]) -> Iterator[Problem]:
        passed: list[Claim] = []
        for place, branch in enumerate(step.of):
            when = branch.when
            if when is None:
                continue
            taken = holds(when)
            problem = None if when.remarks else self._nobody(step, place, taken, sure, passed)
            if problem:
                yield problem
            yield from self._steps(branch.steps, () if problem else [*sure, *passed, taken])
            passed.append(holds_not(when))
            if not problem and self.proof.impossible([*sure, *passed]):
                yield from self._everybody(step, place)
                sure, passed = (), []
                break
        yield from self._steps(step.otherwise or (), [*sure, *passed])

    def _nobody(
        self, step: Choose, place: int, taken: Claim, sure: Sequence[Claim], passed: list[Claim]
    ) -> Problem | None:
        """Why nobody takes a branch, if that is so."""
        branch = step.of[place]
        when = branch.when
        assert when is not None
        values: dict[str, object] = {"step": step.id, "label": branch.label}
        if self.proof.impossible([taken]):
            return Problem(IMPOSSIBLE, self.journey.file, *self._contradiction(when, branch.place), values)
        if sure and self.proof.impossible([*sure, taken]):
            return Problem(NOT_HERE, self.journey.file, *_place(when, 0, branch.place), values)
        if passed and self.proof.impossible([*sure, *passed, taken]):
            before = self._takers(step.of[:place], when, sure)
            values |= {"earlier": ", ".join(b.label for b in before), "line": before[0].place[0]}
            return Problem(UNREACHABLE, self.journey.file, *branch.place, values)
        return None

    def _takers(self, before: Sequence[Branch], when: Condition, sure: Sequence[Claim]) -> Sequence[Branch]:
        """The one earlier branch that takes all of them, else all of the earlier ones."""
        for branch in before:
            if branch.when and self.proof.impossible([*sure, holds_not(branch.when), holds(when)]):
                return [branch]
        return before

    def _everybody(self, step: Choose, place: int) -> Iterator[Problem]:
        branch = step.of[place]
        values: dict[str, object] = {"step": step.id, "label": branch.label}
        if place + 1 < len(step.of):
            after = step.of[place + 1]
            values |= {"next": after.label, "line": after.place[0]}
            yield Problem(ALWAYS, self.journey.file, *branch.place, values)
        elif step.otherwise:
            yield Problem(NO_OTHERWISE, self.journey.file, *branch.place, values)

    def _contradiction(self, when: Condition, outside: Place) -> Place:
        """Where a condition begins to contradict itself: the first part that leaves nothing possible."""
        lets = {name: let.meaning for name, let in self.journey.lets.items()}
        parts = when.tree.parts if isinstance(when.tree, All) else (when.tree,)
        claims: list[Claim] = []
        for part in parts:
            claims.append(holds(when, expanded(part, lets)))
            if self.proof.impossible(claims):
                return _place(when, _start(part), outside)
        return _place(when, 0, outside)


def _afterwards(step: Step, sure: Sequence[Claim]) -> Sequence[Claim]:
    """What is still sure after a step: all of it when no time passes in it and no fact changes."""
    if isinstance(step, Choose | Split):
        if not all(_changes_nothing(inner) for branch in step.branches for inner in branch.steps):
            return ()
        gone = []
        for branch in step.branches:
            if branch.when is None or not any(isinstance(inner, End) for inner in branch.steps):
                break
            gone.append(holds_not(branch.when))
        return [*sure, *gone]
    return sure if _changes_nothing(step) else ()


def _changes_nothing(step: Step) -> bool:
    if isinstance(step, Choose | Split):
        return all(_changes_nothing(inner) for branch in step.branches for inner in branch.steps)
    return step.verb in NOTHING_CHANGES or isinstance(step, End)


def _since_entry(when: Condition) -> bool:
    looks = (test.subject.look for test in when.tests if isinstance(test.subject, History))
    return any(look.window is not None and look.window.word == "entry" for look in looks)


def _first_unknown(when: Condition) -> int:
    """Where the first test begins that may find no answer."""
    for leaf in leaves(when.tree):
        if isinstance(leaf, Test) and when.leaves_unknown(leaf):
            return leaf.at[0]
    return next((leaf.at[0] for leaf in leaves(when.tree) if isinstance(leaf, Let)), 0)


def _start(tree: Tree) -> int:
    return next(leaf.at[0] for leaf in leaves(tree))


def _place(when: Condition, start: int, outside: Place) -> Place:
    """The place of a letter of the condition in its file; else that of what holds the condition."""
    return when.written.at(start) if when.written else outside
