"""`GET /api/v1/optins`: the words that say yes, newest first, page by page."""

import pytest

from app.db import transaction
from app.services.consent import Word, record
from app.services.people import Person
from app.web.clock import utcnow
from tests.api.caller import Caller, made, new_key
from tests.makers import Make


@pytest.fixture
def seven(brand):
    """Seven people who say yes, and one who says no."""
    say(brand, *["given"] * 7, "refused")


def say(brand, *events):
    with transaction() as tx:
        make = Make(tx, utcnow())
        for event in events:
            person = Person(brand.id, make.fan(brand).id)
            record(tx, person, [Word(event, "newsletter", "email", "Yes, write to me.", "en")], None, utcnow())


def pages(till, size):
    """Every page, by following the cursors."""
    found, cursor = [], ""
    while cursor is not None:
        answer = till.get(f"/optins?limit={size}" + (f"&cursor={cursor}" if cursor else "")).json
        found.append([row["seq"] for row in answer["optins"]])
        cursor = answer["next"]
    return found


@pytest.mark.parametrize(
    ("size", "expected"),
    [(3, [[7, 6, 5], [4, 3, 2], [1]]), (7, [[7, 6, 5, 4, 3, 2, 1]]), (200, [[7, 6, 5, 4, 3, 2, 1]])],
)
def test_pages_follow_one_another_without_gap_or_repeat(till, seven, size, expected):
    assert pages(till, size) == expected


def test_a_page_has_as_many_as_asked(till, brand):
    say(brand, *["given"] * 60)

    assert len(till.get("/optins?limit=60").json["optins"]) == 60
    assert len(till.get("/optins").json["optins"]) == 50


def test_nobody_said_yes(till):
    assert till.get("/optins").json == {"optins": [], "next": None}


def test_an_opt_in_carries_its_proof_and_no_address(till, seven):
    row = till.get("/optins?limit=1").json["optins"][0]

    assert (row["event"], row["purpose"], row["channel"]) == ("given", "newsletter", "email")
    assert set(row) == {
        "proof",
        "seq",
        "event",
        "purpose",
        "channel",
        "at",
        "hash",
        "campaign",
        "person",
        "may_contact",
    }


@pytest.mark.parametrize(
    ("opt_in", "events", "expected"),
    [
        ("single", ["given"], [True]),
        ("single", ["given", "withdrawn"], [False]),
        ("single", ["given", "refused"], [False]),
        ("single", ["given", "withdrawn", "given"], [True, True]),
        ("double", ["given"], [False]),
        ("double", ["given", "confirmed"], [True, True]),
        ("double", ["given", "confirmed", "withdrawn"], [False, False]),
    ],
)
def test_a_word_that_was_taken_back_allows_nothing(app, opt_in, events, expected):
    brand = made(lambda make: make.brand(slug="told", opt_in=opt_in))
    with transaction() as tx:
        person = Person(brand.id, Make(tx, utcnow()).fan(brand).id)
        for event in events:
            record(tx, person, [Word(event, "newsletter", "email", "Yes, write to me.", "en")], None, utcnow())

    rows = Caller(app.test_client(), new_key(brand)).get("/optins").json["optins"]

    assert [row["may_contact"] for row in rows] == expected


def test_another_brand_sees_none_of_them(app, seven):
    other = Caller(app.test_client(), new_key(made(lambda make: make.brand(slug="other"))))

    assert other.get("/optins").json["optins"] == []


def test_a_cursor_that_was_changed_is_refused(till, seven):
    cursor = till.get("/optins?limit=1").json["next"]

    assert till.get(f"/optins?cursor={cursor[:-1]}{'A' if cursor[-1] != 'A' else 'B'}").status_code == 400


def test_nothing_is_kept_by_caches(till):
    assert till.get("/optins").headers["Cache-Control"] == "no-store"
