"""Coupon codes: made so that nobody guesses one, written so that nobody mistypes one.

Twelve symbols of Crockford's base 32 (60 bits) and a check symbol: `7QK4-M0ZR-D2XA-T`.
Source: D. Crockford, Base 32 (2019), with its check symbol modulo 37.
"""

from __future__ import annotations

import re
import secrets

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHECK_SYMBOLS = SYMBOLS + "*~$=U"
LENGTH = 12
_BLANKS = re.compile(r"[\s\u00ad\u200b\u2010-\u2015\u2060\u2212\ufeff-]+")
_LOOK_ALIKES = str.maketrans({"I": "1", "L": "1", "O": "0"})
_GENERATED = re.compile(rf"[{SYMBOLS}]{{{LENGTH}}}[{re.escape(CHECK_SYMBOLS)}]")


def new_code() -> str:
    """A fresh code that cannot be guessed."""
    symbols = "".join(secrets.choice(SYMBOLS) for _ in range(LENGTH))
    return grouped(symbols + check_symbol(symbols))


def check_symbol(symbols: str) -> str:
    """The symbol that tells a mistyped code from a real one."""
    number = 0
    for symbol in symbols:
        number = number * len(SYMBOLS) + SYMBOLS.index(symbol)
    return CHECK_SYMBOLS[number % 37]


def grouped(symbols: str) -> str:
    """The code as it is shown: groups of four."""
    return "-".join(symbols[start : start + 4] for start in range(0, len(symbols), 4))


def normal_code(typed: str) -> str:
    """The one spelling under which a code is looked up: upper case, no blanks or dashes.

    O, I and L become 0, 1 and 1 when that makes it one of our own codes.
    """
    plain = _BLANKS.sub("", typed).upper()
    ours = plain.translate(_LOOK_ALIKES)
    if _GENERATED.fullmatch(ours) and check_symbol(ours[:LENGTH]) == ours[LENGTH]:
        return ours
    return plain
