"""The rules of the source tree, each a function that is given the modules and gives the breaches.

To add a rule: write it in the module of its subject, add it to `RULES`, and plant a breach for it in
`tests/test_architecture.py`.  The rules read the syntax tree only, so they work on any folder.
"""

from collections.abc import Callable, Mapping, Sequence

from tests.architecture.places import (
    commit_stands_in_one_place,
    flask_stays_at_the_edge,
    nothing_swallows_every_error,
    rq_stays_in_jobs,
)
from tests.architecture.purity import pure_rings_do_no_input_or_output, pure_rings_import_nothing_of_the_world
from tests.architecture.rings import imports_go_one_way, imports_make_no_cycle, imports_stand_at_the_top
from tests.architecture.sizes import files_are_short, functions_are_short, functions_take_few_arguments
from tests.architecture.source import Breach, Module, read_tree

Rule = Callable[[Sequence[Module]], list[Breach]]

RULES: Mapping[str, Rule] = {
    rule.__name__: rule
    for rule in (
        imports_go_one_way,
        imports_make_no_cycle,
        imports_stand_at_the_top,
        pure_rings_import_nothing_of_the_world,
        pure_rings_do_no_input_or_output,
        commit_stands_in_one_place,
        rq_stays_in_jobs,
        flask_stays_at_the_edge,
        nothing_swallows_every_error,
        files_are_short,
        functions_are_short,
        functions_take_few_arguments,
    )
}

__all__ = ["RULES", "Breach", "Module", "Rule", "read_tree"]
