"""What the law says of a game of chance that only buyers may play, by country, with its source.  No legal advice.

To add a country: one `Law`, and one line in `LAWS` by ISO 3166-1 code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Law:
    """What holds there, what to do about it, and where it is written."""

    en: str
    fr: str
    hint_en: str
    hint_fr: str
    source: str


_FAIR_EN = "leave the price as it is, and state the odds and the prizes"
_FAIR_FR = "laissez le prix tel quel, et annoncez les chances et les lots"
_FREE_EN = "give a free way in that is as good and as easy to see"
_FREE_FR = "ouvrez une voie gratuite, aussi avantageuse et aussi visible"

FRANCE = Law(
    "allowed in France unless it is unfair",
    "permis en France sauf s'il est déloyal",
    _FAIR_EN,
    _FAIR_FR,
    "Code de la consommation, art. L121-20; loi 2014-1545, art. 54",
)
EUROPEAN_UNION = Law(
    "the European Union knows no general ban, but it must be fair, and the country's law of lotteries is to be seen",
    "l'Union européenne ne l'interdit pas en général, mais il doit être loyal, et la loi du pays est à consulter",
    _FAIR_EN,
    _FAIR_FR,
    "Directive 2005/29/EC, art. 5; CJEU C-304/08",
)
GREAT_BRITAIN = Law(
    "allowed in Great Britain only at a price that does not reflect the chance to win",
    "permis en Grande-Bretagne seulement à un prix qui ne tient pas compte de la chance de gagner",
    _FAIR_EN,
    _FAIR_FR,
    "Gambling Act 2005, s. 14 and Sch. 2",
)
UNITED_STATES = Law(
    "chance after a required purchase is a lottery in the United States",
    "le hasard après un achat obligé est une loterie aux États-Unis",
    _FREE_EN,
    _FREE_FR,
    "18 U.S.C. § 1302; Fla. Stat. § 849.094(2)(e)",
)
CANADA = Law(
    "chance after a required purchase is a crime in Canada",
    "le hasard après un achat obligé est une infraction au Canada",
    _FREE_EN,
    _FREE_FR,
    "Criminal Code, R.S.C. 1985, c. C-46, s. 206(1)(f)",
)
ELSEWHERE = Law(
    "many countries call that a lottery, and forbid it",
    "beaucoup de pays y voient une loterie, et l'interdisent",
    _FREE_EN,
    _FREE_FR,
    "e.g. Fla. Stat. § 849.094(2)(e)",
)

_MEMBERS = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "GR", "HR", "HU"),
    *("IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
)
LAWS: Mapping[str, Law] = {
    **dict.fromkeys(_MEMBERS, EUROPEAN_UNION),
    "FR": FRANCE,
    "GB": GREAT_BRITAIN,
    "US": UNITED_STATES,
    "CA": CANADA,
}


def law_of(country: str | None) -> Law:
    """What holds in a country; the careful answer where we do not know."""
    return LAWS.get(country or "", ELSEWHERE)
