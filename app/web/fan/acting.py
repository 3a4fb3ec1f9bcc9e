"""One act of a fan: pass, token and idempotency checked, one transaction, one screen.

Every form post of the tab goes through `act`; the answer is kept under the form's key, so that a repeat shows the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, g, request
from sqlalchemy.orm import Session

from app.db import reading, transaction
from app.errors import InvalidValue, UnknownField
from app.models import Campaign
from app.services import screens
from app.services.answering import Call, alone, answer_once, request_print
from app.services.visits import Visit, visit_of
from app.web.clock import utcnow
from app.web.fan.pages import open_campaign, show, source_of_request
from app.web.fan.passes import Shown, current_pass
from app.web.given import idempotency_key
from app.web.languages import language
from app.web.tokens import check_token

Fields = Mapping[str, str | list[str]]
Service = Callable[[Session, Visit, str, Fields], Mapping[str, Any]]
COMMON = {"token", "idem", "pass", "step", "lang"}


def act(slug: str, service: Service, allowed: set[str] | None = None) -> Response:
    """Let the fan act once: her fields in, the screen that follows out.

    `allowed` are the fields besides the common ones; none leaves the check to the service (a game's own moves).
    """
    campaign, content = open_campaign(slug)
    shown = current_pass(campaign)
    g.limit_as = f"fan:{shown.row.fan_id}"
    fields = own_fields(allowed)
    step = request.form.get("step", "")
    check_token(request.form.get("token", ""), campaign.slug, step, shown.row.pass_hash)
    now, key = utcnow(), idempotency_key() or request.form.get("idem", "")
    asked = request_print(request.path, {"step": step, **fields})
    call = Call(campaign.brand_id, f"fan:{shown.row.fan_id}", key, asked)
    try:
        with alone(call), transaction() as tx:
            visit = visit_of(tx, campaign, shown.row.fan_id, source_of(shown), language(), now)
            screen = answer_once(tx, call, now, lambda: dict(service(tx, visit, step, fields)))
    except InvalidValue as refused:
        if not refused.beside_field:
            raise
        return show(campaign, content, _to_mend(campaign, shown, fields, refused), shown, status=refused.status)
    return show(campaign, content, screen, shown)


def _to_mend(campaign: Campaign, shown: Shown, fields: Fields, refused: InvalidValue) -> dict[str, Any]:
    """The same screen with the sentence beside its field, and everything that was typed or ticked."""
    with reading() as tx:
        visit = visit_of(tx, campaign, shown.row.fan_id, source_of(shown), language(), utcnow())
        screen = screens.current_screen(tx, visit)
    errors = {str(refused.values["field"]): refused.message(language())}
    return {**screen, "errors": errors, "values": dict(fields), "ticked": several(fields, "ask")}


def own_fields(allowed: set[str] | None) -> dict[str, str | list[str]]:
    """The form's own fields; several values of one name become a list.  Raises: UnknownField, InvalidValue."""
    fields: dict[str, str | list[str]] = {}
    for name, values in request.form.lists():
        if name in COMMON:
            if len(values) > 1:
                raise InvalidValue(field=name, reason="1")
            continue
        if allowed is not None and name not in allowed:
            raise UnknownField(field=name[:40])
        fields[name] = values if len(values) > 1 else values[0]
    return fields


def source_of(shown: Shown) -> Mapping[str, str]:
    """Where the fan came from when she connected, else where this request says."""
    return shown.row.source or source_of_request()


def one(fields: Fields, name: str) -> str:
    """The one value of a field, empty when absent.  Raises: InvalidValue for a list."""
    value = fields.get(name, "")
    if isinstance(value, list):
        raise InvalidValue(field=name, reason="one value is wanted")
    return value


def several(fields: Fields, name: str) -> list[str]:
    """All values of a field."""
    value = fields.get(name, [])
    return value if isinstance(value, list) else [value]
