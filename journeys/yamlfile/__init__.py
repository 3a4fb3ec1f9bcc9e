"""YAML as people write it here: YAML 1.2 core, strict, with the place of every word.

`read_yaml` gives a `Document` or every problem at once; it never raises, whatever it is fed.
Words that other readers bend stay what was written: `no`, `on`, `01000` and `21:00` are texts.
Anchors, aliases, merges, tags, directives and duplicate keys are refused, and so is anything too big or too deep.

Here: `nodes` (what is read), `composing` (events into nodes), `refusals` (what is refused, and the words for it).
To refuse something more: one `Kind` in `refusals` and the line that finds it.
"""

from journeys.yamlfile.composing import MAX_DEPTH, MAX_NODES, read_yaml
from journeys.yamlfile.nodes import Document, Listing, Mapping, Node, Plain, Scalar
from journeys.yamlfile.refusals import MAX_BYTES

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_NODES",
    "Document",
    "Listing",
    "Mapping",
    "Node",
    "Plain",
    "Scalar",
    "read_yaml",
]
