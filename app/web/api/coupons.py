"""`POST /api/v1/coupons/{code}/redeem`: a till uses a coupon up, once."""

from __future__ import annotations

from typing import Annotated, Any

from flask import Blueprint, Response, g, jsonify, request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from app.db import transaction
from app.services.answering import Call, alone, answer_once, request_print
from app.services.rewards import redeem_coupon
from app.web.api.bodies import printable, read_body
from app.web.api.keys import key_required
from app.web.clock import utcnow
from app.web.given import idempotency_key
from app.web.limits import limiter

coupons = Blueprint("coupons", __name__)
Words = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(printable)]


class Redemption(BaseModel):
    """What the till tells: how much was bought, under which order."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    amount_cents: Annotated[int, Field(ge=0, le=100_000_000)] | None = None
    order_number: Words | None = None
    till: Words | None = None


@coupons.post("/coupons/<code>/redeem")
@key_required("coupons")
@limiter.limit("120 per minute")
def redeem(code: str) -> Response:
    """Use the coupon up; the same Idempotency-Key gets the same answer."""
    said = read_body(Redemption).model_dump(exclude_none=True)
    now, asked = utcnow(), request_print(request.path, said)
    call = Call(g.key.brand_id, f"key:{g.key.id}", idempotency_key(), asked)
    with alone(call), transaction() as tx:

        def work() -> dict[str, Any]:
            pool = redeem_coupon(tx, g.key.brand_id, code[:100], now, {**said, "key": g.key.name})
            return {"code": code, "pool": pool.code, "redeemed_at": now.isoformat(), "value": pool.rules.get("value")}

        answer = answer_once(tx, call, now, work)
    return jsonify(answer)
