"""A login provider that answers what a test tells it to, on a real port: honest at first, then bent in one place."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

from flask import Flask, Response, jsonify, request
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from werkzeug.serving import make_server

from app.services.connecting import Provider

KEY = RSAKey.generate_key(2048, {"use": "sig"}, auto_kid=True)  # fit for every RSA algorithm, pinned or not
SUBJECT = "person-1"

Bend = Callable[[], Response]


@dataclass(slots=True)
class Rogue:
    """What the provider says; tests replace parts of it."""

    issuer: str = ""
    nonce: str = ""
    claims: dict[str, Any] = field(default_factory=dict)  # over the honest ones; None takes one away
    forge: Callable[[Mapping[str, Any]], str | None] | None = None  # the id_token itself
    userinfo: dict[str, Any] = field(
        default_factory=lambda: {"sub": SUBJECT, "name": "Ada", "email": "ada@mail.example"}
    )
    bent: dict[str, Bend] = field(default_factory=dict)  # path -> the whole answer
    asked: list[Mapping[str, str]] = field(default_factory=list)  # forms that reached the token endpoint
    says_iss: bool = False

    def provider(self, **said: Any) -> Provider:
        """This provider as our settings would name it."""
        return Provider(
            **{"id": "rogue", "name": "Rogue", "issuer": self.issuer, "client_id": "us", "client_secret": "s3", **said}
        )

    def honest_claims(self) -> dict[str, Any]:
        now = int(time.time())
        honest = {"iss": self.issuer, "aud": "us", "sub": SUBJECT, "nonce": self.nonce, "iat": now, "exp": now + 300}
        return {name: value for name, value in {**honest, **self.claims}.items() if value is not None}

    def id_token(self) -> str | None:
        if self.forge is not None:
            return self.forge(self.honest_claims())
        return signed(self.honest_claims())


def signed(claims: Mapping[str, Any], key: Any = KEY, **header: Any) -> str:
    """A token signed as an honest provider would, unless a test says otherwise."""
    header = {"alg": "RS256", "kid": KEY.kid, **header}
    return jwt.encode(header, dict(claims), key, algorithms=[header["alg"]])


@contextmanager
def rogue_provider() -> Iterator[Rogue]:
    """Serve a rogue on a free port until the block ends."""
    rogue = Rogue()
    server = make_server("127.0.0.1", 0, _app(rogue), threaded=True)
    rogue.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield rogue
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _app(rogue: Rogue) -> Flask:
    app = Flask("rogue", static_folder=None)

    @app.before_request
    def bend() -> Response | None:
        return rogue.bent[request.path]() if request.path in rogue.bent else None

    @app.get("/.well-known/openid-configuration")
    def discovery() -> Response:
        paths = {
            "authorization_endpoint": "/auth",
            "token_endpoint": "/token",
            "jwks_uri": "/jwks",
            "userinfo_endpoint": "/me",
        }
        said = {name: rogue.issuer + path for name, path in paths.items()}
        return jsonify(issuer=rogue.issuer, authorization_response_iss_parameter_supported=rogue.says_iss, **said)

    @app.get("/jwks")
    def jwks() -> Response:
        return jsonify(KeySet([KEY]).as_dict(private=False))

    @app.post("/token")
    def token() -> Response:
        rogue.asked.append({**request.form, "authorization": request.headers.get("Authorization", "")})
        id_token = rogue.id_token()
        more = {"id_token": id_token} if id_token is not None else {}
        return jsonify(access_token="at", token_type="Bearer", expires_in=300, **more)

    @app.get("/me")
    def me() -> Response:
        return jsonify(rogue.userinfo)

    return app
