"""A campaign's pictures: looked at before they are taken, stored once under the hash of their content."""

from __future__ import annotations

import hashlib
import io
import uuid
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.models import Picture
from app.services.rows import insert_into
from journeys.problems import Kind, Problem

MAX_BYTES = 2 * 1024 * 1024
MAX_PIXELS = 12_000_000
MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
SIGN = "sha256:"  # how a version's files name a picture's content
NOT_A_PICTURE = Kind(
    "campaign.picture", "error", "this is no JPEG, PNG or WebP picture of at most {limit} MB",
    "ce n'est pas une image JPEG, PNG ou WebP de {limit} Mo au plus", "export it again from your picture program",
    "exportez-la de nouveau depuis votre logiciel d'images",
)  # fmt: skip
_UNREADABLE = (OSError, ValueError, SyntaxError, EOFError, MemoryError)


@dataclass(frozen=True, slots=True)
class FoundPicture:
    """A picture of a folder, looked at."""

    hash: str
    media_type: str
    width_px: int
    height_px: int
    content: bytes


def look_at(name: str, content: bytes) -> FoundPicture | Problem:
    """The picture, or why it cannot be taken.  Decided by its content, never by its name."""
    from PIL import Image  # who only shows pictures does without it

    problem = Problem(NOT_A_PICTURE, name, values={"limit": MAX_BYTES // (1024 * 1024)})
    if len(content) > MAX_BYTES:
        return problem
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=tuple(MEDIA_TYPES)) as picture:
                width, height = picture.size
                if width * height > MAX_PIXELS:
                    return problem
                picture.load()
                kind = picture.format or ""
    except (*_UNREADABLE, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return problem
    return FoundPicture(hashlib.sha256(content).hexdigest(), MEDIA_TYPES[kind], width, height, content)


def keep_pictures(tx: Session, brand_id: uuid.UUID, pictures: Mapping[str, FoundPicture], now: datetime) -> None:
    """Store the pictures that the brand does not have yet."""
    for found in pictures.values():
        row = {
            "brand_id": brand_id, "hash": found.hash, "media_type": found.media_type, "width_px": found.width_px,
            "height_px": found.height_px, "content": found.content, "added_at": now,
        }  # fmt: skip
        tx.execute(insert_into(tx, Picture).values(row).on_conflict_do_nothing())
