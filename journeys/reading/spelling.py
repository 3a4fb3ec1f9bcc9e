"""Did you mean: the nearest word, or the word for what another tool calls so."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

# What people write out of habit, and what it is called here.
HABITS = {
    "optin": "offer",
    "opt_in": "offer",
    "subscribe": "offer",
    "program": "offer",
    "coupon": "give",
    "reward": "give",
    "prize": "give",
    "game": "play",
    "quiz": "play",
    "vote": "play",
    "if": "when",
    "condition": "when",
    "branch": "choose",
    "switch": "choose",
    "case": "of",
    "cases": "of",
    "branches": "of",
    "else": "otherwise",
    "default": "otherwise",
    "delay": "wait",
    "sleep": "wait",
    "timer": "wait",
    "email": "message",
    "mail": "message",
    "sms": "message",
    "form": "ask",
    "screen": "show",
    "page": "show",
    "set": "save",
    "label": "as",
    "then": "do",
    "stop": "end",
    "exit": "end",
    "random": "split",
    "start": "from",
    "zone": "timezone",
    "tz": "timezone",
}


def near(word: str, words: Iterable[str]) -> dict[str, str]:
    """The hint "did you mean", in both languages; empty when nothing is near."""
    known = list(words)
    if (habit := HABITS.get(word.lower())) in known:
        return {"near_en": f"did you mean '{habit}'?", "near_fr": f"vouliez-vous dire « {habit} » ?"}
    lower = {name.lower(): name for name in known}
    found = get_close_matches(word.lower()[:80], lower, n=1, cutoff=0.6)
    if not found:
        return {"near_en": "", "near_fr": ""}
    return {"near_en": f"did you mean '{lower[found[0]]}'?", "near_fr": f"vouliez-vous dire « {lower[found[0]]} » ?"}
