"""The studio's blueprint: who is there, what they may do, and what every page of it is given.

    staff()          the person who is logged in
    @needs("...")    a page for those who have a right of `app.services.staff.RIGHTS`
    @needs_fresh     a page that wants the password again when the login is older than a quarter of an hour

Sessions live in a signed cookie for /studio only.  flask-login's `init_app` is not called: it would look into the
session on every request, the fans' cacheable pages included, for remember-me cookies, which the studio has none of.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Blueprint as _Blueprint
from flask import Response, g, make_response, redirect, render_template, request, session, url_for
from flask.blueprints import BlueprintSetupState
from flask_login import LoginManager, UserMixin, current_user, login_fresh

from app.db import reading
from app.errors import Forbidden, Refused
from app.models import Brand, Staff
from app.services.staff import RIGHTS, may, session_name, staff_of_session
from app.web.clock import utcnow
from app.web.languages import SPOKEN, choose_language, product_language
from app.web.studio.forms import Act, Confirm
from app.web.studio.words import GIVEN

OPEN = {"studio.login"}
MAX_FORM_BYTES = 2 * 1024 * 1024
LONGEST_SESSION = timedelta(hours=12)
FRESH_FOR = timedelta(minutes=15)
View = TypeVar("View", bound=Callable[..., Any])

bp = _Blueprint("studio", __name__, url_prefix="/studio")
logins = LoginManager()


class OldPage(Refused):
    code, status = "old_page", 400
    en = "This page is too old, or came from elsewhere. Go back, reload it and try again."
    fr = "Cette page est trop ancienne, ou vient d'ailleurs. Revenez en arrière, rechargez-la et réessayez."


class Seated(UserMixin):  # type: ignore[misc]  # flask-login has no types
    """The logged-in person, as flask-login carries them through a request."""

    def __init__(self, person: Staff, brand: Brand | None = None) -> None:
        self.person = person
        self.brand = brand

    def get_id(self) -> str:
        return session_name(self.person)


def staff() -> Staff:
    """The person who is logged in."""
    return cast(Staff, current_user.person)


def needs(right: str) -> Callable[[View], View]:
    """Let only those in who have the right; the others read why not."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(**given: Any) -> Any:
            if not may(staff(), right):
                raise Forbidden
            return view(**given)

        return cast(View, guarded)

    return guard


def needs_fresh(view: View) -> View:
    """Ask for the password again before something weighty, unless it was given a moment ago."""

    @wraps(view)
    def guarded(**given: Any) -> Any:
        if login_fresh() and _age() <= FRESH_FOR:
            return view(**given)
        form = Confirm(next=request.path)
        return make_response(render_template("studio/confirm.html", form=form), 401)

    return cast(View, guarded)


def check_act() -> None:
    """Take a form of buttons only, or raise OldPage when its token is not of this session."""
    if not Act().validate_on_submit():
        raise OldPage


@logins.user_loader
def _seated(name: str) -> Seated | None:
    if _age() > LONGEST_SESSION:
        return None
    with reading() as tx:
        person = staff_of_session(tx, name)
        return Seated(person, tx.get_one(Brand, person.brand_id)) if person else None


def _age() -> timedelta:
    return timedelta(seconds=utcnow().timestamp() - float(session.get("confirmed_at", 0)))


@bp.record_once
def _use_logins(state: BlueprintSetupState) -> None:
    state.app.login_manager = logins  # type: ignore[attr-defined]
    state.app.config["WTF_CSRF_TIME_LIMIT"] = None  # as long as the session: a long edit must not expire


@bp.before_request
def _let_in() -> Any:
    request.max_content_length = request.max_form_memory_size = MAX_FORM_BYTES
    if current_user.is_authenticated:
        choose_language(SPOKEN, preferred=staff().language)
        return None
    choose_language(SPOKEN)
    if request.endpoint in OPEN:
        return None
    if request.method == "GET":
        return redirect(url_for("studio.login", next=request.full_path.rstrip("?")))
    return make_response(render_template("studio/ended.html"), 401)


@bp.after_request
def _stay_private(response: Response) -> Response:
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    return response


@bp.context_processor
def _given_to_every_page() -> dict[str, Any]:
    given = {**GIVEN, "lang": product_language(), "seat": None}
    if "database_away" in g or not current_user.is_authenticated:
        return given
    rights = {right: may(staff(), right) for right in RIGHTS}
    return {**given, "seat": current_user, "rights": rights, "act": Act()}
