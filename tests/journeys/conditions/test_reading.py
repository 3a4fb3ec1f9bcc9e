"""Reading a condition: what is understood, what is refused, where, and with which hint."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journeys.catalogue import Field, builtin_catalogue
from journeys.conditions import Condition, Fault, Scope, from_lists, read_condition

SCOPE = Scope(
    catalogue=builtin_catalogue().with_fields([Field("crm.tier", "choice", choices=("silver", "gold"))]),
    currency="EUR",
    objects={"fibre_quiz": "game", "purchase": "wait", "club": "program", "RETOUR15": "pool"},
)


def read(text: str, scope: Scope = SCOPE) -> Condition:
    found = read_condition(text, scope)
    assert isinstance(found, Condition), found
    return found


def faults(text: str, scope: Scope = SCOPE) -> tuple[Fault, ...]:
    found = read_condition(text, scope)
    assert isinstance(found, tuple), found
    return found


def with_lets(**texts: str) -> Scope:
    scope = SCOPE
    for name, text in texts.items():
        scope = replace(scope, lets={**scope.lets, name: read(text, scope)})
    return scope


def test_the_two_conditions_of_an_active_customer_are_understood():
    active = read("crm.known and orders(last 90d).count >= 1")

    assert active.fields == {"crm.known"}
    assert active.reads_orders


@pytest.mark.parametrize(
    ("text", "place", "code"),
    [
        ("crm.known and fibre_quis.score >= 7", "fibre_quis.score", "condition.unknown_field"),
        ('crm.tier == "golden"', '"golden"', "condition.choice"),
        ("crm.tier > 3", "crm.tier > 3", "condition.operator"),
        ("orders().total >= 150", "150", "condition.type"),
        ("orders().age < 5 EUR", "5 EUR", "condition.type"),
        ("visit.count > true", "true", "condition.type"),
        ("fan.of_age and visit.count", "visit.count", "condition.not_yes_no"),
        ("orders().total >= 150 USD", "150 USD", "condition.currency"),
        ("orders(over 20 USD).count > 1", "orders(over 20 USD).count", "condition.currency"),
        ("actve", "actve", "condition.unknown_name"),
        ("purchase.score > 3", "purchase.score", "condition.not_given"),
        ("visit.count = 3", "=", "condition.syntax"),
        ("visit.count >= 3 or", "", "condition.unfinished"),
        ("orders().cuont > 3", "cuont", "condition.syntax"),
        ("fan.known_for > 2026-02-30", "2026-02-30", "condition.date"),
        ("orders().total > 1.234 EUR", "1.234 EUR", "condition.cents"),
        ('fan.country == " "', '" "', "condition.empty_text"),
        ("visit.count > 12345678901234567890", "12345678901234567890", "condition.too_big"),
        ("orders(last 999999999d).count > 1", "999999999d", "condition.too_big"),
        ('orders(shop "a" shop "b").count > 1', 'shop "b"', "condition.filter_twice"),
        ("crm.known\u202e", "\u202e", "condition.character"),
        ("crm.known\x00", "\x00", "condition.character"),
        ("   ", "   ", "condition.empty"),
    ],
)
def test_a_mistake_is_pointed_at_exactly(text, place, code):
    (fault,) = faults(text, with_lets(active="crm.known"))

    assert (fault.code, text[fault.start : fault.end]) == (code, place)
    assert fault.message("en") != fault.message("fr")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("fibre_quis.score >= 7", "did you mean fibre_quiz.score"),
        ("actve", "did you mean active?"),
        ('crm.tier == "golde"', "did you mean gold?"),
        ('crm.tier == "x"', 'use one of: "silver", "gold"'),
        ("orders().cuont > 3", "did you mean count?"),
        ("orders().total >= 150", "write an amount with its currency, as 150 EUR"),
        ("visit.count = 3", "write =="),
        ("crm.known && crm.member", "write and"),
        ("crm.known || crm.member", "write or"),
        ("crm.tier == 'gold'", "straight quotes"),
        ("orders(net last 3d).count > 1", "the window comes before the filters"),
        ("crm.tier is not known", "is unknown"),
        ("visit.count + 1 > 3", "no arithmetic"),
    ],
)
def test_a_mistake_comes_with_its_remedy(text, hint):
    (fault,) = faults(text, with_lets(active="crm.known"))

    assert hint in fault.hint()


def test_all_mistakes_are_told_at_once():
    assert [fault.code for fault in faults("crm.tierr > 3 and actve or orders().total > 5")] == [
        "condition.unknown_field",
        "condition.unknown_name",
        "condition.type",
    ]


def test_an_object_that_is_not_there_is_taken_on_trust_when_the_world_is_unknown():
    trusting = replace(SCOPE, assumed=True)

    assert read("tv_quiz.score >= 7 and coupon.RETOUR25.given", trusting)
    assert faults("tv_quiz.score >= 7")


def test_a_misspelt_object_is_refused_even_when_the_world_is_unknown():
    assert faults("fibre_quis.score >= 7", replace(SCOPE, assumed=True))


def test_a_game_gives_only_its_own_fields():
    scope = replace(SCOPE, gives={"fibre_quiz": frozenset({"score", "won"})})

    assert read("fibre_quiz.score > 3", scope)
    assert faults('fibre_quiz.choice == "a"', scope)[0].code == "condition.not_given"


def test_the_answers_of_a_game_are_its_choices():
    scope = replace(SCOPE, choices={"fibre_quiz": ("compact", "max")})

    assert faults('fibre_quiz.choice == "compct"', scope)[0].hint() == "did you mean compact?"


def test_a_bare_consent_is_one_for_the_newsletter():
    assert read("consent.email").text == "consent.newsletter.email"


def test_undeclared_crm_fields_are_taken_on_trust_only_when_asked_for():
    assert faults("crm.shoe_size > 40")
    assert read("crm.shoe_size > 40", replace(SCOPE, undeclared_crm_ok=True))


def test_commas_and_line_breaks_are_tolerated():
    assert read('crm.tier in ("gold",\n "silver")').text == 'crm.tier in ("gold" "silver")'


@pytest.mark.parametrize("word", ["android", "organic", "nothing", "income", "island", "trueish", "ordersheet"])
def test_a_name_may_begin_like_a_word_of_the_language(word):
    assert read(f"{word} and {word}", with_lets(**{word: "crm.known"})).fields == {"crm.known"}


def test_words_do_not_melt_into_names():
    assert faults("crm.known andcrm.member")


def test_fields_are_collected_through_names():
    scope = with_lets(active="crm.known and visit.count > 3", keen="active or fan.of_age")

    assert read("keen", scope).fields == {"crm.known", "visit.count", "fan.of_age"}


def test_what_may_be_unknown_is_listed():
    condition = read("crm.known and visit.count > 3 and fan.of_age is known and orders().age < 3d")

    assert condition.may_be_unknown == {"visit.count", "orders().age"}


@pytest.mark.parametrize("text", ["visit.count between 7 and 3", "orders(last 0d).count > 1"])
def test_what_can_never_be_is_remarked_but_not_refused(text):
    assert [remark.kind.level for remark in read(text).remarks] == ["warning"]


@pytest.mark.parametrize("text", ["not " * 60 + "crm.known", "(" * 60 + "crm.known" + ")" * 60, "not " * 998 + "a.b"])
def test_a_condition_has_at_most_fifty_levels(text):
    assert [fault.code for fault in faults(text)] == ["condition.too_deep"]


def test_fifty_levels_are_understood():
    assert read("not " * 49 + "crm.known").text.startswith("not not")


def test_brackets_inside_texts_do_not_count():
    assert read(f'fan.country == "{"(" * 99}"')


def test_a_condition_has_at_most_4000_characters():
    text = "crm.known and " * 285 + "crm.known"

    assert read(text)
    assert faults(text + " " * 9)[0].code == "condition.too_long"


def test_names_that_grow_without_bound_are_refused():
    scope = with_lets(a="crm.known and fan.of_age")
    for name, before in zip("bcdefghij", "abcdefghi", strict=True):
        found = read_condition(f"{before} and {before} and {before}", scope)
        if isinstance(found, tuple):
            break
        scope = replace(scope, lets={**scope.lets, name: found})

    assert found[0].code == "condition.too_complex"


WORDS = [
    "and",
    "or",
    "not",
    "(",
    ")",
    "in",
    "between",
    "is",
    "known",
    "unknown",
    "contains",
    "crm.known",
    "x.y",
    "orders(",
    ")",
    ".count",
    "last",
    "90d",
    "from",
    "to",
    "2026-01-01",
    "5",
    "EUR",
    ">=",
    "true",
]
anything = st.one_of(
    st.text(),
    st.text("()andorti.x=<>\"' 0123456789dhEUR\\"),
    st.lists(st.sampled_from(WORDS)).map(" ".join),
)


@settings(max_examples=300, deadline=None)
@given(anything)
def test_whatever_is_written_is_answered_without_an_exception(text):
    found = read_condition(text, SCOPE)

    for fault in found if isinstance(found, tuple) else ():
        assert 0 <= fault.start <= fault.end <= len(text)
        assert fault.message("fr")
        assert fault.message("en")


def test_lists_are_another_spelling_of_the_same_tree():
    lists = {"all": ["crm.known", {"any": ["fan.of_age", "visit.count > 3"]}, {"none": ["tag.a", "tag.b"]}]}

    written = read("crm.known and (fan.of_age or visit.count > 3) and not (tag.a or tag.b)")

    assert from_lists(lists, SCOPE) == written


def test_a_mistake_in_a_list_carries_its_path():
    (fault,) = from_lists({"all": ["crm.known", {"any": ["fan.of_age", "visit.count ="]}]}, SCOPE)

    assert fault.path == ("all", 1, "any", 1)


@pytest.mark.parametrize("data", [{}, [], {"all": []}, {"some": ["crm.known"]}, {"all": "crm.known"}, 3, None, {1: []}])
def test_what_is_no_list_of_conditions_is_refused(data):
    assert isinstance(from_lists(data, SCOPE), tuple)


def test_lists_have_at_most_fifty_levels():
    data: object = "crm.known"
    for _ in range(60):
        data = {"none": [data]}

    assert from_lists(data, SCOPE)[0].code == "condition.too_deep"
