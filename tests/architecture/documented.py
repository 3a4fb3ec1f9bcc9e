"""Whether the manual names what people may use."""

import re
from collections.abc import Iterable
from pathlib import Path


def manual(root: Path) -> str:
    """Give the text of the README and of every page of the manual."""
    pages = [root / "README.md", *sorted((root / "docs").rglob("*.md"))]
    return "\n".join(page.read_text() for page in pages if page.exists())


def undocumented(names: Iterable[str], text: str) -> list[str]:
    """Give the names that the text never mentions as a word of code: between backticks, or at the start of a table row.

    `play` is found in "`play: fibre_quiz`" and in "| play | ...", not in "they play".
    """
    code = " ".join(re.findall(r"`+[^`]+`+", text))
    heads = " ".join(re.findall(r"^\|([^|]+)\|", text, flags=re.MULTILINE))
    return sorted(name for name in set(names) if not _is_said(name, code) and not _is_said(name, heads))


def _is_said(name: str, text: str) -> bool:
    return re.search(rf"(?<![\w=<>!]){re.escape(name)}(?![\w=<>!])", text) is not None
