"""How a word of consent is written down and hashed, so that anybody can check it later.

A row's hash is sha256(previous hash, as 64 hexadecimal letters ‖ clear part in UTF-8 ‖ ciphertext).  The clear part is
one JSON object, so the border between it and the ciphertext cannot be moved.
To add a fact about a word: one name in `CONTEXT`.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

# What may be said about the circumstances of a word; nothing of it names a person.
CONTEXT = frozenset(
    {
        "actor",  # fan, staff:<id>, import
        "confirms",  # the id of the word that a confirmation is asked for, or given
        "journey_version",
        "message",  # the id of the mail whose link was used
        "network",  # the address it came from, always shortened here
        "origin",  # of the page that embeds the tab
        "policy_hash",  # of the privacy policy in force
        "proof",  # where an imported word was first given
        "request_id",
        "said_at",  # when an imported word was first given
        "screen_hash",  # of order, defaults and labels as shown
        "step",
    }
)
IPV4_KEPT_BITS, IPV6_KEPT_BITS = 24, 48


def canonical(values: Mapping[str, object]) -> str:
    """The one way to write these values: JSON with sorted keys and no spaces."""
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def row_hash(previous_hash: str, clear: str, sealed: bytes) -> str:
    """The hash that ties a row to everything that was said before it."""
    return hashlib.sha256(previous_hash.encode() + clear.encode("utf-8", "surrogatepass") + sealed).hexdigest()


def first_hash(brand_id: UUID) -> str:
    """What stands before the first row of a brand, so that no chain can be passed off as another brand's."""
    return hashlib.sha256(f"fanfare consent ledger 1 {brand_id}".encode()).hexdigest()


def instant(at: datetime) -> str:
    """A time as the ledger writes it: UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def shortened(address: str) -> str:
    """The network that an address belongs to: enough to prove, too little to follow a person.

    Gives `192.0.2.0/24`, `2001:db8:1::/48`, or an empty text for what is no address.
    """
    try:
        found = ipaddress.ip_interface(address.strip()).ip
    except ValueError:
        return ""
    mapped = getattr(found, "ipv4_mapped", None) or found
    bits = IPV4_KEPT_BITS if mapped.version == 4 else IPV6_KEPT_BITS
    return str(ipaddress.ip_network(f"{mapped}/{bits}", strict=False))


def circumstances(context: Mapping[str, str]) -> dict[str, str]:
    """The context of a word as the ledger keeps it.  Raises ValueError for a name that is not in CONTEXT."""
    if unknown := set(context) - CONTEXT:
        raise ValueError(f"the consent ledger keeps no {', '.join(sorted(unknown))}")
    kept = {name: str(value) for name, value in context.items() if value}
    if "network" in kept:
        kept["network"] = shortened(kept["network"])
    return {name: value for name, value in kept.items() if value}
