"""Social connect: from a click on "Continue with ..." to a fan of the brand.

Here: `providers` (who may be asked), `wire` and `metadata` (how they are spoken with), `idtoken` and `oidc` (the code
flow and its checks), `attempts` (a login under way), `codes` (how it reaches the tab), `fans` (who it was), `sweeping`.
A login is transaction, HTTP, transaction: nothing here speaks with a provider inside a database transaction.
To add a provider: an entry of the providers' file; one that does not speak OpenID Connect: a module beside `oidc` that
gives the same `Profile`.
"""

from app.services.connecting.attempts import (
    Window,
    find_attempt,
    is_challenge,
    new_secrets,
    start_attempt,
    take_attempt,
)
from app.services.connecting.codes import (
    Verifier,
    challenge_of,
    login_waits,
    mint_code,
    new_verifier,
    poll_code,
    redeem_code,
    take_login,
)
from app.services.connecting.fans import fan_of
from app.services.connecting.metadata import Known
from app.services.connecting.oidc import Answer, Asked, Profile, Secrets, authorization_url, who_connected
from app.services.connecting.providers import DEMO_ID, Provider, demo_provider, load_providers
from app.services.connecting.sweeping import sweep

__all__ = [
    "DEMO_ID", "Answer", "Asked", "Known", "Profile", "Provider", "Secrets", "Verifier", "Window", "authorization_url",
    "challenge_of", "demo_provider", "fan_of", "find_attempt", "is_challenge", "load_providers", "login_waits",
    "mint_code", "new_secrets", "new_verifier", "poll_code", "redeem_code", "start_attempt", "sweep", "take_attempt",
    "take_login", "who_connected",
]  # fmt: skip
