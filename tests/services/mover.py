"""`python -m tests.services.mover URL`: moves people as a worker does, in small pages, until it is done or killed."""

import sys
from datetime import timedelta

from sqlalchemy import select

from app.db import bind, engine_for, reading, transaction
from app.models import CampaignVersion, Publication
from app.services.campaigns.moving import move_page
from app.services.campaigns.reading import content_of
from tests.databases import SECRET
from tests.makers import NOON

if __name__ == "__main__":
    bind(engine_for(sys.argv[1]), SECRET)
    with reading() as tx:
        made = tx.scalars(select(Publication.id).where(Publication.inside == "move")).one()
        for version_id in tx.scalars(select(CampaignVersion.id)):
            content_of(tx, version_id)
    sys.stdout.write("moving\n")
    sys.stdout.flush()
    last = None
    while True:
        with transaction() as tx:
            last = move_page(tx, made, last, NOON + timedelta(hours=1), size=10)
        if last is None:
            break
