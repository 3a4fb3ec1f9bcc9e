"""`campaign.yaml` as it may be written: page, dates, languages, theme, pools, programs, consents, messages.

To add a key: one field here; what uses it reads it from `CampaignContent.definition`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from app.services.theme import Theme
from games.texts import Text
from journeys.reading.times import Wrong, read_moment, read_span

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=64)]
PoolCode = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$", max_length=64)]
Ask = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}\.(email|sms|phone|push|ad_match)$")]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")]

_WEB = re.compile(r"https?://[^\s<>\"'\\]+")
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?")


def wrong(en: str, fr: str) -> PydanticCustomError:
    """A value that cannot be used, with the reason in both languages."""
    return PydanticCustomError("said", "said", {"en": en, "fr": fr})


def _read_span(value: object) -> object:
    if isinstance(value, timedelta):
        return value
    read = read_span(str(value))
    if isinstance(read, Wrong):
        raise wrong(read.en, read.fr)
    return read


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise wrong(f"there is no time zone “{name}”", f"le fuseau horaire « {name} » n'existe pas")
    return name


def _matching(pattern: re.Pattern[str], en: str, fr: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise wrong(en, fr)
        return value

    return check


def _number_as_text(value: object) -> object:
    return str(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else value


Span = Annotated[timedelta, BeforeValidator(_read_span)]
Zone = Annotated[str, AfterValidator(_zone)]
Link = Annotated[str, AfterValidator(_matching(_WEB, "a link starts with https://", "un lien commence par https://"))]
Origin = Annotated[
    str,
    AfterValidator(
        _matching(_ORIGIN, "an origin is https://host, without a path", "une origine s'écrit https://hôte, sans chemin")
    ),
]
Worth = Annotated[Text, BeforeValidator(_number_as_text)]


class Part(BaseModel):
    """A piece of campaign.yaml: frozen, exact, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class PageDefinition(Part):
    slug: Slug
    name: Text
    followers: Annotated[int, Field(ge=0)] | None = None


class Open(Part):
    """Campaign dates; `from` and `until` are read in the zone."""

    from_: Annotated[str | None, Field(alias="from")] = None
    until: str | None = None
    timezone: Zone | None = None

    def moments(self, zone: str) -> tuple[datetime | None, datetime | None]:
        """When it opens and closes, aware UTC.  Raises: PydanticCustomError with the reason."""
        opens = _moment(self.from_, zone, end=False)
        closes = _moment(self.until, zone, end=True)
        if opens and closes and closes <= opens:
            raise wrong("the campaign closes before it opens", "l'opération se termine avant de commencer")
        return opens, closes

    @model_validator(mode="after")
    def _check(self) -> Open:
        self.moments(self.timezone or "UTC")
        return self


class ThemeDefinition(Part):
    brand: Colour
    accent: Colour
    name: str | None = None
    logo_letter: Annotated[str, StringConstraints(min_length=1, max_length=2)] | None = None
    radius: Annotated[int, Field(ge=0, le=32)] = 14

    @property
    def colours(self) -> Theme:
        """What the tab's stylesheet is derived from."""
        return Theme(self.brand, self.accent, self.radius)


class Start(Part):
    text: Id
    kicker: Text | None = None
    button: Text | None = None


class Pool(Part):
    """A coupon pool's rules."""

    title: Text
    value: Worth
    kind: Literal["generated", "imported", "shared"]
    shared: Annotated[str, StringConstraints(min_length=3, max_length=64)] | None = None
    stock: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    valid: Span | None = None
    per_person: Annotated[int, Field(ge=1)] = 1
    terms: Text | None = None
    link: Link | None = None
    mail: Id | None = None

    @property
    def endless(self) -> bool:
        """Whether it has a coupon for everybody who comes: imported pools end with their codes."""
        return self.stock is None and self.kind != "imported"

    @model_validator(mode="after")
    def _check(self) -> Pool:
        if (self.kind == "shared") != (self.shared is not None):
            raise wrong(
                "“shared:” holds the one code of a pool of kind shared, and only there",
                "« shared: » contient le code unique d'une réserve de type shared, et seulement là",
            )
        return self


class Program(Part):
    """What a fan may join, with an advantage of its own."""

    name: Text
    advantage: Text | None = None
    text: Id | None = None
    asks: Annotated[tuple[Ask, ...], Field(strict=False)] = ()
    join: Text | None = None
    refuse: Text | None = None


class ConsentDefinition(Part):
    """One box: its label, and the file with the exact words.  There is no way to tick it beforehand."""

    label: Text
    notice: Id


class MessageDefinition(Part):
    """A mail.  It rests on the consent to its purpose; `service` needs none, and may advertise nothing."""

    subject: Text
    text: Id
    purpose: Id = "newsletter"
    coupon: PoolCode | None = None


class Embed(Part):
    origins: Annotated[tuple[Origin, ...], Field(strict=False)] = ()


class CampaignDefinition(Part):
    """campaign.yaml, read."""

    campaign: Slug
    title: Text
    description: Text | None = None
    page: PageDefinition
    languages: Annotated[tuple[Language, ...], Field(strict=False, min_length=1)]
    open: Open = Field(default_factory=Open)
    theme: ThemeDefinition
    start: Start
    rules: Id
    privacy: Id
    journey: str = "journey.yaml"
    pools: dict[PoolCode, Pool] = {}
    programs: dict[Id, Program] = {}
    consents: dict[Ask, ConsentDefinition] = {}
    messages: dict[Id, MessageDefinition] = {}
    attributes: dict[str, Any] = {}
    embed: Embed = Embed()

    def zone(self, brand_zone: str) -> ZoneInfo:
        """The campaign's zone: its own, else the brand's."""
        return ZoneInfo(self.open.timezone or brand_zone)


def _moment(written: str | None, zone: str, end: bool) -> datetime | None:
    if written is None:
        return None
    read = read_moment(written, ZoneInfo(zone), end=end)
    if isinstance(read, Wrong):
        raise wrong(read.en, read.fr)
    return read
