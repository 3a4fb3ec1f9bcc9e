"""What the YAML reader refuses, in words that the author of a file can act on.

`text_of` turns bytes into text or says why not; `faulty_letters` looks at the text before any parser does;
`syntax_problem` words what the parser stumbled over.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from yaml import YAMLError
from yaml.error import MarkedYAMLError

from journeys.problems import Kind, Problem

MAX_BYTES = 256 * 1024
MAX_REPORTED = 20  # of one sort; the rest are like them

TOO_BIG = Kind(
    "yaml.too_big",
    "error",
    "the file is too big: at most {limit} KiB",
    "le fichier est trop gros : au plus {limit} Kio",
)
NOT_UTF8 = Kind(
    "yaml.not_utf8",
    "error",
    "file is not UTF-8 (byte {byte})",
    "le fichier n'est pas en UTF-8 (octet {byte})",
    "save it as UTF-8 in the editor",
    "enregistrez-le en UTF-8 dans l'éditeur",
)
LETTER = Kind(
    "yaml.hidden_character",
    "error",
    "the invisible character {code} is not allowed",
    "le caractère invisible {code} n'est pas permis",
    "delete it and type the text again",
    "effacez-le et retapez le texte",
)
TAB = Kind("yaml.tab", "error", "tab; use spaces", "tabulation ; mettez des espaces")
EMPTY = Kind("yaml.empty", "error", "the file is empty", "le fichier est vide")
NOT_A_MAPPING = Kind(
    "yaml.not_a_mapping",
    "error",
    "the file must be made of 'name: value' lines, and this is {found}",
    "le fichier doit être fait de lignes « nom : valeur », et ceci est {found_fr}",
)
TWO_DOCUMENTS = Kind(
    "yaml.two_documents",
    "error",
    "a second document starts here; one file holds one",
    "un deuxième document commence ici ; un fichier n'en contient qu'un",
    "remove the line '---'",
    "retirez la ligne « --- »",
)
ALIAS = Kind(
    "yaml.alias",
    "error",
    "aliases are not allowed (line {line})",
    "les alias ne sont pas permis (ligne {line})",
    "write the text out, or put it between quotes if it starts with & or *",
    "écrivez le texte en entier, ou mettez-le entre guillemets s'il commence par & ou *",
)
MERGE = Kind(
    "yaml.merge",
    "error",
    "merges (<<) are not allowed (line {line})",
    "les fusions (<<) ne sont pas permises (ligne {line})",
    "write the lines out",
    "écrivez les lignes en entier",
)
TAG = Kind(
    "yaml.tag",
    "error",
    "tags are not allowed ({tag})",
    "les étiquettes de type ne sont pas permises ({tag})",
    "put the text between quotes if it starts with !",
    "mettez le texte entre guillemets s'il commence par !",
)
DIRECTIVE = Kind("yaml.directive", "error", "directives (%) are not allowed", "les directives (%) ne sont pas permises")
DUPLICATE = Kind(
    "yaml.duplicate_key",
    "error",
    "line {line}: '{key}' already given on line {first}",
    "ligne {line} : « {key} » est déjà donné ligne {first}",
    "keep one of the two",
    "gardez l'un des deux",
)
KEY = Kind("yaml.key_not_text", "error", "a name must be a text", "un nom doit être un texte")
TOO_COMPLEX = Kind(
    "yaml.too_complex",
    "error",
    "too complex: more than {nodes} nodes / depth {depth}",
    "trop complexe : plus de {nodes} nœuds / profondeur {depth}",
)
NUMBER = Kind(
    "yaml.number",
    "error",
    "this number is too long, or is none ({start})",
    "ce nombre est trop long, ou n'en est pas un ({start})",
    "put it between quotes if it is a text",
    "mettez-le entre guillemets si c'est un texte",
)
SYNTAX = Kind(
    "yaml.syntax", "error", "this is not well-formed YAML: {what}", "ce n'est pas du YAML bien formé : {what_fr}"
)

# The parser's words, and ours.
_UNCLOSED = ("a quote is opened here and never closed", "un guillemet s'ouvre ici et ne se ferme pas")
_WORDS: tuple[tuple[str, str, str], ...] = (
    (
        "mapping values are not allowed",
        "a colon is out of place (put the text between quotes if it holds ': ')",
        "deux-points mal placés (mettez le texte entre guillemets s'il contient « : »)",
    ),
    (
        "unexpected end of stream",
        "a quote is opened here and never closed",
        "un guillemet s'ouvre ici et ne se ferme pas",
    ),
    (
        "unexpected document indicator",
        "a quote is opened here and never closed",
        "un guillemet s'ouvre ici et ne se ferme pas",
    ),
    (
        "expected ',' or ']'",
        "a bracket [ is opened and not closed before here",
        "un crochet [ ouvert n'est pas fermé avant ici",
    ),
    (
        "expected ',' or '}'",
        "a brace { is opened and not closed before here",
        "une accolade { ouverte n'est pas fermée avant ici",
    ),
    (
        "expected '-' indicator",
        "a list item starting with '- ' was expected here",
        "un élément de liste « - » était attendu ici",
    ),
    (
        "expected key",
        "a name was expected here; look at the indentation",
        "un nom était attendu ici ; voyez le retrait",
    ),
    ("could not find expected ':'", "a ':' is missing after this name", "il manque « : » après ce nom"),
    (
        "cannot start any token",
        "a text cannot start with this character; put it between quotes",
        "un texte ne peut pas commencer par ce caractère ; mettez-le entre guillemets",
    ),
    (
        "sequence entries are not allowed",
        "a list cannot start on this line",
        "une liste ne peut pas commencer sur cette ligne",
    ),
    (
        "escape",
        "this \\ escape is unknown; write \\\\ for a backslash",
        "cet échappement \\ est inconnu ; écrivez \\\\",
    ),
    ("expected node content", "a value was expected here", "une valeur était attendue ici"),
    (
        "expected <document start>",
        "this line stands further left than the first one",
        "cette ligne est plus à gauche que la première",
    ),
)
_OPENED = ("unexpected end of stream", "unexpected document indicator", "could not find expected ':'")

# Controls, the Unicode property Bidi_Control, line breaks of no editor, lone surrogates, non-characters.
_FAULTY = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
_TAB = re.compile(r"^ *\t", re.MULTILINE)


def text_of(source: bytes | str, file: str) -> str | Problem:
    """The file as text, or why it is none."""
    if len(source) > MAX_BYTES:
        return Problem(TOO_BIG, file, values={"limit": MAX_BYTES // 1024})
    if isinstance(source, str):
        return source.removeprefix("\ufeff")
    try:
        return source.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = source[: error.start].decode("utf-8")
        return Problem(NOT_UTF8, file, *place_in(before, len(before)), values={"byte": error.start + 1})


def place_in(text: str, index: int) -> tuple[int, int]:
    """Line and column, from 1, of a letter of the text."""
    return text.count("\n", 0, index) + 1, index - (text.rfind("\n", 0, index) + 1) + 1


def faulty_letters(text: str, file: str) -> Iterator[Problem]:
    """Invisible letters and tab indentation, the first few of each."""
    lines = [0, *(found.end() for found in re.finditer("\n", text))]
    for kind, pattern in ((LETTER, _FAULTY), (TAB, _TAB)):
        for count, found in enumerate(pattern.finditer(text)):
            if count == MAX_REPORTED:
                break
            index = found.end() - 1
            line = bisect_right(lines, index)
            yield Problem(kind, file, line, index - lines[line - 1] + 1, {"code": f"U+{ord(text[index]):04X}"})


def faulty_letter_in(text: str) -> str | None:
    """The code of the first invisible letter of a text, such as one that an escape made."""
    found = _FAULTY.search(text)
    return f"U+{ord(found.group()):04X}" if found else None


def syntax_problem(error: Exception, file: str) -> Problem:
    """What the parser stumbled over, in our words."""
    if not isinstance(error, MarkedYAMLError):
        return Problem(SYNTAX, file, values={"what": "it cannot be read", "what_fr": "il est illisible"})
    said = error.problem or ""
    mark = error.context_mark if error.context_mark and said.endswith(_OPENED) else error.problem_mark
    mark = mark or error.context_mark
    place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    for words, en, fr in _WORDS:
        if words in said:
            return Problem(SYNTAX, file, *place, values={"what": en, "what_fr": fr})
    return Problem(SYNTAX, file, *place, values={"what": said or "it cannot be read", "what_fr": "il est illisible"})


UNREADABLE = (YAMLError, ValueError, RecursionError, MemoryError, OverflowError)
