"""What leaves: only whom the last word allows, each once, with the words and their proof."""

import csv
import io
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.models import Membership, new_id
from app.services.consent import Word, forget, proof, record, withdraw
from app.services.crm import erase_contact
from app.services.exporting import export_optins, optins
from app.services.exporting.formats import defused
from app.services.people import Person, person_of_fan
from tests.makers import NOON

NOTICE = "Yes, send me\nthe letter."


def say(event="given", purpose="newsletter", channel="email", campaign=None):
    return Word(event, purpose, channel, NOTICE, "en", campaign_id=campaign.id if campaign else None)


def exported(tx, brand, fmt="csv", campaign=None):
    text = "".join(export_optins(tx, brand, campaign, fmt, NOON))
    return list(
        csv.DictReader(
            io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";" if fmt == "spreadsheet" else ","
        )
    )


@pytest.fixture
def ada(tx, make):
    """A linked customer who has given and confirmed."""
    make.its_brand.opt_in = "double"
    fan = make.fan(language="fr")
    contact = make.contact(email="ada@crm.example", first_name="Ada", last_name="Lovelace", country="GB")
    make.link(fan, contact)
    person = person_of_fan(tx, fan)
    record(tx, person, [say()], "ada@example.org", NOON)
    record(tx, person, [say("confirmed")], "ada@example.org", NOON)
    return person


def test_a_row_says_who_what_and_with_which_words(tx, make, ada):
    [row] = exported(tx, make.its_brand)

    assert (row["email"], row["first_name"], row["last_name"], row["country"]) == (
        "ada@example.org",
        "Ada",
        "Lovelace",
        "GB",
    )
    assert (row["purpose"], row["channel"], row["opt_in"]) == ("newsletter", "email", "double")
    assert (row["consent_text"], row["given_at"]) == (NOTICE, "2026-06-15T12:00:00+00:00")


def test_the_proof_of_a_row_is_in_the_ledger(tx, make, ada):
    [row] = optins(tx, make.its_brand)

    shown = proof(tx, make.its_brand.id, row.consent_id)

    assert (row.proof, shown["sound"]) == (f"{shown['seq']}:{shown['hash']}", True)
    assert (shown["notice_text"], shown["notice_hash"]) == (NOTICE, row.notice_hash)


def test_an_unconfirmed_yes_does_not_leave_under_double_opt_in(tx, make):
    record(tx, person_of_fan(tx, make.fan()), [say()], "ada@example.org", NOON)

    assert exported(tx, make.its_brand) == []


def test_who_withdrew_does_not_leave(tx, make, ada):
    withdraw(tx, ada, "newsletter", "email", NOON)

    assert exported(tx, make.its_brand) == []


def test_who_withdraws_while_the_file_is_written_does_not_leave(tx, make, ada):
    bob = person_of_fan(tx, make.fan())
    record(tx, bob, [say("confirmed")], "bob@example.org", NOON)
    rows = optins(tx, make.its_brand)
    first = next(rows)

    withdraw(tx, bob if first.email == "ada@example.org" else ada, "newsletter", "email", NOON)

    assert list(rows) == []


def test_who_was_erased_does_not_leave(tx, make, ada):
    contact_only = Person(ada.brand_id, None, ada.contact_id)
    forget(tx, ada)
    forget(tx, contact_only)

    assert exported(tx, make.its_brand) == []


def test_a_person_leaves_once_for_each_purpose_and_channel(tx, make, ada):
    record(tx, Person(ada.brand_id, None, ada.contact_id), [say("confirmed")], "ada@crm.example", NOON)
    record(tx, ada, [say("confirmed", channel="sms")], "+33612345678", NOON)

    assert [(row["channel"], row["email"], row["phone"]) for row in exported(tx, make.its_brand)] == [
        ("email", "ada@crm.example", ""),
        ("sms", "", "+33612345678"),
    ]


def test_a_campaign_gives_only_what_was_said_in_it(tx, make):
    make.its_brand.opt_in = "single"
    here, there = make.campaign(), make.campaign()
    for campaign, address in ((here, "a@example.org"), (there, "b@example.org")):
        record(tx, person_of_fan(tx, make.fan()), [say(campaign=campaign)], address, NOON)

    assert [(row["email"], row["campaign"]) for row in exported(tx, make.its_brand, campaign=here)] == [
        ("a@example.org", here.slug)
    ]


def test_another_brand_sees_nothing(tx, make, ada):
    assert exported(tx, make.brand()) == []


def test_programs_stand_in_the_row(tx, make, ada):
    whose = {"brand_id": ada.brand_id, "contact_id": ada.contact_id}
    tx.add(Membership(id=new_id(), program="club", joined_at=NOON, **whose))
    tx.flush()

    assert exported(tx, make.its_brand)[0]["program"] == "club"


def test_the_file_for_programs_keeps_the_rfc(tx, make, ada):
    text = "".join(export_optins(tx, make.its_brand, None, "csv", NOON))

    assert text.startswith("email,phone,first_name,")
    assert text.endswith("\r\n")
    assert '"Yes, send me\nthe letter."' in text


def test_the_file_for_spreadsheets_has_its_mark_and_semicolons(tx, make, ada):
    text = "".join(export_optins(tx, make.its_brand, None, "spreadsheet", NOON))

    assert text.startswith('\ufeff"email";"phone"')


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "\u00a0=1",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        "=cmd|' /C calc'!A0",
    ],
)
def test_a_cell_that_might_be_a_formula_is_defused(cell):
    assert defused(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["", "Ada", "1.50", "a=b", "ada@example.org", "2026-06-15"])
def test_a_harmless_cell_stays_as_it_is(cell):
    assert defused(cell) == cell


def test_a_formula_in_a_name_is_harmless_in_a_spreadsheet(tx, make, ada):
    fan = make.fan(display_name="=HYPERLINK(0)")
    record(tx, person_of_fan(tx, fan), [say("confirmed")], "e@example.org", NOON)

    assert "'=HYPERLINK(0)" in {row["first_name"] for row in exported(tx, make.its_brand, "spreadsheet")}
    assert "=HYPERLINK(0)" in {row["first_name"] for row in exported(tx, make.its_brand)}


PEOPLE = st.integers(0, 2)
ACTS = st.one_of(
    st.tuples(
        st.sampled_from(["given", "confirmed", "refused", "withdrawn"]), PEOPLE, st.sampled_from(["fan", "contact"])
    ),
    st.tuples(st.sampled_from(["link", "erase"]), PEOPLE, st.just("")),
)


@given(acts=st.lists(ACTS, max_size=12), opt_in=st.sampled_from(["single", "double"]))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_the_export_is_the_fold_of_what_was_said(acts, opt_in, tx, make):
    brand = make.brand(opt_in=opt_in)
    people = [(make.fan(brand), make.contact(brand)) for _ in range(3)]
    told, linked, erased = {}, set(), set()

    for act, who, side in acts:
        fan, contact = people[who]
        if who in erased:
            continue
        if act == "link" and who not in linked:
            make.link(fan, contact)
            linked.add(who)
        elif act == "erase":
            forget(tx, Person(brand.id, fan.id))
            erase_contact(tx, contact, NOON)
            fan.erased_at = NOON
            erased.add(who)
        elif side:
            speaker = Person(brand.id, fan.id) if side == "fan" else Person(brand.id, None, contact.id)
            record(tx, speaker, [say(act)], f"{side}{who}@example.org", NOON)
            told.setdefault((who, side), []).append((len(told_so_far(told)), act))

    tx.flush()
    assert sorted(row.email for row in optins(tx, brand)) == sorted(expected(told, linked, erased, opt_in))


def told_so_far(told):
    return [word for words in told.values() for word in words]


def expected(told, linked, erased, opt_in):
    """The plain reading: put together who is one, and look at the last word (a repeated yes keeps its confirmation)."""
    for who in set(range(3)) - erased:
        sides = [("fan", "contact")] if who in linked else [("fan",), ("contact",)]
        for together in sides:
            words = sorted((n, act, side) for side in together for n, act in told.get((who, side), ()))
            stands = address = None
            for _, act, side in words:
                if not (act == "given" and stands == "confirmed"):
                    stands, address = act, f"{side}{who}@example.org"
            if stands == "confirmed" or (stands == "given" and opt_in == "single"):
                yield address


def test_what_was_said_after_now_is_not_in_the_file(tx, make, ada):
    late = person_of_fan(tx, make.fan())
    record(tx, late, [say("confirmed")], "late@example.org", NOON + timedelta(days=1))

    assert [row["email"] for row in exported(tx, make.its_brand)] == ["ada@example.org"]
