"""Jobs: what has not left yet, what was given up, who got stuck in a journey; and a button that tries it again."""

from __future__ import annotations

import re
import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from app.db import reading, transaction
from app.errors import NotFound
from app.models import Staff
from app.services.retrying import how_it_stands, retry_jobs, retry_runs
from app.services.staff import note_audit
from app.web.clock import utcnow
from app.web.studio.blueprint import bp, check_act, needs, staff


@bp.get("/jobs")
@needs("jobs")
def jobs() -> str:
    """What leaves late or not at all, with its cause in plain words."""
    with reading() as tx:
        standing = how_it_stands(tx, staff().brand_id)
    words = {"kind_name": kind_name, "trouble": trouble, "stuck_because": stuck_because, "breakable": breakable}
    return render_template("studio/jobs.html", standing=standing, **words, section="jobs")


@bp.post("/jobs/retry")
@needs("jobs")
def jobs_again() -> Any:
    """Try one job again, or all of a kind."""
    check_act()
    kind, job_id = request.form.get("kind"), _id_given("job")
    if not kind and job_id is None:
        raise NotFound
    with transaction() as tx:
        count = retry_jobs(tx, staff().brand_id, utcnow(), kind or None, job_id)
        _note(tx, "jobs.retried", kind or str(job_id), count)
    _say(count)
    return redirect(url_for("studio.jobs"))


@bp.post("/jobs/runs/retry")
@needs("jobs")
def runs_again() -> Any:
    """Let one stuck person go on, or all."""
    check_act()
    run_id = _id_given("run")
    with transaction() as tx:
        count = retry_runs(tx, staff().brand_id, utcnow(), run_id)
        _note(tx, "runs.retried", str(run_id or "all"), count)
    _say(count)
    return redirect(url_for("studio.jobs"))


def kind_name(kind: str) -> str:
    """A kind of job, in words."""
    return {
        "message": _("Messages to people"),
        "message.service": _("Mails that people are owed"),
        "order.placed": _("News of orders for journeys"),
        "consent.confirmed": _("News of confirmed opt-ins for journeys"),
        "consent.withdrawn": _("News of withdrawn opt-ins for journeys"),
        "erased": _("News of erased people"),
        "people.move": _("People going to a new version"),
    }.get(kind, kind)


def trouble(error: str | None) -> str:
    """Why a job failed, in words that say what to do."""
    said = error or ""
    return next((words for signs, words in _troubles() if any(sign in said for sign in signs)), _unknown())


def stuck_because(error: str | None) -> str:
    """Why somebody cannot go on in a journey, in words that say what to do."""
    if "KeyError" in (error or ""):
        return _("The journey names something that is no longer there. Look at its last version.")
    return _unknown()


def breakable(error: str) -> Markup:
    """An error as it was kept, in pieces between which a narrow screen may break the line."""
    return Markup("<wbr>").join(re.findall("[A-Z]?[^A-Z]+|[A-Z]", error))


def _troubles() -> tuple[tuple[tuple[str, ...], str], ...]:
    return (
        (("OperationalError",), _("The database was away.")),
        (("Refused", "Disconnected", "ConnectionReset", "BrokenPipe", "ServerTrouble: OSError"),
         _("The mail server does not answer. It may be down, or its address may be wrong.")),
        (("Timeout", "timed out"), _("The mail server took too long. It may have too much to do.")),
        (("gaierror",), _("The mail server's name is not known. Check its address in the settings.")),
        (("Authentication",), _("The mail server does not take our name and password. Check both in the settings.")),
        (("SSL", "Certificate"), _("The connection to the mail server is not safe, so nothing was sent.")),
        (("ServerTrouble", "SMTP"), _("The mail server turned it down for now.")),
        (("NoResultFound", "KeyError"), _("What it is about is no longer there.")),
        (("UnknownKind",), _("This server does not know this kind of job. Were all brought to the new version?")),
        (("worker died",), _("The server stopped each time while it was at work on it. Its memory may be too small.")),
    )  # fmt: skip


def _unknown() -> str:
    return _("Something is wrong in the program. Show the line below to whoever runs the server.")


def _id_given(field: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.form[field]) if request.form.get(field) else None
    except ValueError:
        raise NotFound from None


def _note(tx: Any, what: str, on: str, count: int) -> None:
    note_audit(tx, tx.get_one(Staff, staff().id), what, on, {"count": count}, utcnow())


def _say(count: int) -> None:
    if count:
        flash(ngettext("%(num)d is being tried again.", "%(num)d are being tried again.", count))
    else:
        flash(_("There was nothing left to try again: it has been done meanwhile."))
