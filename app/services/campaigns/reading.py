"""Reading a campaign's files together: definition, journey, games, texts.  File names and texts in, content out.

A version's content is read once in a process and kept, for a version never changes.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.models import Brand, CampaignVersion
from app.services.campaigns.content import (
    CAMPAIGN_FILE,
    LIBRARY,
    CampaignContent,
    Games,
    Surroundings,
    Texts,
    journey_source,
    reads_of,
)
from app.services.campaigns.definition import CampaignDefinition
from app.services.campaigns.findings import (
    MISSING_TEXT,
    NO_CAMPAIGN_FILE,
    NO_JOURNEY_FILE,
    NO_LIBRARY_JOURNEY,
    NOT_CLEAN_TEXT,
    UNKNOWN_ASK,
    UNKNOWN_FILE,
    from_game_faults,
    from_validation,
    weak_contrasts,
)
from app.services.campaigns.mails import SERVICE, mail_findings
from app.services.campaigns.texts import LONGEST, AuthorText, read_text
from games.contract import Game, GameDefinition
from games.registry import read_game
from journeys.catalogue import Catalogue, builtin_catalogue, load_catalogue
from journeys.journey import Journey
from journeys.loading import load_journey
from journeys.problems import Problem, has_errors, in_order
from journeys.world import World
from journeys.yamlfile import Document, read_yaml

_FILE = re.compile(
    r"campaign\.yaml|journey\.yaml|games/[a-z][a-z0-9_]*\.yaml|texts/[a-z][a-z0-9_]*\.[a-z]{2,3}(-[A-Z]{2})?\.md"
    r"|images/[a-z0-9][a-z0-9_-]*\.(png|jpg|jpeg|webp)"
)
_HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def read_content(
    files: Mapping[str, str], surroundings: Surroundings, published: bool = False
) -> tuple[CampaignContent | None, tuple[Problem, ...]]:
    """The content of a campaign's files, or none; and every problem at once.

    What is `published` is read as it was let through then: checks that came later do not stop who is in it.
    """
    reader = ContentReader(files, surroundings, published)
    content = reader.read()
    problems = in_order(reader.problems)
    return (None if has_errors(problems) else content), problems


def check_files(files: Mapping[str, str], surroundings: Surroundings) -> tuple[Problem, ...]:
    """Every problem of a campaign's files."""
    return read_content(files, surroundings)[1]


def content_of(tx: Session, version_id: uuid.UUID) -> CampaignContent:
    """The content of a published version."""
    return _kept.get(version_id) or _keep(tx, version_id)


MOST_KEPT = 200
_kept: dict[uuid.UUID, CampaignContent] = {}


def _keep(tx: Session, version_id: uuid.UUID) -> CampaignContent:
    version = tx.get_one(CampaignVersion, version_id)
    content, problems = read_content(version.files, Surroundings(**version.surroundings), published=True)
    if content is None:
        raise RuntimeError(f"published version {version_id} does not read: {problems[0]}")
    while len(_kept) >= MOST_KEPT:
        _kept.pop(next(iter(_kept)), None)  # the one read first; whoever needs it reads it again
    _kept[version_id] = content
    return content


def surroundings_of(brand: Brand) -> Surroundings:
    """What a campaign of this brand takes from it."""
    return Surroundings(brand.currency, brand.timezone, brand.attributes, brand.country)


class ContentReader:
    """Reads the files one after the other and gathers the problems on the way."""

    def __init__(self, files: Mapping[str, str], surroundings: Surroundings, published: bool = False) -> None:
        self.published = published
        self.files = {name: text for name, text in files.items() if _FILE.fullmatch(name)}
        self.strange = sorted(files.keys() - self.files.keys())
        self.around = surroundings
        self.problems: list[Problem] = []

    def read(self) -> CampaignContent | None:
        """The whole content; none when a part cannot be read."""
        definition = self._definition()
        if definition is None:
            return None
        self._strange_files()
        catalogue = self._catalogue(definition)
        texts = dict(self._texts(definition))
        games = dict(self._games(definition))
        world = self._world(definition, catalogue, texts, games)
        journey = self._journey(world)
        if journey is None:
            return None
        zone = definition.zone(self.around.timezone)
        return CampaignContent(
            definition, journey, games, texts, _pictures(self.files), reads_of(journey), catalogue, zone,
            world.opens_at, world.closes_at,
        )  # fmt: skip

    def world(self) -> World | None:
        """What surrounds the journey, without reading the journey itself."""
        definition = self._definition()
        if definition is None:
            return None
        texts, games = dict(self._texts(definition)), dict(self._games(definition))
        return self._world(definition, self._catalogue(definition), texts, games)

    def _world(self, definition: CampaignDefinition, catalogue: Catalogue, texts: Texts, games: Games) -> World:
        zone = definition.zone(self.around.timezone)
        opens_at, closes_at = definition.open.moments(zone.key)
        return World(
            games={name: game.fields(defined) for name, (game, defined) in games.items()},
            pools={code: pool.stock for code, pool in definition.pools.items()},
            programs={name: program.asks for name, program in definition.programs.items()},
            screens=frozenset(name for name, _lang in texts),
            messages=frozenset(definition.messages),
            catalogue=catalogue,
            currency=self.around.currency,
            timezone=zone.key,
            languages=definition.languages,
            opens_at=opens_at,
            closes_at=closes_at,
            chance=frozenset(name for name, (game, _) in games.items() if game.chance),
            endless=frozenset(code for code, pool in definition.pools.items() if pool.endless),
            expiring=frozenset(code for code, pool in definition.pools.items() if pool.valid),
            services=frozenset(name for name, message in definition.messages.items() if message.purpose == SERVICE),
            country=self.around.country,
            alone=True,
        )

    def _definition(self) -> CampaignDefinition | None:
        if CAMPAIGN_FILE not in self.files:
            self.problems.append(Problem(NO_CAMPAIGN_FILE, CAMPAIGN_FILE))
            return None
        document = self._document(CAMPAIGN_FILE)
        if document is None:
            return None
        plain = document.plain()
        try:
            definition = CampaignDefinition.model_validate(plain, context={"languages": tuple(_languages(plain))})
        except ValidationError as error:
            self.problems += from_validation(error, document, CampaignDefinition.model_json_schema())
            return None
        self.problems += _unknown_asks(definition, document)
        self.problems += mail_findings(definition, document)
        self.problems += weak_contrasts(definition.theme.colours, document)
        return definition

    def _document(self, name: str) -> Document | None:
        read = read_yaml(self.files[name], name)
        if isinstance(read, Document):
            return read
        self.problems += read
        return None

    def _strange_files(self) -> None:
        self.problems += [Problem(UNKNOWN_FILE, name) for name in self.strange]

    def _catalogue(self, definition: CampaignDefinition) -> Catalogue:
        declared = {**self.around.attributes, **definition.attributes}
        read = load_catalogue({"fields": declared}, CAMPAIGN_FILE, builtin_catalogue())
        if isinstance(read, Catalogue):
            return read
        document = read_yaml(self.files[CAMPAIGN_FILE], CAMPAIGN_FILE)
        for problem in read:
            path = ("attributes", *tuple(problem.values.get("path", ()))[1:])  # type: ignore[arg-type]
            line, col = document.position(path) if isinstance(document, Document) else (1, 1)
            self.problems.append(Problem(problem.kind, CAMPAIGN_FILE, line, col, problem.values))
        return builtin_catalogue()

    def _games(self, definition: CampaignDefinition) -> Iterator[tuple[str, tuple[Game[Any], GameDefinition]]]:
        for name in sorted(self.files):
            if not name.startswith("games/") or (document := self._document(name)) is None:
                continue
            read = read_game(document.plain(), definition.languages)
            if isinstance(read, tuple) and len(read) == 2 and isinstance(read[1], GameDefinition):
                yield name.removeprefix("games/").removesuffix(".yaml"), (read[0], read[1])
            else:
                self.problems += from_game_faults(read, document)

    def _texts(self, definition: CampaignDefinition) -> Iterator[tuple[tuple[str, str], AuthorText]]:
        for name in sorted(self.files):
            if not name.startswith("texts/"):
                continue
            source = self.files[name]
            if _HIDDEN.search(source) or len(source) > LONGEST:
                self.problems.append(Problem(NOT_CLEAN_TEXT, name, values={"limit": LONGEST}))
            stem, lang = name.removeprefix("texts/").removesuffix(".md").split(".", 1)
            yield (stem, lang), read_text(source)
        for stem, place in _wanted_texts(definition):
            for lang in definition.languages:
                if f"texts/{stem}.{lang}.md" not in self.files:
                    document = read_yaml(self.files[CAMPAIGN_FILE], CAMPAIGN_FILE)
                    line, col = document.position(place) if isinstance(document, Document) else (1, 1)
                    values = {"name": stem, "lang": lang}
                    self.problems.append(Problem(MISSING_TEXT, CAMPAIGN_FILE, line, col, values))

    def _journey(self, world: World) -> Journey | None:
        source = journey_source(self.files)
        if source is None:
            named = str(_plain_journey(self.files))
            kind = NO_LIBRARY_JOURNEY if named.startswith(LIBRARY) else NO_JOURNEY_FILE
            self.problems.append(Problem(kind, CAMPAIGN_FILE, values={"name": named}))
            return None
        loaded = load_journey(source[1], source[0], world, checked=not self.published)
        self.problems += loaded.problems
        return loaded.journey


def _pictures(files: Mapping[str, str]) -> dict[str, str]:
    """Picture name -> hash of its content."""
    named = {name: text for name, text in files.items() if name.startswith("images/")}
    return {name[len("images/") :].rpartition(".")[0]: text.partition(":")[2] for name, text in named.items()}


def _plain_journey(files: Mapping[str, str]) -> object:
    document = read_yaml(files[CAMPAIGN_FILE], CAMPAIGN_FILE)
    return document.plain().get("journey", "journey.yaml") if isinstance(document, Document) else "journey.yaml"


def _languages(plain: Any) -> list[str]:
    found = plain.get("languages") if isinstance(plain, dict) else None
    return [lang for lang in found if isinstance(lang, str)] if isinstance(found, list) else []


def _unknown_asks(definition: CampaignDefinition, document: Document) -> Iterator[Problem]:
    """A program can only ask for consents whose exact words are there."""
    for name, program in definition.programs.items():
        for index, ask in enumerate(program.asks):
            if ask not in definition.consents:
                line, col = document.position(("programs", name, "asks", index))
                yield Problem(UNKNOWN_ASK, CAMPAIGN_FILE, line, col, {"ask": ask})


def _wanted_texts(definition: CampaignDefinition) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """The texts that campaign.yaml names, each with its place there."""
    yield definition.start.text, ("start", "text")
    yield definition.rules, ("rules",)
    yield definition.privacy, ("privacy",)
    for name, program in definition.programs.items():
        if program.text:
            yield program.text, ("programs", name, "text")
    for ask, consent in definition.consents.items():
        yield consent.notice, ("consents", ask, "notice")
    for name, message in definition.messages.items():
        yield message.text, ("messages", name, "text")
