"""From text to tree: every mistake of spelling comes back as a fault, none as an exception.

The grammar is `grammar.lark`.  Limits: 4 000 characters, 50 levels.
To add a hint for a common slip (`&&`, `=`): one line in `SLIPS`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from lark import Lark, Token
from lark import Tree as Parsed
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from journeys.conditions.build import built
from journeys.conditions.faults import Fault, fault, nearest
from journeys.conditions.tree import Place, Tree, depth
from journeys.problems import Kind

LONGEST = 4_000
DEEPEST = 50

EMPTY = Kind(
    "condition.empty",
    "error",
    "the condition is empty",
    "la condition est vide",
    "write what must hold, as crm.known",
    "écrivez ce qui doit être vrai, par exemple crm.known",
)
TOO_LONG = Kind(
    "condition.too_long",
    "error",
    "the condition has {found} characters; at most {limit}",
    "la condition a {found} caractères ; {limit} au plus",
    "name parts of it under `let`",
    "nommez-en des parties sous « let »",
)
TOO_DEEP = Kind(
    "condition.too_deep",
    "error",
    "the condition is nested more than {limit} levels deep",
    "la condition est imbriquée sur plus de {limit} niveaux",
    "name parts of it under `let`",
    "nommez-en des parties sous « let »",
)
FORBIDDEN = Kind(
    "condition.character",
    "error",
    "the character {found} is not allowed in a condition",
    "le caractère {found} n'est pas permis dans une condition",
    "delete it; it may be invisible",
    "supprimez-le ; il est peut-être invisible",
)
SYNTAX = Kind(
    "condition.syntax",
    "error",
    "“{found}” is not understood here; expected {expected_en}",
    "« {found} » n'est pas compris ici ; attendu : {expected_fr}",
    "{hint_en}",
    "{hint_fr}",
)
UNFINISHED = Kind(
    "condition.unfinished",
    "error",
    "the condition stops too early; expected {expected_en}",
    "la condition s'arrête trop tôt ; attendu : {expected_fr}",
)

# What people write by habit from elsewhere, and what is meant: pattern, English hint, French hint.
SLIPS: tuple[tuple[str, str, str], ...] = (
    (r"=(?![=<>])", "write == to compare", "écrivez == pour comparer"),
    (r"=>|≥|⩾", "write >=", "écrivez >="),
    (r"=<|≤|⩽", "write <=", "écrivez <="),
    (r"<>|≠", "write !=", "écrivez !="),
    (r"&&?|AND\b|And\b|et\b", "write and", "écrivez and"),
    (r"\|\|?|OR\b|Or\b|ou\b", "write or", "écrivez or"),
    (r"!|NOT\b|Not\b|non\b|pas\b", "write not before the test", "écrivez not devant le test"),
    (r"['“”„«»‘’`]", 'write texts in straight quotes: "fibre"', 'écrivez les textes entre guillemets droits : "fibre"'),
    (r'"', 'close the text with "', 'fermez le texte par "'),
    (r"-?[0-9]", "write the field first, then the value", "écrivez d'abord le champ, puis la valeur"),
    (r"[€$£]|EUR\b|USD\b", "write an amount as 150 EUR", "écrivez un montant comme 150 EUR"),
    (r"(True|TRUE|yes)\b", "write true", "écrivez true"),
    (r"(False|FALSE|no)\b", "write false", "écrivez false"),
    (r"(last|from|since|this)\b", "the window comes before the filters", "la période vient avant les filtres"),
    (r"not known\b", "write is unknown", "écrivez is unknown"),
    (r"[+*/%-]", "there is no arithmetic in conditions", "il n'y a pas de calcul dans les conditions"),
)  # fmt: skip

# How the grammar's own names are called when they are expected.
CALLED: dict[str, tuple[str, str]] = {
    "FIELD": ("a field", "un champ"),
    "NAME": ("a name from let", "un nom de let"),
    "TEXT": ("a text in double quotes", "un texte entre guillemets"),
    "DATE": ("a date as 2026-11-10", "une date comme 2026-11-10"),
    "MONEY": ("an amount as 150 EUR", "un montant comme 150 EUR"),
    "DURATION": ("a duration as 90d", "une durée comme 90d"),
    "NUMBER": ("a number", "un nombre"),
    "COMPARISON": ("a comparison (== != < <= > >=)", "une comparaison (== != < <= > >=)"),
    "_OPEN": ("“(”", "« ( »"),
    "_CLOSE": ("“)”", "« ) »"),
    "_DOT": ("“.”", "« . »"),
    "$END": ("the end", "la fin"),
}

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)


def parse(text: str) -> Tree | tuple[Fault, ...]:
    """The tree of a condition, or what is wrong with its spelling."""
    if faults := tuple(_hostile(text)):
        return faults
    try:
        parsed = _grammar().parse(text)
    except UnexpectedInput as stumble:
        return (_misspelt(text, stumble),)
    if _levels(parsed) > 3 * DEEPEST:  # before anything walks it by recursion
        return too_deep(text)
    tree = built(parsed)
    if isinstance(tree, tuple):
        return tree
    return too_deep(text) if depth(tree) > DEEPEST else tree


def too_deep(text: str) -> tuple[Fault, ...]:
    """The fault of a condition with too many levels."""
    return (fault(TOO_DEEP, (0, len(text)), limit=DEEPEST),)


@cache
def _grammar() -> Lark:
    grammar = files("journeys.conditions").joinpath("grammar.lark").read_text("utf-8")
    return Lark(grammar, parser="lalr", start="condition", propagate_positions=True)


def _levels(parsed: Parsed[Token]) -> int:
    deepest, level = 0, [parsed]
    while level:
        deepest += 1
        level = [child for node in level for child in node.children if isinstance(child, Parsed)]
    return deepest


def _hostile(text: str) -> Iterator[Fault]:
    """What is refused before anything is read."""
    if not text.strip():
        yield fault(EMPTY, (0, len(text)))
    elif len(text) > LONGEST:
        yield fault(TOO_LONG, (LONGEST, len(text)), found=len(text), limit=LONGEST)
    elif (found := next(filter(_is_forbidden, text), None)) is not None:
        at = text.index(found)
        yield fault(FORBIDDEN, (at, at + 1), found=f"U+{ord(found):04X}")
    elif (bracket := _deep_bracket(text)) is not None:
        yield fault(TOO_DEEP, (bracket, bracket + 1), limit=DEEPEST)


def _is_forbidden(character: str) -> bool:
    """Control characters, lone surrogates, and the signs that turn the direction of writing."""
    if character in "\t\r\n":
        return False
    return (
        unicodedata.category(character) in ("Cc", "Cs")
        or character in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )


def _deep_bracket(text: str) -> int | None:
    """Where brackets outside texts open once too often."""
    outside = _QUOTED.sub(lambda quoted: " " * len(quoted[0]), text)
    level = 0
    for place, character in enumerate(outside):
        level += (character == "(") - (character == ")")
        if level > DEEPEST + 1:  # one more for the brackets of `orders(...)` and `in (...)`
            return place
    return None


def _misspelt(text: str, stumble: UnexpectedInput) -> Fault:
    """The parser's stumble in words: where, what was expected, what may have been meant."""
    if isinstance(stumble, UnexpectedToken):
        expected, token = set(stumble.accepts or stumble.expected), stumble.token
        at = _place(text, token) if token.type != "$END" else (len(text), len(text))
    elif isinstance(stumble, UnexpectedCharacters):
        expected, at = set(stumble.allowed or ()), _word_at(text, stumble.pos_in_stream or 0)
    else:
        expected, at = set(), (len(text), len(text))
    words = [_in_words(expected, lang) for lang in (0, 1)]
    if at[0] >= len(text):
        end = len(text.rstrip())
        return fault(UNFINISHED, (end, end), expected_en=words[0], expected_fr=words[1])
    found = text[slice(*at)]
    hints = _hints(text[at[0] :], found, expected)
    return fault(
        SYNTAX, at, found=found, expected_en=words[0], expected_fr=words[1], hint_en=hints[0], hint_fr=hints[1]
    )


def _hints(rest: str, found: str, expected: set[str]) -> tuple[str, str]:
    if near := nearest(found, (word for name in expected for word in _spellings(name))):
        return f"did you mean {near[0]}?", f"vouliez-vous dire {near[0]} ?"
    return next(((en, fr) for slip, en, fr in SLIPS if re.match(slip, rest)), ("", ""))


def _in_words(expected: set[str], lang: int) -> str:
    called = sorted({CALLED[name][lang] for name in expected if name in CALLED})
    spelt = sorted({word for name in expected if name not in CALLED for word in _spellings(name)})
    return ", ".join(called + spelt) or ("something else", "autre chose")[lang]


def _spellings(name: str) -> list[str]:
    """The words behind a name of the grammar: one for `_AND`, several for `MEASURE`."""
    if name in CALLED:
        return []
    pattern: str = _grammar().get_terminal(name).pattern.value
    return re.findall(r"[a-z_]+", pattern.removesuffix(r"\b"))


def _place(text: str, token: Token) -> Place:
    start = token.start_pos or 0
    return start, token.end_pos or start + len(token)


def _word_at(text: str, start: int) -> Place:
    """The whole word that starts here, else the one character."""
    word = re.compile(r"[\w.-]+|[=<>!&|≤≥≠]+|.", re.DOTALL).match(text, start)
    return (start, word.end()) if word else (start, start)
