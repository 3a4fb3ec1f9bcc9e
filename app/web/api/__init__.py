"""`/api/v1`: for programs.  JSON in and out, a bearer key of the brand, RFC 9457 for what is turned down.

Here: `keys` (who asks, and what she may), `coupons` (redeeming at a till), `optins` (reading the proven opt-ins).
To add an endpoint: one view that names its scope with `key_required`, and its test of bad calls.
"""

from flask import Blueprint

from app.web.api.coupons import coupons
from app.web.api.optins import optins

bp = Blueprint("api", __name__, url_prefix="/api/v1")
bp.register_blueprint(coupons)
bp.register_blueprint(optins)

__all__ = ["bp"]
