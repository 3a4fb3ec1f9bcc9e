"""Supplying a campaign with codes: into pools that are live, that stand in a draft, or that come with a folder.

It stands apart from the package's other names, because reading files needs the importer and the importer needs them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import Brand, Campaign, CouponPool
from app.services.campaigns.drafts import sound_draft
from app.services.campaigns.folder import Folder
from app.services.campaigns.publishing import campaign_of
from app.services.campaigns.reading import read_content, surroundings_of
from app.services.campaigns.stocks import rules_of
from app.services.rewards.codefile import CodeFile
from app.services.rewards.loading import Loaded, load_codes
from app.services.rewards.pools import open_pool


class NoSuchPool(NotFound):
    code = "no_such_pool"
    en = "This brand has no coupon pool {pool}. Pools stand in campaign.yaml, under “pools:”."
    fr = "Cette marque n'a pas de réserve {pool}. Les réserves se trouvent dans campaign.yaml, sous « pools: »."


def pool_to_fill(tx: Session, brand: Brand, code: str, now: datetime) -> CouponPool:
    """The pool of this code, opened when it stands in a draft only.  Raises: NoSuchPool."""
    pool = tx.scalars(select(CouponPool).where(CouponPool.brand_id == brand.id, CouponPool.code == code)).one_or_none()
    if pool is not None:
        return pool
    for campaign in tx.scalars(select(Campaign).where(Campaign.brand_id == brand.id)):
        content, _problems = read_content(campaign.draft, surroundings_of(brand))
        if content is not None and code in content.definition.pools:
            return open_pool(tx, campaign, rules_of(code, content.definition.pools[code]), now)
    raise NoSuchPool(pool=code)


def bring_codes(
    tx: Session, brand: Brand, folder: Folder, codes: Mapping[str, CodeFile], now: datetime
) -> list[Loaded]:
    """Lay codes into pools of a folder that is about to be pushed; in the same transaction, so that both come or none.

    Raises: Invalid, SlugTaken, NoSuchPool.
    """
    content = sound_draft(brand, folder.files)
    campaign = campaign_of(tx, brand, content, now)
    loaded = []
    for code, file in codes.items():
        if code not in content.definition.pools:
            raise NoSuchPool(pool=code)
        pool = open_pool(tx, campaign, rules_of(code, content.definition.pools[code]), now)
        loaded.append(load_codes(tx, pool, file, now))
    return loaded
