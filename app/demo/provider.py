"""The demo's login provider: a real OpenID Connect issuer with a page where one picks who to be.

It speaks the code flow with PKCE S256 and nonce to one public client, holds everything in memory, and forgets it when
it stops.  Anybody can be anybody here: it runs beside the demo only, on its own port of this machine.
Source: OpenID Connect Core 1.0, section 3.1; RFC 7636; RFC 9207.
"""

from __future__ import annotations

import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from threading import Thread
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Flask, Response, abort, current_app, jsonify, redirect, render_template, request
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from werkzeug.serving import BaseWSGIServer, make_server
from werkzeug.wrappers import Response as AnyResponse

from app.demo.people import Person
from app.services.connecting.providers import DEMO_CLIENT

HERE = Path(__file__).resolve().parent
CODE_SECONDS, TOKEN_SECONDS = 60, 600
ASKED = (
    "client_id",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
)

provider = Blueprint("provider", __name__)


@dataclass(frozen=True, slots=True)
class Granted:
    """A code that waits to be exchanged."""

    person: Person
    nonce: str
    redirect_uri: str
    challenge: str
    expires_at: float


@dataclass(slots=True)
class Memory:
    """All that the provider knows, until it stops."""

    issuer: str
    people: Mapping[str, Person]
    redirect_uris: frozenset[str]
    opener_policy: str | None
    key: ECKey
    codes: dict[str, Granted] = field(default_factory=dict)
    tokens: dict[str, Person] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DemoProvider:
    """A running provider: its issuer address, and how to stop it."""

    issuer: str
    server: BaseWSGIServer
    thread: Thread

    def stop(self) -> None:
        """Stop serving and free the port."""
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def start_demo_provider(
    port: int,
    people: Sequence[Person],
    redirect_uris: Sequence[str],
    opener_policy: str | None = None,
    host: str = "localhost",
) -> DemoProvider:
    """Serve the provider on a port of this machine (0 = any free one) in a thread of its own.

    `redirect_uris` are the callbacks that it may send people back to: `<address of the server>/connect/demo/callback`.
    `opener_policy` is a Cross-Origin-Opener-Policy to send; none by default.  Its name is `localhost`, so that beside a
    server on 127.0.0.1 it is another site, as a real network would be.
    """
    app = Flask("demo-provider", template_folder=str(HERE / "templates"), static_folder=str(HERE / "static"))
    server = make_server("127.0.0.1", port, app, threaded=True)
    issuer = f"http://{host}:{server.server_port}"
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
    known = {person.sub: person for person in people}
    app.extensions["memory"] = Memory(issuer, known, frozenset(redirect_uris), opener_policy, key)
    app.register_blueprint(provider)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, name="demo-provider", daemon=True)
    thread.start()
    return DemoProvider(issuer, server, thread)


@provider.get("/.well-known/openid-configuration")
def discovery() -> Response:
    issuer = _memory().issuer
    return jsonify(
        issuer=issuer,
        authorization_endpoint=f"{issuer}/authorize",
        token_endpoint=f"{issuer}/token",
        userinfo_endpoint=f"{issuer}/userinfo",
        jwks_uri=f"{issuer}/keys",
        response_types_supported=["code"],
        subject_types_supported=["public"],
        id_token_signing_alg_values_supported=["ES256"],
        code_challenge_methods_supported=["S256"],
        token_endpoint_auth_methods_supported=["none"],
        authorization_response_iss_parameter_supported=True,
    )


@provider.get("/keys")
def keys() -> Response:
    return jsonify(KeySet([_memory().key]).as_dict(private=False))


@provider.get("/authorize")
def choose() -> Response:
    """Who do you want to be?"""
    asked = _request_of(request.args)
    page = render_template("demo/provider.html", people=_memory().people.values(), asked=asked, lang=_language())
    return Response(page)


@provider.post("/authorize")
def chosen() -> AnyResponse:
    """Back to the one who asked, with a code for the person chosen, or with a refusal."""
    asked = _request_of(request.form)
    back = {"state": asked["state"], "iss": _memory().issuer}
    person = _memory().people.get(request.form.get("sub", ""))
    if person is None:
        return _return_to(asked, {**back, "error": "access_denied"})
    code = secrets.token_urlsafe(32)
    expires_at = time.monotonic() + CODE_SECONDS
    _memory().codes[code] = Granted(person, asked["nonce"], asked["redirect_uri"], asked["code_challenge"], expires_at)
    return _return_to(asked, {**back, "code": code})


@provider.post("/token")
def token() -> tuple[Response, int]:
    form = request.form
    granted = _memory().codes.pop(form.get("code", ""), None)
    if granted is None or not _may_exchange(granted, form):
        return jsonify(error="invalid_grant"), 400
    access_token = secrets.token_urlsafe(32)
    _memory().tokens[access_token] = granted.person
    id_token = _signed({**granted.person.claims, "nonce": granted.nonce})
    return jsonify(access_token=access_token, token_type="Bearer", expires_in=TOKEN_SECONDS, id_token=id_token), 200


@provider.get("/userinfo")
def userinfo() -> tuple[Response, int]:
    scheme, _, access_token = request.headers.get("Authorization", "").partition(" ")
    person = _memory().tokens.get(access_token)
    if scheme.lower() != "bearer" or person is None:
        return jsonify(error="invalid_token"), 401
    return jsonify(person.claims), 200


@provider.after_request
def add_headers(response: Response) -> Response:
    targets = " ".join(sorted({"{0.scheme}://{0.netloc}".format(urlsplit(uri)) for uri in _memory().redirect_uris}))
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'self'; img-src data:; form-action 'self' {targets}; "
        "frame-ancestors 'none'; base-uri 'none'"
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    if _memory().opener_policy:
        response.headers["Cross-Origin-Opener-Policy"] = _memory().opener_policy or ""
    return response


def _memory() -> Memory:
    found: Memory = current_app.extensions["memory"]
    return found


def _request_of(given: Mapping[str, str]) -> dict[str, str]:
    """A request that we understand from a client that we know; anything else ends here, without a redirect."""
    asked = {name: given.get(name, "") for name in ASKED}
    if asked["client_id"] != DEMO_CLIENT or asked["redirect_uri"] not in _memory().redirect_uris:
        abort(400)
    flow = (asked["response_type"], asked["code_challenge_method"])
    if flow != ("code", "S256") or not all(asked[name] for name in ("state", "nonce", "code_challenge")):
        abort(400)
    return asked


def _return_to(asked: Mapping[str, str], fields: Mapping[str, str]) -> AnyResponse:
    return redirect(f"{asked['redirect_uri']}?{urlencode(fields)}", 303)


def _may_exchange(granted: Granted, form: Mapping[str, str]) -> bool:
    digest = sha256(form.get("code_verifier", "").encode()).digest()
    proven = urlsafe_b64encode(digest).decode().rstrip("=") == granted.challenge
    same = form.get("redirect_uri") == granted.redirect_uri and form.get("client_id") == DEMO_CLIENT
    return proven and same and time.monotonic() < granted.expires_at


def _signed(claims: Mapping[str, object]) -> str:
    memory, now = _memory(), int(time.time())
    about = {"iss": memory.issuer, "aud": DEMO_CLIENT, "iat": now, "exp": now + TOKEN_SECONDS}
    return jwt.encode({"alg": "ES256", "kid": memory.key.kid}, {**claims, **about}, memory.key)


def _language() -> str:
    wished = [request.args.get("lang"), *request.args.get("ui_locales", "").split(" ")]
    main = [word.partition("-")[0] for word in wished if word]
    spoken = [word for word in main if word in ("en", "fr")]
    return spoken[0] if spoken else request.accept_languages.best_match(["en", "fr"]) or "en"
