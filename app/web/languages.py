"""Which language a page speaks: the reader's choice, then the browser's, then the campaign's first.

Strings of the product live in app/translations; authors' texts come from the campaign.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from flask import Flask, g, request
from flask_babel import Babel
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from app.web.given import readable_form

SPOKEN = ("en", "fr")
LONGEST_HEADER = 200
RIGHT_TO_LEFT = {"ar", "he", "fa", "ur"}


def init_app(app: Flask) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    Babel(app, locale_selector=product_language)


def choose_language(offered: Sequence[str], preferred: str | None = None) -> str:
    """Settle the language of this request among those offered; returns it."""
    asked = request.args.get("lang") or readable_form().get("lang")
    chosen = next((lang for lang in (asked, preferred) if lang in offered), None)
    g.language = chosen or _best(request.headers.get("Accept-Language", "")[:LONGEST_HEADER], tuple(offered))
    return str(g.language)


@lru_cache(maxsize=1024)
def _best(accepted: str, offered: tuple[str, ...]) -> str:
    """The language offered that a browser's header likes best; the first one when it likes none."""
    liked = parse_accept_header(accepted, LanguageAccept)
    return liked.best_match(offered) or offered[0]


def language() -> str:
    """The language of this request."""
    return str(g.language) if "language" in g else choose_language(SPOKEN)


def product_language() -> str:
    """The language of the product's own strings: the request's, or English where we do not speak it."""
    main = language().partition("-")[0]
    return main if main in SPOKEN else "en"


def direction(lang: str) -> str:
    """`rtl` for languages written from right to left."""
    return "rtl" if lang.partition("-")[0] in RIGHT_TO_LEFT else "ltr"
