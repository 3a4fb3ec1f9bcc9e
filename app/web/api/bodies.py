"""Reading what programs send: JSON objects with known fields only, and pages of a sane size."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeSerializer
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import UnsupportedMediaType

from app.errors import InvalidValue, Refused, UnknownField
from app.services.keys import derived_key

Body = TypeVar("Body", bound=BaseModel)
MOST_ROWS, USUAL_ROWS = 200, 50


class MalformedJson(Refused):
    code, status = "malformed_json", 400
    en = "The body is no JSON object: {reason}."
    fr = "Le corps n'est pas un objet JSON : {reason}."


class DuplicateField(ValueError):
    """A JSON object says one name twice."""


def read_body(shape: type[Body]) -> Body:
    """The request's JSON body in this shape.

    Raises: UnsupportedMediaType, MalformedJson, UnknownField, InvalidValue.
    """
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    try:
        given = json.loads(request.get_data(), object_pairs_hook=_once_each, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise MalformedJson(reason=str(error)[:100] or "too deep") from None
    if not isinstance(given, dict):
        raise MalformedJson(reason="an object in braces is wanted")
    try:
        return shape.model_validate(given, strict=True)
    except ValidationError as error:
        raise _refusal(error) from None


def printable(text: str) -> str:
    """The text, when it holds nothing invisible (NUL, controls, half characters).  Raises: ValueError."""
    if not text.isprintable():
        raise ValueError("it holds an invisible character")
    return text


def known_query(*names: str) -> None:
    """Let only these names stand in the query, each once.  Raises: UnknownField, InvalidValue."""
    for name, values in request.args.lists():
        if name not in names:
            raise UnknownField(field=name[:40])
        if len(values) > 1:
            raise InvalidValue(field=name, reason="it is given twice")


def page_size() -> int:
    """`limit` of the query: 1 to 200, 50 when absent.  Raises: InvalidValue."""
    written = request.args.get("limit", str(USUAL_ROWS))
    if not (written.isascii() and written.isdigit() and 1 <= int(written[:6]) <= MOST_ROWS and len(written) <= 6):
        raise InvalidValue(field="limit", reason=f"a whole number from 1 to {MOST_ROWS} is wanted")
    return int(written)


def cursor() -> int | None:
    """Where the page begins, out of the signed `cursor`; none for the first page.  Raises: InvalidValue."""
    written = request.args.get("cursor")
    if written is None:
        return None
    try:
        value: int = _signer().loads(written[:200])
    except BadSignature:
        raise InvalidValue(field="cursor", reason="it is none of ours; start without it") from None
    return value


def signed_cursor(position: int) -> str:
    """A cursor that only we can have made."""
    return str(_signer().dumps(position))


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(derived_key(current_app.extensions["fanfare"].secret, "cursor"), salt="cursor")


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise DuplicateField("a name is given twice")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


def _refusal(error: ValidationError) -> Refused:
    first = error.errors(include_url=False)[0]
    field = ".".join(str(part) for part in first["loc"])[:60]
    if first["type"] == "extra_forbidden":
        return UnknownField(field=field)
    return InvalidValue(field=field, reason=first["msg"][:100])
