"""The ways to connect that this installation offers: its providers' file, and in demo mode the demo provider."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from flask import current_app

from app.services.connecting import Asked, Known, Provider, demo_provider, load_providers
from app.services.connecting.refusals import NoSuchWay
from app.settings import BadSetting, Settings
from journeys.problems import Problem


@dataclass(frozen=True, slots=True)
class Ways:
    """The providers by id, and what is known of them so far."""

    providers: Mapping[str, Provider]
    known: Known = field(default_factory=Known)


def read_ways(settings: Settings) -> Ways:
    """The providers of these settings.  Raises BadSetting with one clear line."""
    found = list(_from_file(settings)) if settings.providers_file else []
    if settings.demo_provider:
        if not settings.demo:
            raise BadSetting("FANFARE_DEMO_PROVIDER: anybody can be anybody there, so it is refused in production")
        found.append(demo_provider(settings.demo_provider))
    return Ways({provider.id: provider for provider in found})


def ways() -> list[Provider]:
    """The providers to offer, in the order of the file; the demo's last."""
    return list(_installed().providers.values())


def way(provider_id: str) -> Provider:
    """One provider.  Raises NoSuchWay."""
    try:
        return _installed().providers[provider_id]
    except KeyError:
        raise NoSuchWay from None


def known() -> Known:
    """What this process knows of the providers."""
    return _installed().known


def asked(provider: Provider, language: str | None) -> Asked:
    """What a login asks for.  Its way back is made of the settings, never of the request's host."""
    public_url: str = current_app.extensions["fanfare"].public_url
    return Asked(f"{public_url}/connect/{provider.id}/callback", language)


def _installed() -> Ways:
    found: Ways = current_app.extensions["fanfare.ways"]
    return found


def _from_file(settings: Settings) -> list[Provider]:
    try:
        source = Path(settings.providers_file).read_bytes()
    except OSError as error:
        raise BadSetting(f"FANFARE_PROVIDERS={settings.providers_file}: {error.strerror}") from None
    found = load_providers(source, settings.providers_file, plain_http=settings.demo)
    problems = [each for each in found if isinstance(each, Problem)]
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise BadSetting(f"FANFARE_PROVIDERS: {problems[0]}{more}")
    return [each for each in found if isinstance(each, Provider)]
