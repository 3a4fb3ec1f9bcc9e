"""What a request gives, also where it is already known to be bad: refusals must be able to speak of it."""

from __future__ import annotations

from flask import request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.exceptions import HTTPException


def readable_form() -> MultiDict[str, str]:
    """The fields of a posted form; none when it is too large to be read, so that its refusal can be written."""
    try:
        return request.form if request.method == "POST" else ImmutableMultiDict()
    except HTTPException:
        return ImmutableMultiDict()


def idempotency_key() -> str:
    """The Idempotency-Key of the request, bare or in quotes; empty when there is none.

    Source: draft-ietf-httpapi-idempotency-key-header (a structured string, which stands in quotes).
    """
    written = request.headers.get("Idempotency-Key", "").strip()
    return written[1:-1] if len(written) > 1 and written[0] == written[-1] == '"' else written
