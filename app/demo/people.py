"""The invented people of the demo's social network: what the login provider says of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Person:
    """One person that a visitor may be: subject, claims, and a line in each language about who it is."""

    sub: str
    name: str
    email: str | None
    email_verified: bool = True
    locale: str = "en"
    blurb: Mapping[str, str] = field(default_factory=dict)  # language -> one line

    @property
    def claims(self) -> dict[str, object]:
        """What the provider tells of this person."""
        claims: dict[str, object] = {"sub": self.sub, "name": self.name, "locale": self.locale}
        if self.email:
            claims |= {"email": self.email, "email_verified": self.email_verified}
        return claims
