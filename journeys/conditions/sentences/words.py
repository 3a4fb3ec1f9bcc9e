"""The phrases of sentences, one `Words` for each language.

{q} is an amount ("at least 7"), {look} which orders; (s) and (y|ies) follow the amount's number.
To add a word of the language: its phrase in every `Words`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Joints = tuple[str, str]  # between the parts, before the last one


@dataclass(frozen=True, slots=True)
class Words:
    """Everything one language needs to say a condition."""

    lang: str
    joints: tuple[Joints, Joints]  # or, and
    among: tuple[tuple[str, Joints], tuple[str, Joints]]  # an "or" inside an "and", an "and" inside an "or"
    quoted: str
    amounts: Mapping[str, str]
    dates: Mapping[str, str]
    fewer: str  # "less than", for things that are counted
    measures: Mapping[str, tuple[str, str]]  # claim, contrary
    no_order: tuple[str, str]  # ever, in some look
    filters: Mapping[str, str]
    windows: Mapping[str, str]
    fields: Mapping[str, str]  # how fields without a sentence of their own are said
    units: Mapping[str, str]
    months: Sequence[str]
    weekdays: Sequence[str]
    decimal_point: str = "."
    zero_is_singular: bool = False

    def joined(self, parts: list[str], every: bool, level: int, nested: bool) -> str:
        """Parts joined by "and" (every) or "or"; clear of doubt when they stand inside one another."""
        if level == 1:
            among, joints = self.among[every]
            return among.format(_listed(parts, joints, nested))
        listed = _listed(parts, self.joints[every], nested)
        return f"({listed})" if level else listed

    def quote(self, text: str) -> str:
        return self.quoted.format(text)


def _listed(parts: list[str], joints: Joints, nested: bool) -> str:
    between, last = joints
    if nested:  # a comma before every joint, so that it is clear what belongs together
        between = last = last if last.startswith(",") else f",{last}"
    return between.join(parts[:-1]) + last + parts[-1]


ENGLISH = Words(
    lang="en",
    joints=((", ", " or "), (", ", " and ")),
    among=(("either {}", (", ", " or ")), ("both {}", (", ", " and "))),
    quoted="“{}”",
    amounts={
        "==": "exactly {v}",
        "<": "less than {v}",
        "<=": "at most {v}",
        ">": "more than {v}",
        ">=": "at least {v}",
        "between": "between {v} and {w}",
        "in": "{all}",
        "plain": "{v}",
    },
    dates={
        "==": "on {v}",
        "<": "before {v}",
        "<=": "on or before {v}",
        ">": "after {v}",
        ">=": "on or after {v}",
        "between": "between {v} and {w}",
        "in": "on {all}",
        "plain": "on {v}",
    },
    fewer="fewer than {v}",
    measures={
        "count": ("has placed {q} order(s){look}", "has not placed {q} order(s){look}"),
        "total": ("has spent {q}{look}", "has not spent {q}{look}"),
        "average": ("has spent {q} per order on average{look}", "has not spent {q} per order on average{look}"),
        "biggest": ("has spent {q} on the biggest order{look}", "has not spent {q} on the biggest order{look}"),
        "age": ("placed the latest order{look} {q} ago", "did not place the latest order{look} {q} ago"),
        "first_age": ("placed the first order{look} {q} ago", "did not place the first order{look} {q} ago"),
        "interval": (
            "leaves {q} between two orders on average{look}",
            "does not leave {q} between two orders on average{look}",
        ),
        "distinct_categories": (
            "has bought from {q} categor(y|ies){look}",
            "has not bought from {q} categor(y|ies){look}",
        ),
    },
    no_order=("has never placed an order", "has placed no order{look}"),
    filters={
        "category": " in the category {}",
        "product": " of the product {}",
        "maker": " by the maker {}",
        "shop": " at the shop {}",
        "channel": " through the channel {}",
        "over": " of more than {}",
        "over_elsewhere": " in orders of more than {}",
        "net": " net of returns",
    },
    windows={
        "days": " in the last {n} days",
        "today": " today",
        "hour": " in the last hour",
        "hours": " in the last {n} hours",
        "dates": " from {first} to {last}",
        "entry": " since entering the journey",
        "month": " this month",
        "year": " this year",
    },
    fields={
        "is": "“{label}” is {q}",
        "is_not": "“{label}” is not {q}",
        "is_day": "“{label}” is {q}",
        "is_day_not": "“{label}” is not {q}",
        "yes": "“{label}” is yes",
        "no": "“{label}” is no",
        "contains": "“{label}” contains {q}",
        "contains_not": "“{label}” does not contain {q}",
        "known": "has a known value for “{label}”",
        "unknown": "has no known value for “{label}”",
        "unsure": "it is not known whether the person {}",
    },
    units={"day": "{n} day(s)", "hour": "{n} hour(s)", "date": "{d} {month} {y}", "first": "{d} {month} {y}"},
    months=(
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
)  # fmt: skip

FRENCH = Words(
    lang="fr",
    joints=((", ", " ou "), (", ", " et ")),
    among=(("soit {}", (", soit ", ", soit ")), ("à la fois {}", (", ", " et "))),
    quoted="« {} »",
    amounts={
        "==": "exactement {v}",
        "<": "moins de {v}",
        "<=": "au plus {v}",
        ">": "plus de {v}",
        ">=": "au moins {v}",
        "between": "entre {v} et {w}",
        "in": "{all}",
        "plain": "{v}",
    },
    dates={
        "==": "le {v}",
        "<": "avant le {v}",
        "<=": "au plus tard le {v}",
        ">": "après le {v}",
        ">=": "à partir du {v}",
        "between": "entre le {v} et le {w}",
        "in": "le {all}",
        "plain": "le {v}",
    },
    fewer="moins de {v}",
    measures={
        "count": ("a passé {q} commande(s){look}", "n'a pas passé {q} commande(s){look}"),
        "total": ("a dépensé {q}{look}", "n'a pas dépensé {q}{look}"),
        "average": ("a dépensé {q} par commande en moyenne{look}", "n'a pas dépensé {q} par commande en moyenne{look}"),
        "biggest": (
            "a dépensé {q} pour sa plus grosse commande{look}",
            "n'a pas dépensé {q} pour sa plus grosse commande{look}",
        ),
        "age": ("a passé sa dernière commande{look} il y a {q}", "n'a pas passé sa dernière commande{look} il y a {q}"),
        "first_age": (
            "a passé sa première commande{look} il y a {q}",
            "n'a pas passé sa première commande{look} il y a {q}",
        ),
        "interval": (
            "laisse {q} entre deux commandes en moyenne{look}",
            "ne laisse pas {q} entre deux commandes en moyenne{look}",
        ),
        "distinct_categories": (
            "a acheté dans {q} catégorie(s){look}",
            "n'a pas acheté dans {q} catégorie(s){look}",
        ),
    },
    no_order=("n'a jamais passé de commande", "n'a passé aucune commande{look}"),
    filters={
        "category": " dans la catégorie {}",
        "product": " du produit {}",
        "maker": " de la marque {}",
        "shop": " au magasin {}",
        "channel": " par le canal {}",
        "over": " de plus de {}",
        "over_elsewhere": " en commandes de plus de {}",
        "net": " retours déduits",
    },
    windows={
        "days": " dans les {n} derniers jours",
        "today": " aujourd'hui",
        "hour": " dans la dernière heure",
        "hours": " dans les {n} dernières heures",
        "dates": " du {first} au {last}",
        "entry": " depuis son entrée dans le parcours",
        "month": " ce mois-ci",
        "year": " cette année",
    },
    fields={
        "is": "« {label} » vaut {q}",
        "is_not": "« {label} » ne vaut pas {q}",
        "is_day": "« {label} » est {q}",
        "is_day_not": "« {label} » n'est pas {q}",
        "yes": "« {label} » vaut oui",
        "no": "« {label} » vaut non",
        "contains": "« {label} » contient {q}",
        "contains_not": "« {label} » ne contient pas {q}",
        "known": "a une valeur connue pour « {label} »",
        "unknown": "n'a pas de valeur connue pour « {label} »",
        "unsure": "on ne sait pas si la personne {}",
    },
    units={"day": "{n} jour(s)", "hour": "{n} heure(s)", "date": "{d} {month} {y}", "first": "1er {month} {y}"},
    months=(
        "janvier", "février", "mars", "avril", "mai", "juin",
        "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    ),
    weekdays=("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    decimal_point=",",
    zero_is_singular=True,
)  # fmt: skip

WORDS: Mapping[str, Words] = {"en": ENGLISH, "fr": FRENCH}
