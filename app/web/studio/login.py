"""Logging in and out, confirming a password, and one's own account."""

from __future__ import annotations

import re
from typing import Any

from flask import flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user

from app.db import transaction
from app.errors import NotFound, Refused
from app.models import Staff
from app.services.staff import (
    change_password,
    choose_language,
    confirm_password,
    log_in,
    log_out,
    may,
)
from app.web.clock import utcnow
from app.web.languages import language as spoken
from app.web.limits import address, limiter
from app.web.studio.blueprint import OldPage, Seated, bp, check_act, staff
from app.web.studio.forms import Confirm, Language, Login, Password

TRIES_BY_ADDRESS = "10 per minute; 100 per day"
TRIES_BY_EMAIL = "5 per minute; 50 per day"
_INSIDE = re.compile(r"/studio(/[a-z0-9._-]+)*/?(\?[a-z0-9_=&.-]*)?", re.ASCII | re.IGNORECASE)


def _email_tried() -> str:
    return request.form.get("email", "").strip().lower()[:320]


def _failed(response: Any) -> bool:
    return bool(response.status_code == 401)


@bp.route("/login", methods=["GET", "POST"])
@limiter.limit(TRIES_BY_ADDRESS, methods=["POST"], key_func=address, deduct_when=_failed)
@limiter.limit(TRIES_BY_EMAIL, methods=["POST"], key_func=_email_tried, deduct_when=_failed)
def login() -> Any:
    """Ask who is there."""
    going = inside(request.values.get("next", ""))
    if current_user.is_authenticated:
        return redirect(going)
    form = Login()
    if not form.validate_on_submit():
        return render_template("studio/login.html", form=form, next=going)
    try:
        with transaction() as tx:
            person = log_in(tx, form.email.data, form.password.data, utcnow())
    except Refused as refused:
        form.form_errors.append(refused.message(spoken()))
        return make_response(render_template("studio/login.html", form=form, next=going), refused.status)
    _seat(person)
    return redirect(going)


@bp.post("/logout")
def logout() -> Any:
    """End every session of this person."""
    check_act()
    with transaction() as tx:
        log_out(tx, tx.get_one(Staff, staff().id), utcnow())
    logout_user()
    session.clear()
    return redirect(url_for("studio.login"))


@bp.post("/confirm")
@limiter.limit(TRIES_BY_EMAIL, key_func=lambda: str(staff().id), deduct_when=_failed)
def confirm() -> Any:
    """Take the password again, then go on to what needed it."""
    form = Confirm()
    if form.validate_on_submit():
        try:
            with transaction() as tx:
                person = tx.get_one(Staff, staff().id)
                confirm_password(tx, person, form.password.data, utcnow())
            _seat(person)
            return redirect(inside(form.next.data or ""))
        except Refused as refused:
            form.form_errors.append(refused.message(spoken()))
    return make_response(render_template("studio/confirm.html", form=form), 401)


@bp.get("/account")
def account() -> str:
    """One's own name, role, language and password."""
    return render_template("studio/account.html", password=Password(), language=Language(language=staff().language))


@bp.post("/account/password")
@limiter.limit(TRIES_BY_EMAIL, key_func=lambda: str(staff().id), deduct_when=_failed)
def account_password() -> Any:
    """Change the own password; other sessions end, this one goes on."""
    form = Password()
    if form.validate_on_submit():
        try:
            with transaction() as tx:
                person = tx.get_one(Staff, staff().id)
                confirm_password(tx, person, form.current.data, utcnow())
                change_password(tx, person, form.fresh.data, utcnow())
            _seat(person)
            flash(_("Your password is changed. Every other session of yours has ended."))
            return redirect(url_for("studio.account"))
        except Refused as refused:
            form.form_errors.append(refused.message(spoken()))
    page = render_template("studio/account.html", password=form, language=Language(language=staff().language))
    return make_response(page, 401 if form.form_errors else 422)


@bp.post("/account/language")
def account_language() -> Any:
    """Choose the language of the studio."""
    form = Language()
    if not form.validate_on_submit():
        raise OldPage
    with transaction() as tx:
        choose_language(tx.get_one(Staff, staff().id), form.language.data)
    return redirect(url_for("studio.account"))


@bp.get("/")
def home() -> Any:
    """Where this person's work is."""
    return redirect(url_for("studio.campaigns" if may(staff(), "campaigns") else "studio.optins"))


@bp.get("/<path:nowhere>")
def nothing(nowhere: str) -> Any:
    """Any other address of the studio."""
    raise NotFound


def inside(path: str) -> str:
    """The path when it is one of the studio's own; its front page otherwise."""
    return path if _INSIDE.fullmatch(path) and "//" not in path and ".." not in path else "/studio/"


def _seat(person: Staff) -> None:
    """Begin a session anew: nothing of the one before is carried over."""
    session.clear()
    session["confirmed_at"] = utcnow().timestamp()
    login_user(Seated(person), remember=False)  # the brand is read with the next request
