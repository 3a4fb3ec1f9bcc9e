"""A campaign's coupon pools: opened as campaign.yaml says, and never promising more codes than there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Invalid
from app.models import Campaign, CouponPool
from app.services.campaigns.content import CAMPAIGN_FILE, CampaignContent
from app.services.campaigns.definition import Pool
from app.services.rewards.pools import PoolRules, coupon_count, open_pool
from journeys.problems import Kind, Problem
from journeys.yamlfile import Document, read_yaml

TOO_FEW_CODES = Kind(
    "campaign.too_few_codes", "error",
    "the pool {pool} promises {stock} coupons, and {there} codes are loaded",
    "la réserve {pool} promet {stock} coupons, et {there} codes sont chargés",
    "load them first: fanfare campaign codes {pool} FILE; or with the folder: campaign push --codes {pool}=FILE",
    "chargez-les d'abord : fanfare campaign codes {pool} FICHIER ; ou avec : campaign push --codes {pool}=FICHIER",
)  # fmt: skip


def open_pools(
    tx: Session,
    campaign: Campaign,
    content: CampaignContent,
    files: Mapping[str, str],
    now: datetime,
    *,
    keep_stock: bool = False,
) -> None:
    """Bring every pool of the campaign up to date.  Raises: Invalid when one promises more codes than were loaded.

    With `keep_stock`, coupons that were laid in since stay where a lower stock is asked for.
    """
    wanted = {code: rules_of(code, pool) for code, pool in content.definition.pools.items()}
    if keep_stock:
        wanted = {code: _with_stock_of_today(tx, campaign, rules) for code, rules in wanted.items()}
    pools = {code: open_pool(tx, campaign, rules, now) for code, rules in wanted.items()}
    problems = tuple(_too_few(tx, pools, files))
    if problems:
        raise Invalid(problems)


def rules_of(code: str, pool: Pool) -> PoolRules:
    """A pool's rules as its row keeps them."""
    shown = {"title": pool.title, "value": pool.value, "terms": pool.terms, "link": pool.link}
    valid = {"valid_seconds": int(pool.valid.total_seconds()) if pool.valid else None}
    return PoolRules(code, pool.kind, pool.stock, pool.per_person, pool.shared, {**shown, **valid})


def _with_stock_of_today(tx: Session, campaign: Campaign, rules: PoolRules) -> PoolRules:
    """The rules with a stock that leaves the coupons in that are there; they may have been printed."""
    mine = (CouponPool.campaign_id == campaign.id, CouponPool.code == rules.code)
    pool = tx.scalars(select(CouponPool).where(*mine)).one_or_none()
    if pool is None or rules.stock is None:
        return rules
    return replace(rules, stock=max(rules.stock, coupon_count(tx, pool)))


def _too_few(tx: Session, pools: Mapping[str, CouponPool], files: Mapping[str, str]) -> Iterator[Problem]:
    for code, pool in pools.items():
        if pool.kind != "imported" or pool.stock is None or (there := coupon_count(tx, pool)) >= pool.stock:
            continue
        document = read_yaml(files[CAMPAIGN_FILE], CAMPAIGN_FILE)
        line, col = document.position(("pools", code, "stock")) if isinstance(document, Document) else (1, 1)
        yield Problem(TOO_FEW_CODES, CAMPAIGN_FILE, line, col, {"pool": code, "there": there, "stock": pool.stock})
