"""What one version of a campaign says, and where its journey's text comes from.  Pure values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from importlib.resources import files as package_files
from typing import Any
from zoneinfo import ZoneInfo

from app.services.campaigns.definition import CampaignDefinition
from app.services.campaigns.texts import AuthorText
from games.contract import Game, GameDefinition
from games.texts import say
from journeys.catalogue import Catalogue
from journeys.journey import Journey
from journeys.yamlfile import Document, read_yaml

Games = Mapping[str, tuple[Game[Any], GameDefinition]]
Texts = Mapping[tuple[str, str], AuthorText]  # by name and language

LIBRARY = "library:"
CAMPAIGN_FILE = "campaign.yaml"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a campaign takes from its brand: currency, time zone, declared attributes, country."""

    currency: str | None = None
    timezone: str = "UTC"
    attributes: Mapping[str, Any] = field(default_factory=dict)
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Reads:
    """What a journey's conditions ask of a person: fields, and whether her orders."""

    fields: frozenset[str]
    orders: bool


@dataclass(frozen=True, slots=True)
class CampaignContent:
    """Everything that one version of a campaign says, ready to be used."""

    definition: CampaignDefinition
    journey: Journey
    games: Games
    texts: Texts
    pictures: Mapping[str, str]  # name -> hash
    reads: Reads
    catalogue: Catalogue
    zone: ZoneInfo
    opens_at: datetime | None
    closes_at: datetime | None

    @property
    def slug(self) -> str:
        return self.definition.campaign

    @property
    def languages(self) -> tuple[str, ...]:
        return self.definition.languages

    def text(self, name: str, lang: str) -> AuthorText:
        """A screen's text in a language of the campaign, else in its first one."""
        found = self.texts.get((name, lang)) or self.texts.get((name, self.languages[0]))
        return found or AuthorText(name.replace("_", " ").capitalize(), "", "")

    def title(self, lang: str) -> str:
        return say(self.definition.title, lang)


def reads_of(journey: Journey) -> Reads:
    """Everything that the journey's conditions ask."""
    branches = [branch.when for step in journey.all_steps() for branch in step.branches]
    asked = [each for each in (journey.enter.when, journey.exit, *branches) if each is not None]
    programs = {f"program.{step.name}" for step in journey.all_steps() if step.about == "program"}
    fields = frozenset(programs.union(*(condition.fields for condition in asked)))
    return Reads(fields, any(condition.reads_orders for condition in asked))


def complete_files(files: Mapping[str, str]) -> dict[str, str]:
    """The files with the journey itself among them, also when campaign.yaml names one of the library.

    So that a version stays what it was when the library changes, and the studio has a text to edit.
    """
    source = journey_source(files)
    return {**files, "journey.yaml": source[1]} if source else dict(files)


def journey_source(files: Mapping[str, str]) -> tuple[str, str] | None:
    """The name and text of the campaign's journey: its own file, or the one of the library that it names."""
    document = read_yaml(files.get(CAMPAIGN_FILE, ""), CAMPAIGN_FILE)
    named = str(document.plain().get("journey", "journey.yaml")) if isinstance(document, Document) else "journey.yaml"
    if "journey.yaml" in files:
        return "journey.yaml", files["journey.yaml"]
    text = library_journey(named.removeprefix(LIBRARY)) if named.startswith(LIBRARY) else None
    return (named, text) if text is not None else None


@lru_cache
def library_journey(name: str) -> str | None:
    """The text of a ready-made journey, or none of that name."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        return None
    path = package_files("journeys").joinpath("library", f"{name}.yaml")
    return path.read_text("utf-8") if path.is_file() else None
