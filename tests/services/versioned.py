"""The small campaign in several versions, its people inside, and the worker that moves them."""

from datetime import timedelta

from sqlalchemy import select

from app.models import Outbox, Publication, Run
from app.services import playing, progress
from app.services.campaigns import Inside, push
from app.services.campaigns.folder import Folder
from app.services.campaigns.moving import JOB, STRAGGLERS, conclude, move_page
from tests.makers import NOON
from tests.small_campaign import JOURNEY, small_files, visiting

SOON = timedelta(seconds=30)
LATER = NOON + timedelta(hours=1)
PLAYED_BEFORE = JOURNEY.replace("      - play: vote\n", "      - play: vote\n        id: ballot\n        was: vote\n")
WITHOUT_VOTE = JOURNEY.replace("      - play: vote\n        saves: {crm.fruit: choice}\n", "")
GIFT_FIRST = WITHOUT_VOTE.replace(
    "    otherwise:\n      - offer", "    otherwise:\n      - give: WELCOME\n        id: gift\n      - offer"
)
_OFFER, _GIFT = "      - offer: club\n        asks: [newsletter.email]\n", "      - give: WELCOME\n        id: gift\n"
GIFT_BEFORE, GIFT_AFTER = JOURNEY.replace(_OFFER, _GIFT + _OFFER), JOURNEY.replace(_OFFER, _OFFER + _GIFT)


def pushed(tx, at, brand, journey, inside=None, now=NOON + SOON, **files):
    """Push the campaign with another journey, and other files by name (`/` written as `__`)."""
    named = {name.replace("__", "/"): text for name, text in files.items()}
    changed = {name if name.endswith(".md") else f"{name}.yaml": text for name, text in named.items()}
    folder = Folder({**small_files(at.slug, journey), **changed}, {})
    return push(tx, brand, folder, now, inside or Inside())[0]


def came(tx, campaign, fan, now=NOON):
    return progress.come_in(tx, visiting(tx, campaign, fan, now))


def votes(tx, campaign, fan, step="vote", now=NOON + SOON, choice="pear"):
    return playing.make_move(tx, visiting(tx, campaign, fan, now), step, {"move": "1", "choice": choice})


def move_everybody(tx, size=2, now=LATER):
    """Do what the worker does with every publication that is not done."""
    for made in tx.scalars(select(Publication).where(Publication.done_at.is_(None)).order_by(Publication.at)).all():
        last = move_page(tx, made.id, None, now, size)
        while last is not None:
            last = move_page(tx, made.id, last, now, size)
        assert conclude(tx, made.id, max(now, made.at + STRAGGLERS)) is None
    tx.flush()
    tx.expire_all()


def stands(tx, run):
    """Version number, step, what she waits for."""
    tx.refresh(run)
    return run.version_id, run.at_step, run.waiting


def jobs(tx):
    return tx.scalars(select(Outbox).where(Outbox.kind == JOB)).all()


def runs(tx):
    return tx.scalars(select(Run).order_by(Run.id)).all()
