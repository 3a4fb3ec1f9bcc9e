"""Contacts come in whole, once, and only where they may."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.models import Attribute, Contact, Membership
from app.services.consent import Word, may_contact, record, standing
from app.services.crm import attributes_of, erase_contact
from app.services.people import Person
from tests.makers import NOON

PEOPLE = """external_id,email,phone,first_name,last_name,language,country,birth_year,crm.tier,programs
7,Ada@Example.org,+33 6 12 34 56 78,Ada,Lovelace,EN,gb,1987,gold,club|recipes
8,,,Zoë,,,,,,
"""


def contacts(tx):
    return {contact.external_id: contact for contact in tx.scalars(select(Contact))}


def counts(report):
    return (report.tally.new, report.tally.changed, report.tally.same, report.errors)


def person(contact):
    return Person(contact.brand_id, None, contact.id)


def test_a_contact_comes_in_with_every_column_in_its_one_form(tx, imported):
    imported("contacts", PEOPLE)

    ada = contacts(tx)["7"]
    assert (ada.email, ada.phone, ada.first_name) == ("ada@example.org", "+33612345678", "Ada")
    assert (ada.language, ada.country, ada.birth_year) == ("en", "GB", 1987)


def test_attributes_come_in_as_said_by_the_crm(tx, imported):
    imported("contacts", PEOPLE)

    row = tx.scalars(select(Attribute)).one()
    assert (row.name, row.value, row.source, row.origin) == ("crm.tier", "gold", "crm", "people.csv")


def test_programs_come_in(tx, imported):
    imported("contacts", PEOPLE)

    assert set(tx.scalars(select(Membership.program))) == {"club", "recipes"}


def test_the_same_file_imported_again_changes_nothing(tx, imported):
    first = imported("contacts", PEOPLE)

    second = imported("contacts", PEOPLE, NOON + timedelta(days=1))

    assert (counts(first), counts(second)) == ((2, 0, 0, 0), (0, 0, 2, 0))
    assert contacts(tx)["7"].updated_at == NOON
    assert "0 new, 0 changed, 2 same" in second.summary()


def test_what_is_new_in_a_file_changes_the_contact(tx, imported):
    imported("contacts", PEOPLE)

    report = imported("contacts", PEOPLE.replace("gold", "silver").replace("Zoë", "Zoé"))

    assert counts(report) == (0, 2, 0, 0)
    assert attributes_of(tx, person(contacts(tx)["7"])) == {"crm.tier": "silver"}


def test_an_empty_cell_empties_and_a_missing_column_does_not(tx, imported):
    imported("contacts", PEOPLE)

    imported("contacts", "external_id,email,crm.tier\n7,,\n")

    ada = contacts(tx)["7"]
    assert (ada.email, ada.first_name, attributes_of(tx, person(ada))) == (None, "Ada", {})


def test_a_dry_run_counts_and_writes_nothing(tx, imported):
    report = imported("contacts", PEOPLE, dry_run=True)

    assert (counts(report), contacts(tx)) == ((2, 0, 0, 0), {})


def test_two_sources_may_use_the_same_id(tx, imported):
    imported("contacts", PEOPLE)

    assert counts(imported("contacts", PEOPLE, source="shop")) == (2, 0, 0, 0)


def test_an_id_that_stands_twice_is_imported_once(tx, imported):
    report = imported("contacts", "external_id,first_name\n7,Ada\n7,Bob\n")

    assert [(problem.code, problem.line) for problem in report.problems if problem.level == "error"] == [
        ("import.repeated", 3)
    ]
    assert contacts(tx)["7"].first_name == "Ada"


def test_good_rows_come_in_beside_bad_ones(tx, imported):
    report = imported("contacts", "external_id,email\n7,nobody\n8,zoe@example.org\n")

    assert set(contacts(tx)) == {"8"}
    assert [(p.code, p.line, p.col) for p in report.problems if p.level == "error"] == [("import.email", 2, 2)]


def test_a_declared_attribute_is_read_by_its_type(tx, make, imported):
    make.its_brand.attributes = {"crm.children": {"type": "whole"}}

    report = imported("contacts", "external_id,children\n7,3\n8,many\n")

    assert attributes_of(tx, person(contacts(tx)["7"])) == {"crm.children": 3}
    assert [problem.code for problem in report.problems if problem.level == "error"] == ["import.value"]


def test_a_choice_outside_the_declared_ones_is_a_problem(make, imported):
    make.its_brand.attributes = {"crm.tier": {"type": "choice", "choices": ["gold", "silver"]}}

    report = imported("contacts", "external_id,crm.tier\n7,tin\n")

    assert "gold, silver" in report.problems[-1].message()


def test_somebody_erased_stays_erased(tx, imported):
    imported("contacts", PEOPLE)
    erase_contact(tx, contacts(tx)["7"], NOON)

    report = imported("contacts", PEOPLE + "9,ada@example.org,,,,,,,,\n")

    assert (report.tally.erased, set(contacts(tx)), contacts(tx)["7"].email) == (2, {"7", "8"}, None)


def test_somebody_who_withdrew_stays_withdrawn(tx, make, imported):
    imported("contacts", PEOPLE)
    ada = person(contacts(tx)["7"])
    record(tx, ada, [Word("given", "newsletter", "email"), Word("withdrawn", "newsletter", "email")], None, NOON)

    imported("contacts", "external_id,email,newsletter,consent_proof,consent_given_at\n7,a@x.org,yes,shop,2026-01-02\n")

    assert standing(tx, ada) == {"newsletter.email": "withdrawn"}
    assert not may_contact(tx, ada, "newsletter", "email", make.its_brand)


@pytest.mark.parametrize(
    ("header", "cells", "why"),
    [
        ("newsletter", "yes", "no proof"),
        ("newsletter,consent_proof", "yes,shop", "no date"),
        ("newsletter,consent_proof,consent_given_at", "yes,shop,2030-01-01", "future"),
    ],
)
def test_a_consent_without_proof_is_no_marketing(tx, imported, header, cells, why):
    report = imported("contacts", f"external_id,email,{header}\n7,ada@example.org,{cells}\n")

    assert [(problem.code, why in problem.message()) for problem in report.problems] == [("import.no_proof", True)]
    assert standing(tx, person(contacts(tx)["7"])) == {}


def test_a_consent_with_proof_is_recorded_once(tx, imported):
    text = (
        "external_id,email,newsletter,consent_proof,consent_given_at,consent_text\n7,a@x.org,yes,shop,2026-01-02,Yes!\n"
    )

    imported("contacts", text)
    imported("contacts", text)

    ada = person(contacts(tx)["7"])
    assert standing(tx, ada) == {"newsletter.email": "given"}
    assert tx.scalar(select(func.count()).select_from(Attribute)) == 0


def test_a_file_without_consent_says_so(imported):
    assert [problem.code for problem in imported("contacts", PEOPLE).problems] == ["import.no_consent"]


def test_only_the_first_hundred_problems_are_kept_and_all_are_counted(imported):
    report = imported("contacts", "external_id,email\n" + "\n".join(f"{n},nobody" for n in range(150)))

    assert (len([p for p in report.problems if p.level == "error"]), report.counts["import.email"]) == (100, 150)
