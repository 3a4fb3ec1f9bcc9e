"""The login providers of an installation: any OpenID Connect issuer, named in a YAML file.

    providers:
      - id: google                      # in our addresses: /connect/google/callback
        name: Google                    # on the button
        issuer: https://accounts.google.com
        client_id: "1234"
        client_secret: "..."            # left out for a public client
        scopes: openid profile email    # this is the default
        trusts_email: true              # a verified e-mail of theirs may link a fan to a contact
        answers_by: query               # or form_post, for providers that answer by POST (Apple)

The demo provider is no entry of the file: it exists in demo mode only.
To add a setting: a field of `Provider`, its reader in `_READERS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import MISSING, dataclass, fields
from urllib.parse import urlsplit

from journeys.problems import Kind, Problem, has_errors, in_order
from journeys.yamlfile import Listing, Mapping, Node, Scalar, read_yaml

DEMO_ID = "demo"
DEMO_CLIENT = "fanfare-demo"
LONGEST = 255

NO_LIST = Kind(
    "providers.no_list", "error",
    "the file has no list named 'providers'", "le fichier n'a pas de liste « providers »",
    "write 'providers:' and below it one '- id: ...' for each", "écrivez « providers: » puis « - id: ... » pour chacun",
)  # fmt: skip
NOT_A_PROVIDER = Kind(
    "providers.not_a_mapping", "error",
    "a provider is made of 'name: value' lines", "un fournisseur est fait de lignes « nom : valeur »",
)  # fmt: skip
UNKNOWN = Kind(
    "providers.unknown_key", "error",
    "unknown key '{key}'", "clé inconnue « {key} »", "known keys: {known}", "clés connues : {known}",
)  # fmt: skip
MISSING_KEY = Kind("providers.missing_key", "error", "'{key}' is missing", "il manque « {key} »")
BAD_VALUE = Kind("providers.bad_value", "error", "'{key}': {want}", "« {key} » : {want_fr}")
TWICE = Kind(
    "providers.twice", "error", "the provider '{id}' is there twice", "le fournisseur « {id} » est là deux fois"
)
DEMO_TAKEN = Kind(
    "providers.demo", "error",
    "'demo' is the name of the built-in demo provider, which exists in demo mode only",
    "« demo » est le nom du fournisseur de démonstration, qui n'existe qu'en mode démonstration",
    "choose another id", "choisissez un autre id",
)  # fmt: skip

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,30}", re.ASCII)
_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Provider:
    """One OpenID Connect issuer and what we are to it."""

    id: str
    name: str
    issuer: str
    client_id: str
    client_secret: str = ""
    scopes: str = "openid profile email"
    trusts_email: bool = False
    answers_by: str = "query"

    @property
    def kind(self) -> str:
        """The name under which its button is styled."""
        return self.id


class Unfit(ValueError):
    """What a value should be, in English and French."""

    def __init__(self, en: str, fr: str) -> None:
        super().__init__(en)
        self.en, self.fr = en, fr


def demo_provider(issuer: str, name: str = "Demo") -> Provider:
    """The built-in provider of demo mode; it trusts its invented persons' e-mails."""
    return Provider(id=DEMO_ID, name=name, issuer=issuer, client_id=DEMO_CLIENT, trusts_email=True)


def load_providers(
    source: bytes | str, file: str, plain_http: bool = False
) -> tuple[Provider, ...] | tuple[Problem, ...]:
    """Read the providers' file: all providers, or every problem with its line.

    `plain_http` allows issuers without TLS on this machine, for demo mode and tests.
    """
    document = read_yaml(source, file)
    if isinstance(document, tuple):
        return document
    listing = document.root.get("providers")
    problems = [
        _problem(UNKNOWN, file, key, key=key.text, known="providers")
        for key, _ in document.root
        if key.text != "providers"
    ]
    if not isinstance(listing, Listing):
        return (*problems, Problem(NO_LIST, file, *document.root.place))
    found = [_read(node, file, plain_http, problems) for node in listing]
    providers = tuple(provider for provider in found if provider is not None)
    problems += _repeated(listing, file)
    return in_order(problems) if has_errors(problems) else providers


def _read(node: Node, file: str, plain_http: bool, problems: list[Problem]) -> Provider | None:
    if not isinstance(node, Mapping):
        problems.append(_problem(NOT_A_PROVIDER, file, node))
        return None
    known = {field.name: field.default is MISSING for field in fields(Provider)}
    mine = [
        _problem(UNKNOWN, file, key, key=key.text, known=", ".join(known)) for key, _ in node if key.text not in known
    ]
    mine += [
        _problem(MISSING_KEY, file, node, key=name) for name, needed in known.items() if needed and not node.get(name)
    ]
    said: dict[str, str | bool] = {}
    for key, value in node:
        if key.text in known:
            try:
                said[key.text] = _value(key.text, value, plain_http)
            except Unfit as unfit:
                mine.append(_problem(BAD_VALUE, file, value, key=key.text, want=unfit.en, want_fr=unfit.fr))
    if said.get("id") == DEMO_ID:
        mine.append(_problem(DEMO_TAKEN, file, node))
    problems += mine
    return None if mine else Provider(**said)  # type: ignore[arg-type]


def _value(name: str, node: Node, plain_http: bool) -> str | bool:
    if not isinstance(node, Scalar):
        raise Unfit("write one value", "écrivez une seule valeur")
    if name == "trusts_email":
        if not isinstance(node.value, bool):
            raise Unfit("write true or false", "écrivez true ou false")
        return node.value
    text = node.text.strip()
    if not 0 < len(text) <= LONGEST or not text.isprintable():
        raise Unfit(f"1 to {LONGEST} characters on one line", f"1 à {LONGEST} caractères sur une ligne")
    if name == "issuer":
        return _issuer(text, plain_http)
    return _READERS.get(name, str)(text)


def _issuer(text: str, plain_http: bool) -> str:
    parts = urlsplit(text)
    local = plain_http and parts.hostname in {"localhost", "127.0.0.1"}
    bare = not (parts.query or parts.fragment or parts.username or parts.password)
    if not parts.hostname or not bare or not (parts.scheme == "https" or (parts.scheme == "http" and local)):
        raise Unfit("an address like https://login.example.org", "une adresse comme https://login.example.org")
    return text


def _id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise Unfit("small letters, digits, - and _, at most 31", "minuscules, chiffres, - et _, 31 au plus")
    return text


def _scopes(text: str) -> str:
    if not _SCOPE.fullmatch(text) or "openid" not in text.split(" "):
        raise Unfit("words with single spaces, one of them openid", "des mots séparés d'une espace, dont openid")
    return text


def _answers_by(text: str) -> str:
    if text not in {"query", "form_post"}:
        raise Unfit("query or form_post", "query ou form_post")
    return text


_READERS: dict[str, Callable[[str], str]] = {"id": _id, "scopes": _scopes, "answers_by": _answers_by}


def _repeated(listing: Iterable[Node], file: str) -> list[Problem]:
    seen: set[str] = set()
    problems = []
    for node in listing:
        id_ = node.get("id") if isinstance(node, Mapping) else None
        if isinstance(id_, Scalar):
            if id_.text in seen:
                problems.append(_problem(TWICE, file, id_, id=id_.text))
            seen.add(id_.text)
    return problems


def _problem(kind: Kind, file: str, node: Node, **values: object) -> Problem:
    return Problem(kind, file, *node.place, values)
