"""What can be wrong with a campaign's files, in words, and how other findings become Problems with a place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from app.services.theme import Theme, check_contrast
from games.faults import GameFault, findings, from_pydantic
from journeys.problems import Kind, Problem
from journeys.yamlfile import Document


def _error(code: str, en: str, fr: str, hint_en: str = "", hint_fr: str = "") -> Kind:
    return Kind(f"campaign.{code}", "error", en, fr, hint_en, hint_fr)


NO_CAMPAIGN_FILE = _error(
    "no_file", "there is no campaign.yaml", "il n'y a pas de campaign.yaml",
    "a campaign folder holds campaign.yaml, journey.yaml, games/ and texts/",
    "un dossier d'opération contient campaign.yaml, journey.yaml, games/ et texts/",
)  # fmt: skip
NO_JOURNEY_FILE = _error(
    "no_journey", "there is no journey.yaml", "il n'y a pas de journey.yaml",
    "add the file, or write “journey: library:NAME”", "ajoutez le fichier, ou écrivez « journey: library:NOM »",
)  # fmt: skip
NO_LIBRARY_JOURNEY = _error(
    "no_library_journey", "the library has no journey “{name}”", "la bibliothèque n'a pas de parcours « {name} »",
)  # fmt: skip
UNKNOWN_FILE = Kind(
    "campaign.unknown_file", "warning", "this file is not part of a campaign and is left out",
    "ce fichier ne fait pas partie d'une opération et n'est pas pris",
    "a campaign has campaign.yaml, journey.yaml, games/<id>.yaml and texts/<id>.<lang>.md",
    "une opération a campaign.yaml, journey.yaml, games/<id>.yaml et texts/<id>.<langue>.md",
)  # fmt: skip
MISSING_TEXT = _error(
    "missing_text", "the text texts/{name}.{lang}.md is missing", "le texte texts/{name}.{lang}.md manque",
)  # fmt: skip
NOT_CLEAN_TEXT = _error(
    "text", "this text has hidden characters or more than {limit} characters",
    "ce texte a des caractères cachés ou dépasse {limit} caractères",
)  # fmt: skip
UNKNOWN_ASK = _error(
    "unknown_ask", "“{ask}” is asked for, but “consents:” does not hold its exact words",
    "« {ask} » est demandé, mais « consents: » n'en contient pas les mots exacts",
    "add it under “consents:” with a label and a notice", "ajoutez-le sous « consents: » avec un label et une notice",
)  # fmt: skip
PRE_TICKED = _error(
    "pre_ticked", "a consent cannot be pre-ticked", "un consentement ne peut pas être coché d'avance",
    "GDPR art. 4(11), CJEU C-673/17 Planet49: take the key away",
    "RGPD art. 4(11), CJUE C-673/17 Planet49 : retirez la clé",
)  # fmt: skip
WEAK_CONTRAST = _error(
    "contrast", "{what_en} cannot be read well: contrast {ratio}, wanted {wanted}",
    "{what_fr} se lisent mal : contraste {ratio}, il faut {wanted}",
    "the nearest colour that works is {proposal}", "la couleur la plus proche qui convient est {proposal}",
)  # fmt: skip
TICKING_WORDS = {"checked", "ticked", "default", "preselected"}


def from_validation(error: ValidationError, document: Document, schema: Mapping[str, Any]) -> Iterator[Problem]:
    """The findings of a strict reading of campaign.yaml, each at its place."""
    faults = from_pydantic(error, schema)
    for found, fault in zip(findings(error), faults, strict=True):
        path = tuple(part for part in fault.path if part not in {"[key]"})
        if "consents" in path and path[-1] in TICKING_WORDS:
            yield _placed(PRE_TICKED, path, document, True)
        elif found["type"] == "said":
            reason = found["ctx"]
            yield _placed(_error("value", reason["en"], reason["fr"]), path, document, False)
        else:
            yield _placed(_kind_of(fault, "campaign"), path, document, fault.at_key)


def weak_contrasts(theme: Theme, document: Document) -> Iterator[Problem]:
    """What fans could not read or press in these colours, each with the nearest colour that works."""
    for found in check_contrast(theme):
        if not found.passes:
            line, col = document.position(("theme", found.pair.chosen))
            values = {
                "what_en": found.pair.en, "what_fr": found.pair.fr, "ratio": f"{found.ratio:.1f}",
                "wanted": found.pair.wanted, "proposal": found.proposal or "?",
            }  # fmt: skip
            kind = WEAK_CONTRAST if found.pair.blocks else replace(WEAK_CONTRAST, level="warning")
            yield Problem(kind, document.file, line, col, values)


def from_game_faults(faults: Iterable[object], document: Document) -> Iterator[Problem]:
    """The faults of a game's file, each at its place."""
    for fault in faults:
        if isinstance(fault, GameFault):
            yield _placed(_kind_of(fault, "game"), fault.path, document, fault.at_key)


def _kind_of(fault: GameFault, area: str) -> Kind:
    code = f"{area}.{fault.code.partition('.')[2]}"
    return Kind(code, "error", fault.en, fault.fr, fault.hint_en, fault.hint_fr)


def _placed(kind: Kind, path: tuple[str | int, ...], document: Document, at_key: bool) -> Problem:
    line, col = document.position(path, key=at_key)
    return Problem(kind, document.file, line, col)
