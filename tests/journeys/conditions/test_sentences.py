"""Sentences: what a condition says of a person, in French and English."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from journeys.catalogue import Field, builtin_catalogue
from journeys.conditions import Scope, read_condition
from journeys.conditions.printer import printed
from tests.journeys.conditions.strategies import SCOPE as RANDOM_SCOPE
from tests.journeys.conditions.strategies import trees

SCOPE = Scope(
    catalogue=builtin_catalogue().with_fields(
        [
            Field("crm.tier", "choice", choices=("silver", "gold"), en="loyalty tier", fr="niveau de fidélité"),
            Field("crm.born_on", "date", en="was born {}", fr="est né {}"),
        ]
    ),
    currency="EUR",
    objects={"quiz": "game", "purchase": "wait", "club": "program", "RETOUR15": "pool"},
)

SAID = [
    (
        "orders(last 90d).count >= 1",
        "has placed at least 1 order in the last 90 days",
        "a passé au moins 1 commande dans les 90 derniers jours",
    ),
    (
        "orders(last 90d).count == 0",
        "has placed no order in the last 90 days",
        "n'a passé aucune commande dans les 90 derniers jours",
    ),
    ("orders().count < 1", "has never placed an order", "n'a jamais passé de commande"),
    ("not orders().count == 0", "has placed at least 1 order", "a passé au moins 1 commande"),
    ("orders().count > 1", "has placed at least 2 orders", "a passé au moins 2 commandes"),
    ("not orders().count in (2 3)", "has not placed 2 or 3 orders", "n'a pas passé 2 ou 3 commandes"),
    (
        'orders(last 24h shop "Lyon" over 20.50 EUR net).count >= 2',
        "has placed at least 2 orders of more than 20.50 EUR at the shop “Lyon” net of returns in the last 24 hours",
        "a passé au moins 2 commandes de plus de 20,50 EUR au magasin « Lyon » retours déduits"
        " dans les 24 dernières heures",
    ),
    (
        "orders(from 2026-05-01 to 2026-05-31).total >= 150 EUR",
        "has spent at least 150 EUR from 1 May 2026 to 31 May 2026",
        "a dépensé au moins 150 EUR du 1er mai 2026 au 31 mai 2026",
    ),
    (
        "orders().age < 90d",
        "placed the latest order less than 90 days ago",
        "a passé sa dernière commande il y a moins de 90 jours",
    ),
    (
        "not orders().age < 90d",
        "placed the latest order at least 90 days ago",
        "a passé sa dernière commande il y a au moins 90 jours",
    ),
    (
        "orders(this year).distinct_categories == 1",
        "has bought from exactly 1 category this year",
        "a acheté dans exactement 1 catégorie cette année",
    ),
    ("fan.of_age == false", "is not of age", "n'est pas majeur"),
    ("not purchase.came", "has not seen “purchase” come", "n'a pas vu venir « purchase »"),
    ("quiz.score >= 7", "has scored at least 7 points in “quiz”", "a obtenu au moins 7 points à « quiz »"),
    ("not quiz.score >= 7", "has scored fewer than 7 points in “quiz”", "a obtenu moins de 7 points à « quiz »"),
    ("quiz.score != 1", "has not scored 1 point in “quiz”", "n'a pas obtenu 1 point à « quiz »"),
    ('crm.tier == "gold"', "“loyalty tier” is “gold”", "« niveau de fidélité » vaut « gold »"),
    ("crm.born_on < 2000-05-01", "was born before 1 May 2000", "est né avant le 1er mai 2000"),
    ('now.weekday in ("saturday" "sunday")', "looks in on a Saturday or Sunday", "passe un samedi ou dimanche"),
    (
        "crm.tier is unknown",
        "has no known value for “crm.tier”",
        "n'a pas de valeur connue pour « crm.tier »",
    ),
    (
        "crm.known and (fan.of_age or tag.vip)",
        "is known in the CRM base, and either is of age or bears the tag “vip”",
        "est connu dans la base CRM, et soit est majeur, soit porte l'étiquette « vip »",
    ),
    (
        "not (crm.known and fan.of_age)",
        "is not known in the CRM base or is not of age",
        "n'est pas connu dans la base CRM ou n'est pas majeur",
    ),
]


@pytest.mark.parametrize(("text", "english", "french"), SAID)
def test_a_condition_reads_as_one_would_say_it(text, english, french):
    condition = read_condition(text, SCOPE)

    assert (condition.sentence("en"), condition.sentence("fr")) == (english, french)


@settings(max_examples=300, deadline=None)
@given(trees)
def test_every_condition_has_a_sentence_in_both_languages(tree):
    condition = read_condition(printed(tree), RANDOM_SCOPE)

    for lang in ("en", "fr"):
        said = condition.sentence(lang)
        assert said == said.strip()
        assert "{" not in said
        assert "(s)" not in said


def test_every_built_in_field_has_its_sentence_and_its_contrary_in_both_languages():
    catalogue = builtin_catalogue()

    for field in [*catalogue.fields.values(), *(pattern.sample for pattern in catalogue.patterns)]:
        texts = (field.en, field.not_en, field.fr, field.not_fr)
        assert all(texts), field.name
        assert {"{}" in text for text in texts} == {field.type != "yes/no"}, field.name
