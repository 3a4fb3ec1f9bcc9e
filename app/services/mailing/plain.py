"""The text part of a mail: an author's HTML as lines of at most 76 columns, with every link written out.

It knows the few tags that `app.services.campaigns.texts` lets through.  To add one: a line in `BLOCKS`, or a branch of
`_Reader`.
"""

from __future__ import annotations

import textwrap
from html.parser import HTMLParser
from typing import Final

COLUMNS: Final = 76  # room for a quote mark or two before the 78 of RFC 5322, 2.1.1
BLOCKS: Final = frozenset({"p", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "hr", "table", "tr"})


def plain_text(html: str) -> str:
    """The words of safe HTML as a person types them: paragraphs, lists, quotes, and addresses after their words."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.end_block()
    return "\n".join(reader.lines).strip("\n")


def wrapped(text: str, first: str = "", rest: str = "") -> list[str]:
    """Lines of at most 76 columns; a long address is never broken, or it would lead nowhere."""
    return textwrap.wrap(
        text, COLUMNS, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )


class _Reader(HTMLParser):
    """Gathers the words of a block, and writes them down when the block ends."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self._words = ""
        self._href = ""
        self._label_at = 0
        self._lists: list[int | None] = []  # the number of the next point; none = a list without numbers
        self._mark = ""
        self._after_point = False  # points of a list stand without empty lines between them
        self._quotes = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS:
            self.end_block()
        if tag == "a":
            self._href, self._label_at = dict(attrs).get("href") or "", len(self._words)
        elif tag in {"ul", "ol"}:
            self._lists.append(1 if tag == "ol" else None)
        elif tag == "li":
            self._mark = self._next_mark()
        elif tag == "blockquote":
            self._quotes += 1
        elif tag == "br":
            self._words += "\n"
        elif tag == "hr":
            self.lines += ["", "-" * 8, ""]
        elif tag in {"td", "th"} and self._words:
            self._words += " | "

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._href and self._words[self._label_at :].strip() != self._href:
            self._words += f" <{self._href}>"
        if tag in BLOCKS:
            self.end_block()
        if tag in {"ul", "ol"} and self._lists:
            self._lists.pop()
            self._after_point = bool(self._lists)
        if tag == "blockquote":
            self._quotes -= 1

    def handle_data(self, data: str) -> None:
        self._words += data.replace("\n", " ")

    def end_block(self) -> None:
        """Write the words gathered so far as a block of their own."""
        words, self._words = self._words.strip(), ""
        mark, self._mark = self._mark, ""
        if not words:
            return
        quote, deep = "> " * self._quotes, "  " * max(0, len(self._lists) - 1)
        if self.lines and self.lines[-1] and not (mark and self._after_point):
            self.lines.append("")
        self._after_point = bool(mark)
        for number, line in enumerate(words.split("\n")):
            lead = f"{quote}{deep}{mark}" if number == 0 else quote + deep + " " * len(mark)
            self.lines += wrapped(line, lead, quote + deep + " " * len(mark)) or [""]

    def _next_mark(self) -> str:
        if not self._lists:
            return ""
        number = self._lists[-1]
        if number is None:
            return "- "
        self._lists[-1] = number + 1
        return f"{number}. "
