"""What everybody may see of the live campaigns, kept in this process: it costs little, and stays while the database
is away.

A campaign is looked up again when it was looked at `FRESH_SECONDS` ago, or when this process has changed one since;
one request looks, the others go on with what there is.  While the database is away, what was last seen is shown for
`STALE_SECONDS` at most.  What is not published any more is forgotten as soon as the database says so.
Nothing here knows a fan.  There is one shelf for each application.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final

from flask import current_app

from app.db import reading
from app.errors import NotFound
from app.models import Campaign
from app.services.campaigns import CampaignContent
from app.services.campaigns.changes import changes
from app.services.visits import campaign_at, live_content
from app.web.away import AWAY, is_away
from app.web.fan.kept import Body, Kept

FRESH_SECONDS: Final = 2.0
STALE_SECONDS: Final = 3600.0
MOST_CAMPAIGNS: Final = 256
PAGES: Final = (2000, 8 * 1024 * 1024)  # entries, bytes
PICTURES: Final = (200, 16 * 1024 * 1024)


@dataclass(frozen=True, slots=True)
class OnShow:
    """A live campaign as it was last seen."""

    campaign: Campaign
    content: CampaignContent

    @property
    def stamp(self) -> Hashable:
        """What changes when its pages may look different."""
        campaign = self.campaign
        return campaign.id, campaign.live_version_id, tuple(campaign.embed_origins)


@dataclass(slots=True)
class Seen:
    """What was seen at an address, when, and when it was last looked for; monotonic seconds."""

    on_show: OnShow
    seen_at: float
    tried_at: float
    changes: int
    size_bytes: int = 1  # campaigns are counted, not weighed: their content is kept for all who play, too


class Shelf:
    """The live campaigns of one application, their first views and pictures."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.pages: Kept[Body] = Kept(*PAGES)
        self.pictures: Kept[Body] = Kept(*PICTURES)
        self._clock = clock
        self._seen: Kept[Seen] = Kept(MOST_CAMPAIGNS, MOST_CAMPAIGNS)
        self._looking = threading.Lock()  # one looks at a time: a database that hangs holds one thread, not all

    def find(self, slug: str) -> OnShow:
        """The live campaign of this address, as it was seen a moment ago.

        Raises: NotFound, or the database's error when it is away and nothing may be shown instead.
        """
        seen = self._lately(slug)
        if seen is None:
            return self.look(slug)
        if not self._is_due(seen) or not self._looking.acquire(blocking=False):
            return seen.on_show
        try:
            seen.tried_at, seen.changes = self._clock(), changes()
            return self.look(slug)
        except AWAY as error:
            if not is_away(error):
                raise
            return seen.on_show
        finally:
            self._looking.release()

    def look(self, slug: str) -> OnShow:
        """The live campaign of this address, looked up now.  Raises: NotFound, or the database's error."""
        before = changes()
        try:
            with reading() as tx:
                campaign = campaign_at(tx, slug)
                found = OnShow(campaign, live_content(tx, campaign))
        except NotFound:
            self._seen.forget(slug)
            raise
        now = self._clock()
        self._seen.put(slug, Seen(found, now, now, before))
        return found

    def last_seen(self, slug: str) -> OnShow | None:
        """What was last seen at this address, unless that is too long ago: also for pages that say what is wrong."""
        seen = self._lately(slug)
        return None if seen is None else seen.on_show

    def _lately(self, slug: str) -> Seen | None:
        seen = self._seen.get(slug)
        return seen if seen and self._clock() - seen.seen_at <= STALE_SECONDS else None

    def _is_due(self, seen: Seen) -> bool:
        return self._clock() - seen.tried_at >= FRESH_SECONDS or seen.changes != changes()


def shelf() -> Shelf:
    """The shelf of this application."""
    found: Shelf = current_app.extensions["fanfare.shelf"]
    return found
