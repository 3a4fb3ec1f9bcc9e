"""Sending the same request again: what was typed stays, and its idempotency key makes a repeat harmless.

Who is told when to come back is given a button for it, also without scripts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import request

from app.web.given import readable_form

PASSWORDS: Final = {"password", "current", "fresh", "again"}  # never sent back to a page


@dataclass(frozen=True, slots=True)
class Again:
    """The same request: where it went, and the fields of its form; none for a page that was only looked at."""

    address: str
    fields: tuple[tuple[str, str], ...]
    posts: bool


def this_again() -> Again | None:
    """What the browser has just asked for, to be asked again; None where that cannot be offered."""
    address = "/" + request.full_path.lstrip("/\\").removesuffix("?")  # two slashes would lead to another host
    if request.method == "GET":
        return Again(address, (), posts=False)
    form = readable_form()
    if request.method != "POST" or request.files or PASSWORDS & form.keys():
        return None
    return Again(address, tuple(form.items(multi=True)), posts=True)
