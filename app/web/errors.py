"""The one place where a refusal becomes an HTTP answer: a page for people, RFC 9457 for programs.

Source: RFC 9457 (problem details).
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import structlog
from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from app.errors import Invalid, Refused, Unavailable
from app.web.again import this_again
from app.web.away import AWAY, is_away
from app.web.languages import language

log = structlog.get_logger("fanfare.web")


def init_app(app: Flask) -> None:
    app.register_error_handler(Refused, on_refused)
    app.register_error_handler(Invalid, on_invalid)
    for away in AWAY:
        app.register_error_handler(away, on_database_error)
    app.register_error_handler(HTTPException, on_http)
    app.register_error_handler(500, on_bug)


def on_refused(refused: Refused) -> Response:
    """A request turned down, in the reader's language; with a way to send it again where waiting helps."""
    wait = getattr(refused, "retry_after", None)
    sentence = refused.message(language())
    answer = answered(refused.status, refused.code, sentence, fields_of(refused), may_repeat=wait is not None)
    if wait is not None:
        g.retry_after = answer.headers["Retry-After"] = str(int(wait.total_seconds()))
    if refused.status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer" if is_api() else "Pass"
    return answer


def on_invalid(invalid: Invalid) -> Response:
    """What was written cannot be taken: the problems, each with its place."""
    lines = [problem.text(language()) for problem in invalid.problems]
    return answered(422, "invalid", "\n".join(lines), [problem.as_json(language()) for problem in invalid.problems])


def on_database_error(error: Exception) -> Response:
    """The database does not answer: nothing was half done, and the reader is told to try again."""
    if not is_away(error):
        raise error
    g.database_away = True  # what is said now must not ask it again
    kind = type(getattr(error, "orig", None) or error).__name__
    log.error("database_unavailable", request_id=g.get("request_id"), kind=kind)
    return on_refused(Unavailable())


def on_http(error: HTTPException) -> Response:
    """What the framework refused: bad hosts, unknown addresses, too large bodies, wrong methods."""
    if error.code == 429:
        who = {"endpoint": request.endpoint, "who": g.get("limit_as"), "request_id": g.get("request_id")}
        log.warning("too_many_requests", **who)
    sentence = _sentences().get(error.code or 500, _("This request cannot be answered."))
    code = (error.name or "error").lower().replace(" ", "_")
    answer = answered(error.code or 500, code, sentence, may_repeat=error.code == 429)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After", "WWW-Authenticate"}:
            answer.headers[name] = value
    return answer


def on_bug(error: Exception) -> Response:
    """A bug: loud in the log, one sentence for the reader."""
    return answered(500, "internal", _("Something went wrong on our side. Nothing is lost; try again in a moment."))


def fields_of(refused: Refused) -> list[dict[str, object]]:
    """The form fields that a refusal names."""
    field = refused.values.get("field")
    return [{"name": str(field), "message": refused.message(language())}] if field else []


def answered(
    status: int, code: str, sentence: str, fields: list[dict[str, Any]] | None = None, *, may_repeat: bool = False
) -> Response:
    """The refusal in the form that the caller reads; `may_repeat` lets people send the same once more."""
    if wants_json():
        return _problem_details(status, code, sentence, fields or [])
    again = this_again() if may_repeat else None
    if request.blueprint == "studio":
        page = render_template("studio/error.html", status=status, sentence=sentence, again=again)
        return make_response(page, status)
    page = current_app.extensions["fanfare.error_page"](status, sentence, again)
    return make_response(page, status)


def wants_json() -> bool:
    """Whether the caller is a program: the API, or a script that asks for JSON."""
    best = request.accept_mimetypes.best_match(
        ["text/html", "application/json", "application/problem+json"], "text/html"
    )
    return is_api() or best != "text/html"


def is_api() -> bool:
    """Whether the address is one for programs, also where nothing answers at it."""
    return request.path.startswith("/api/")


def _problem_details(status: int, code: str, sentence: str, fields: list[dict[str, Any]]) -> Response:
    body = {
        "type": "about:blank",  # the title is that of the status; `code` tells refusals apart
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": sentence,
        "code": code,
        "fields": fields,
        "request_id": g.get("request_id", ""),
    }
    answer = make_response(jsonify(body), status)
    answer.content_type = "application/problem+json"
    return answer


def _sentences() -> dict[int, str]:
    return {
        400: _("This request cannot be read."),
        404: _("There is nothing here. The address may be mistyped, or the page has gone."),
        405: _("This address does not take that kind of request."),
        413: _("That is too much at once."),
        415: _("Send JSON here, with the Content-Type application/json."),
        429: _("That was very fast. Wait a moment and try again."),
    }
