"""Authors' texts: Markdown files in, a title and safe HTML out.

Raw HTML in the Markdown is shown as text; links leave with `rel=noopener nofollow`.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import unescape

import nh3
from markdown_it import MarkdownIt

LONGEST = 20_000
TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "h2", "h3", "h4", "a", "blockquote", "hr", "code", "table",
        "thead", "tbody", "tr", "th", "td"}  # fmt: skip
ATTRIBUTES = {"a": {"href"}}
SCHEMES = {"https", "http", "mailto"}
REL = "noopener nofollow"
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True, slots=True)
class AuthorText:
    """One text in one language: its first heading as the title, the rest as HTML, and the words as written."""

    title: str
    html: str
    source: str

    @property
    def plain(self) -> str:
        """The body as it is read aloud, without any markup; what a consent notice is proven by."""
        return unescape(nh3.clean(self.html, tags=set())).strip()


def read_text(source: str) -> AuthorText:
    """Markdown to a title and safe HTML."""
    lines = source.strip().splitlines()
    title = lines.pop(0)[2:].strip() if lines and lines[0].startswith("# ") else ""
    html = _MARKDOWN.render("\n".join(lines))
    return AuthorText(
        title, nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=REL), source
    )
