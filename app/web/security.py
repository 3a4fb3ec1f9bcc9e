"""Headers that every answer carries, and the checks that every unsafe request passes.

Pages are embeddable nowhere unless a view says `allow_frames(origins)`.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator

from flask import Flask, Response, current_app, g, request

from app.errors import NotFound, Refused
from app.web.given import readable_form

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
CROSS_SITE_BY_DESIGN = {
    "connect.window.callback",  # a login provider's form_post; state and cookie protect it
    "mailbox.withdraw",  # a mail program's one-click; the token in the address is all that counts
}
MAX_URL_BYTES = 8 * 1024
LONG_TEXTS = {"text"}  # fields of the studio
POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "object-src 'none'; frame-ancestors {ancestors}"
)
PERMISSIONS = "camera=(self), geolocation=(), microphone=(), payment=(), usb=(), identity-credentials-get=(self)"
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?", re.ASCII)


class CrossSite(Refused):
    code, status = "cross_site", 403
    en = "This request came from another site. Open the page itself and try again."
    fr = "Cette demande vient d'un autre site. Ouvrez la page elle-même et réessayez."


class Unreadable(Refused):
    code, status = "unreadable", 400
    en = "This request cannot be read."
    fr = "Cette demande est illisible."


class AddressTooLong(Refused):
    code, status = "uri_too_long", 414
    en = "This address is too long."
    fr = "Cette adresse est trop longue."


def init_app(app: Flask) -> None:
    app.before_request(_check_request)
    app.after_request(_add_headers)
    app.jinja_env.globals["csp_nonce"] = csp_nonce


def csp_nonce() -> str:
    """The nonce of this answer's scripts and styles."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def allow_frames(origins: Iterable[str]) -> None:
    """Let these origins, and nobody else, embed this answer."""
    g.frame_ancestors = [origin for origin in origins if _ORIGIN.fullmatch(origin)]


def is_origin(text: str) -> bool:
    """Whether the text is one exact web origin, fit for a header."""
    return bool(_ORIGIN.fullmatch(text))


def _check_request() -> None:
    request.host  # noqa: B018  (raises SecurityError for a host that is not ours)
    if len(request.full_path) > MAX_URL_BYTES:
        raise AddressTooLong
    if "\0" in request.path:
        raise NotFound
    if any("\0" in text for text in _given()):
        raise Unreadable  # no text of ours holds a NUL, and PostgreSQL cannot even compare with one
    if request.method in SAFE_METHODS or request.endpoint in CROSS_SITE_BY_DESIGN:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is not None and site not in {"same-origin", "none"}:
        raise CrossSite
    if site is None and origin is not None and origin not in _own_origins():
        raise CrossSite


def _given() -> Iterator[str]:
    """Everything that the query and the form say, but what is read by a stricter reader that says where it is.

    These are the API, and an author's long texts.
    """
    for given in () if request.path.startswith("/api/") else (request.args, readable_form()):
        for name, values in given.lists():
            yield from (name, *(() if name in LONG_TEXTS else values))


def _own_origins() -> set[str]:
    return {current_app.extensions["fanfare"].public_url, f"{request.scheme}://{request.host}"}


def _add_headers(response: Response) -> Response:
    """Add what the view has not said itself."""
    is_file = request.endpoint == "static"
    wanted = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Permissions-Policy": PERMISSIONS,
        "Cross-Origin-Resource-Policy": "cross-origin" if is_file else "same-site",
    }
    if is_file:
        wanted["Access-Control-Allow-Origin"] = "*"  # lets a host page check the loader's integrity
    else:
        wanted["Cache-Control"] = "no-store"
    if request.is_secure:
        wanted["Strict-Transport-Security"] = "max-age=31536000"
    if response.mimetype == "text/html":
        wanted |= _page_headers()
    said = {name.lower() for name, _value in response.headers}
    response.headers.extend({name: value for name, value in wanted.items() if name.lower() not in said})
    return response


def _page_headers() -> dict[str, str]:
    ancestors = g.get("frame_ancestors")
    policy = POLICY.format(nonce=csp_nonce(), ancestors=" ".join(ancestors) if ancestors else "'none'")
    return {"Content-Security-Policy": policy} | ({} if ancestors else {"X-Frame-Options": "DENY"})
