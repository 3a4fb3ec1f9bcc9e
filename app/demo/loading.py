"""Loading the demo: brand, staff, real purchases through the project's own importer, the campaign."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from app.db import reading, transaction
from app.demo.purchases import write_purchases
from app.models import Brand, Campaign, Contact, Staff
from app.services.campaigns import push, read_folder
from app.services.campaigns.folder import Folder
from app.services.importing import ImportJob, run_import
from app.services.staff import NewStaff, add_staff, new_password

FOLDER = Path(__file__).resolve().parent / "campaign"
SLUG, SOURCE = "hollybrook", "loyalty"
STAFF = (("owner", "Olive Orr"), ("manager", "Max Moreau"), ("crm", "Clara Chen"))
HOUSEHOLDS = 300
CREDIT = "Purchases: The Complete Journey (84.51°), moved in time; for education and exploration."

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Login:
    """A demo account of the studio."""

    email: str
    role: str
    password: str


def load(folder: Path, brand_origin: str, households: int | None, now: datetime, progress: Progress) -> list[Login]:
    """Load what is missing of the demo, and give the studio's accounts; a second time there is little to do.

    `folder` keeps the accounts' passwords; `households` is how many of the base to take (none = all 2 469).
    """
    brand = _brand(now)
    logins = _staff(folder / "demo-accounts.json", now)
    _purchases(brand, households, now, progress)
    with transaction() as tx:
        push(tx, tx.get_one(Brand, brand.id), _campaign_for(brand_origin), now)
    return logins


def campaign_slug() -> str:
    """The address of the demo's campaign."""
    with reading() as tx:
        brand = tx.scalars(select(Brand).where(Brand.slug == SLUG)).one()
        return tx.scalars(select(Campaign.slug).where(Campaign.brand_id == brand.id)).first() or ""


def _brand(now: datetime) -> Brand:
    with transaction() as tx:
        brand = tx.scalars(select(Brand).where(Brand.slug == SLUG)).one_or_none()
        if brand is None:
            brand = Brand(
                slug=SLUG, name="Hollybrook Markets", currency="USD", timezone="America/New_York", country="US",
                languages=["en", "fr"], opt_in="double", created_at=now,
            )  # fmt: skip
            tx.add(brand)
        return brand


def _staff(file: Path, now: datetime) -> list[Login]:
    """The accounts of the demo; their random passwords are kept beside the database."""
    kept = {login["email"]: login["password"] for login in json.loads(file.read_text())} if file.is_file() else {}
    logins = []
    with transaction() as tx:
        brand = tx.scalars(select(Brand).where(Brand.slug == SLUG)).one()
        for role, name in STAFF:
            email = f"{role}@hollybrook.example"
            there = tx.scalars(select(Staff).where(Staff.email == email)).one_or_none()
            password = kept.get(email) or new_password()
            if there is None:
                add_staff(tx, brand, NewStaff(email=email, role=role, name=name, language="en"), password, now)
            logins.append(Login(email, role, password))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_text(json.dumps([{"email": each.email, "password": each.password} for each in logins]))
    return logins


def _purchases(brand: Brand, households: int | None, now: datetime, progress: Progress) -> None:
    """Import the households and their baskets, unless as many are there already."""
    with reading() as tx:
        there = tx.scalar(select(func.count()).where(Contact.brand_id == brand.id, Contact.source == SOURCE)) or 0
    if there >= (households or 2469):
        return
    with tempfile.TemporaryDirectory(prefix="fanfare-demo-") as scratch:
        files = write_purchases(Path(scratch), now.date(), households)
        for kind, path in (("contacts", files.contacts), ("orders", files.orders)):
            run_import(ImportJob(path, kind, brand.id, SOURCE), transaction, now, progress)


def _campaign_for(brand_origin: str) -> Folder:
    """The campaign's folder, allowed to be embedded by the brand's site as it runs now."""
    folder = read_folder(FOLDER)
    text = folder.files["campaign.yaml"].replace("http://localhost:8000", brand_origin)
    return Folder({**folder.files, "campaign.yaml": text}, folder.pictures)
