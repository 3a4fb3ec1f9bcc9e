"""What surrounds a journey file: the campaign's games, pools, programs, screens, messages, dates and languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from journeys.catalogue import Catalogue, builtin_catalogue

GameFields: TypeAlias = Mapping[str, Any]  # {"score": "whole", "won": "yes/no", "choice": ("compact", "max")}


@dataclass(frozen=True, slots=True)
class World:
    """The objects that a journey may name.  Moments are aware UTC.

    `pools` gives each pool's stock (None = not counted); `programs` the consent boxes that each may ask for,
    as `purpose.channel`; `games` the fields that each gives, `chance` those that luck decides.  `endless` pools make
    a coupon for everybody; the coupons of `expiring` ones have a last day by the pool's own rules.  `services` are
    the messages that rest on no consent.  `country`: of the brand, ISO 3166-1.  `alone`: no other journey uses the
    games and pools.  `live`: the ids of the steps of the live version, each with its verb.
    """

    games: Mapping[str, GameFields] = field(default_factory=dict)
    pools: Mapping[str, int | None] = field(default_factory=dict)
    programs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    screens: frozenset[str] = frozenset()
    messages: frozenset[str] = frozenset()
    catalogue: Catalogue = field(default_factory=builtin_catalogue)
    currency: str | None = None
    timezone: str | None = None
    languages: tuple[str, ...] = ()
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    chance: frozenset[str] = frozenset()
    endless: frozenset[str] = frozenset()
    expiring: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    country: str | None = None
    alone: bool = False
    live: Mapping[str, str] = field(default_factory=dict)

    def names(self, what: str) -> frozenset[str]:
        """The names of all games, pools, programs, screens or messages."""
        return frozenset(
            {
                "game": self.games,
                "pool": self.pools,
                "program": self.programs,
                "screen": self.screens,
                "message": self.messages,
            }[what]
        )
