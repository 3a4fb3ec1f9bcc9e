"""The journey's desk: a draft file in a plain textarea, what is wrong with it and where, and its words.

Whatever was typed comes back, also when it cannot be read; what was saved stays, also when it does not check.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import reading, transaction
from app.errors import NotFound
from app.models import Brand, Campaign, CampaignVersion
from app.services.campaigns import Checked, check_draft, save_draft, standing
from app.services.campaigns.content import complete_files
from app.services.campaigns.standing import Standing
from app.services.keys import fingerprint
from app.web.studio.blueprint import bp, needs
from app.web.studio.campaigns import own_campaign
from app.web.studio.forms import Draft
from app.web.studio.words import spoken
from journeys.problems import Problem

JOURNEY_FILE = "journey.yaml"
LINES_AROUND = 1
WRITTEN = (".yaml", ".md")
TEXTS = "texts/"
DEEPEST = 12  # beyond that an outline is indented no further


@dataclass(frozen=True, slots=True)
class Desk:
    """What lies on the desk: the campaign, its draft files, the one that is open, and what is live."""

    campaign: Campaign
    brand: Brand
    files: Mapping[str, str]
    open_file: str
    live: CampaignVersion | None
    next_number: int
    inside: Sequence[Standing] = field(default=())

    @property
    def text(self) -> str:
        return self.files[self.open_file]

    @property
    def changed(self) -> bool:
        """Whether the draft says something else than the live version."""
        return self.live is None or complete_files(self.live.files) != self.files

    def with_text(self, text: str) -> Mapping[str, str]:
        """The draft with the open file as it was typed."""
        return {**self.files, self.open_file: text}


@bp.get("/campaigns/<slug>/journey")
@needs("campaigns")
def journey(slug: str) -> str:
    """The saved draft, checked."""
    with reading() as tx:
        desk = _desk(tx, slug, request.args.get("file", JOURNEY_FILE))
    form = Draft(file=desk.open_file, text=desk.text, seen=fingerprint(desk.text))
    return _shown(desk, form, check_draft(desk.brand, desk.files, desk.campaign.slug), desk.files)


@bp.post("/campaigns/<slug>/journey")
@needs("campaigns")
def journey_typed(slug: str) -> Any:
    """Check what was typed; with `do=save`, keep it as the draft whether it checks or not."""
    form = Draft()
    with reading() as tx:
        desk = _desk(tx, slug, form.file.data or JOURNEY_FILE)
    typed = _unix(form.text.data or "")
    form.text.data = typed
    files = desk.with_text(typed)
    sent = form.validate_on_submit()
    if sent and request.form.get("do") == "save" and not _overtaken(form, desk):
        with transaction() as tx:
            save_draft(own_campaign(tx, slug), files)
        flash(_("The draft is saved. Fans see nothing of it before it is published."))
        return redirect(url_for("studio.journey", slug=slug, file=desk.open_file))
    page = _shown(desk, form, check_draft(desk.brand, files, desk.campaign.slug), files)
    return make_response(page, 422 if form.errors or form.form_errors else 200)


def is_written(name: str) -> bool:
    """Whether a file of a draft is text; pictures are named there by their hash."""
    return name.endswith(WRITTEN)


def indented(line: str) -> tuple[int, bool, str]:
    """A line of an outline as (depth, whether it is a step, words)."""
    words = line.lstrip(" ")
    return min((len(line) - len(words)) // 2, DEEPEST), words.startswith("- "), words.removeprefix("- ")


def excerpt(files: Mapping[str, str], problem: Problem) -> list[tuple[int, str, bool]]:
    """The line of a problem with its neighbours: (number, text, whether it is the one)."""
    lines = files.get(problem.file, "").split("\n")
    first = max(1, problem.line - LINES_AROUND)
    last = min(len(lines), problem.line + LINES_AROUND)
    return [(number, lines[number - 1][:200], number == problem.line) for number in range(first, last + 1)]


def _desk(tx: Session, slug: str, name: str) -> Desk:
    """What lies on the desk with this file open.  Raises: NotFound when the draft has no such file."""
    campaign = own_campaign(tx, slug)
    live = tx.get(CampaignVersion, campaign.live_version_id) if campaign.live_version_id else None
    files = complete_files(campaign.draft or (live.files if live else {}))
    if name not in files or not is_written(name):
        raise NotFound
    numbers = select(CampaignVersion.number).where(CampaignVersion.campaign_id == campaign.id)
    newest = max(tx.scalars(numbers), default=0)
    brand = tx.get_one(Brand, campaign.brand_id)
    return Desk(campaign, brand, files, name, live, newest + 1, standing(tx, campaign))


def _shown(desk: Desk, form: Draft, checked: Checked, files: Mapping[str, str]) -> str:
    lang = spoken()
    outline = checked.content.journey.outline(lang) if checked.content else []
    return render_template(
        "studio/journey.html",
        desk=desk,
        form=form,
        checked=checked,
        files=sorted(filter(is_written, files), key=lambda name: (name != JOURNEY_FILE, "/" in name, name)),
        excerpts=[excerpt(files, problem) for problem in checked.problems],
        texts=[name for name in files if name.startswith(TEXTS)],
        outline=[indented(line) for line in outline],
        saved=files == desk.files,
        reads=lang,
        section="campaigns",
    )


def _overtaken(form: Draft, desk: Desk) -> bool:
    """Whether somebody else has saved this file since it was opened; the next try then goes over it knowingly."""
    now_there = fingerprint(desk.text)
    if now_there in {form.seen.data, fingerprint(form.text.data)}:  # nobody has, or with this very text: a double click
        return False
    form.seen.data = now_there
    form.form_errors.append(
        _("Somebody has saved this file since you opened it. Your text is still here; save again to replace theirs.")
    )
    return True


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
