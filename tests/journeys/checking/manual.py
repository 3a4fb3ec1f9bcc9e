"""The manual of problems, written from the kinds themselves and the faulty files of the corpus.

`python -m tests.journeys.checking.manual` prints it; `make problems` puts it into `docs/problems.md`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping

from journeys.problems import Kind, kinds_of
from tests.journeys.corpus import Faulty, faulty

HEAD = """\
# What the check says, and how to mend it

`fanfare journey check FILE` says everything that is wrong with a journey at once, each as
`FILE:LINE:COL: level code: message (hint)`, in French with `--lang fr`. An **error** keeps the journey from being
published; a **warning** is something that a brand would be surprised by; a **notice** is only said.

What is called impossible here (nobody can take a branch, nobody can come in) is proven for everybody who could ever
come, with unknown facts, time zones and returned goods; where a proof would take too long, nothing is said.

This page is written by `make problems`. The examples are files of `tests/journeys/corpus/faulty`, with the place of the
fault marked; `tests/journeys/corpus/sound` holds journeys of which there is nothing to say.
"""

PARTS = {
    "journey": "The journey",
    "condition": "Conditions",
    "consent": "Consents",
    "yaml": "The file",
    "catalogue": "The catalogue of a brand's fields",
}
LONGEST = 90  # letters of a line of an example


def manual() -> str:
    """The whole page."""
    examples: dict[str, Faulty] = {}
    for each in faulty():
        if each.means:
            examples.setdefault(each.code, each)
    kinds = kinds_of("journeys")
    return "\n".join([HEAD, *_table(kinds), *_entries(kinds, examples)]) + "\n"


def _table(kinds: Mapping[str, tuple[Kind, ...]]) -> Iterator[str]:
    yield "| code | level | en | fr |"
    yield "|---|---|---|---|"
    for code, same in kinds.items():
        anchor = code.replace(".", "")
        yield f"| [`{code}`](#{anchor}) | {same[0].level} | {_cell(same[0].en)} | {_cell(same[0].fr)} |"
    yield ""


def _entries(kinds: Mapping[str, tuple[Kind, ...]], examples: Mapping[str, Faulty]) -> Iterator[str]:
    for part, title in PARTS.items():
        yield f"## {title}\n"
        for code, same in kinds.items():
            if code.startswith(f"{part}."):
                yield from _entry(code, same, examples.get(code))


def _entry(code: str, same: tuple[Kind, ...], example: Faulty | None) -> Iterator[str]:
    yield f"### {code}\n"
    yield f"*{same[0].level}.* {example.means if example else _sentence(same[0].en)}\n"
    if example:
        yield f"```yaml\n{_marked(example)}\n```\n"
        yield f"{example.mend}\n"
    elif same[0].hint_en and "{" not in same[0].hint_en:
        yield f"{_sentence(same[0].hint_en)}\n"


def _marked(example: Faulty) -> str:
    """The lines of the file, with a mark under the place of the fault."""
    shown = [_shown(line) for line in example.lines]
    at = example.line - (len(example.path.read_text("utf-8").splitlines()) - len(shown))
    if at >= 1 and 3 <= example.col < LONGEST:
        shown.insert(at, " " * (example.col - 3) + "# ^ here")
    return "\n".join(shown)


def _shown(line: str) -> str:
    seen = "".join(letter if letter.isprintable() else f"\\u{ord(letter):04x}" for letter in line)
    return seen if len(seen) <= LONGEST else seen[: LONGEST - 2] + " …"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "."


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    sys.stdout.write(manual())
