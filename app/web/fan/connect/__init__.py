"""Social connect on the web: the login window, and the tab that waits for it.

Here: `window` (/connect/..., top level), `waiting` (/t/<campaign>/redeem, poll, connected, logout), `cookies` (the
window's own cookie).  The installation's providers are in `app.web.fan.ways`.
"""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from app.web.fan.connect.waiting import waiting
from app.web.fan.connect.window import window
from app.web.fan.ways import read_ways

__all__ = ["bp"]

bp = Blueprint("connect", __name__)
bp.register_blueprint(window)
bp.register_blueprint(waiting)


@bp.record_once
def _read_providers(state: BlueprintSetupState) -> None:
    """A providers' file that cannot be used stops the start with one clear line."""
    state.app.extensions["fanfare.ways"] = read_ways(state.app.extensions["fanfare"])
