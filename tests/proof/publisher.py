"""`python -m tests.proof.publisher`: publishes one version of the fair after another, until it is stopped or killed."""

from __future__ import annotations

import time
from contextlib import suppress

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from app.cli.installation import now, use_database
from app.db import reading, transaction
from app.models import Campaign, CampaignVersion
from tests.proof.fair import FAIR, publish_fair

PAUSE_SECONDS = 0.2


def publish_next() -> None:
    """Publish the fair once more, with another number in its texts."""
    with reading() as tx:
        mine = select(func.max(CampaignVersion.number)).join(Campaign, Campaign.id == CampaignVersion.campaign_id)
        number = tx.scalar(mine.where(Campaign.slug == FAIR)) or 0
    with transaction() as tx:
        publish_fair(tx, now(), number + 1)


if __name__ == "__main__":
    use_database()
    while True:
        with suppress(DBAPIError):  # the database is away for a moment
            publish_next()
        time.sleep(PAUSE_SECONDS)
