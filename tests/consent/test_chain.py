"""Whoever changes, removes or moves a row of the ledger is found out; who is erased breaks nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.errors import NotFound
from app.models import Consent, ConsentHead, new_id
from app.services.consent import Word, forget, proof, record, verify_chain
from app.services.consent.canonical import canonical, row_hash
from app.services.consent.checking import Surroundings, Walk, start_of
from app.services.consent.ledger import columns_in_clear
from app.services.consent.subjects import Subject, position_of
from app.services.keys import fingerprint
from app.services.people import person_of_fan
from tests.makers import NOON

NOTICE = "Yes, write to me."
YES = Word("given", "newsletter", "email", NOTICE, "en", context={"network": "192.0.2.7", "step": "welcome"})


@pytest.fixture
def rows(tx, make):
    fans = [person_of_fan(tx, make.fan(display_name="Ada")) for _ in range(2)]
    return [row for fan in fans for row in record(tx, fan, [YES, YES], "ada@example.org", NOON)]


def unlocked(tx):
    """Take the triggers away, as somebody with the database's keys might."""
    if tx.get_bind().dialect.name == "sqlite":
        tx.execute(text("DROP TRIGGER consent_no_update"))
        tx.execute(text("DROP TRIGGER consent_no_delete"))
    else:
        tx.execute(text("DROP TRIGGER consent_append_only ON consent"))


def found(tx, make):
    return [(problem.code, problem.line) for problem in verify_chain(tx, make.its_brand.id).problems]


def test_an_untouched_chain_is_sound(tx, make, rows):
    report = verify_chain(tx, make.its_brand.id)

    assert (report.sound, report.rows, report.head_hash) == (True, 4, rows[-1].hash)


def test_a_brand_without_a_word_is_sound(tx, make):
    assert verify_chain(tx, make.its_brand.id).sound


def test_a_chain_longer_than_a_page_is_sound(tx, make, rows, monkeypatch):
    monkeypatch.setattr("app.services.consent.chain.ROWS_AT_ONCE", 3)

    assert verify_chain(tx, make.its_brand.id).rows == 4


@pytest.mark.parametrize("statement", ["UPDATE consent SET event = 'refused'", "DELETE FROM consent"])
def test_the_database_refuses_to_change_a_word(tx, rows, statement):
    with pytest.raises((IntegrityError, DBAPIError), match="append-only"):
        tx.execute(text(statement))


@pytest.mark.parametrize(
    "change",
    [
        "event = 'confirmed'",
        "purpose = 'partner'",
        "channel = 'sms'",
        "at = '2020-01-01 00:00:00'",
        "clear = replace(clear, 'welcome', 'goodbye')",
        "hash = upper(hash)",
    ],
)
def test_a_changed_row_is_named(tx, make, rows, change):
    unlocked(tx)
    tx.execute(text(f"UPDATE consent SET {change} WHERE seq = 2"))

    assert ("consent.changed", 2) in found(tx, make)


def test_a_changed_row_with_a_new_hash_no_longer_fits_the_next_one(tx, make, rows):
    unlocked(tx)
    forged = rows[1].clear.replace("newsletter", "partner")
    change = {"clear": forged, "hash": row_hash(rows[1].previous_hash, forged, rows[1].sealed)}
    tx.execute(text("UPDATE consent SET clear = :clear, hash = :hash, purpose = 'partner' WHERE seq = 2"), change)

    assert found(tx, make) == [("consent.out_of_chain", 3)]


def test_an_address_moved_to_another_row_is_found(tx, make, rows):
    unlocked(tx)
    forged = {"sealed": rows[0].sealed, "hash": row_hash(rows[1].previous_hash, rows[1].clear, rows[0].sealed)}
    tx.execute(text("UPDATE consent SET sealed = :sealed, hash = :hash WHERE seq = 2"), forged)

    assert ("consent.changed", 2) in found(tx, make)


def test_a_removed_row_is_named(tx, make, rows):
    unlocked(tx)
    tx.execute(text("DELETE FROM consent WHERE seq = 2"))

    assert found(tx, make) == [("consent.missing", 3)]


def test_a_removed_end_is_found_by_the_head(tx, make, rows):
    unlocked(tx)
    tx.execute(text("DELETE FROM consent WHERE seq >= 3"))

    assert found(tx, make) == [("consent.head", 2)]


def test_two_rows_that_changed_places_are_found(tx, make, rows):
    unlocked(tx)
    for old, new in ((2, 99), (3, 2), (99, 3)):
        tx.execute(text(f"UPDATE consent SET seq = {new} WHERE seq = {old}"))

    assert {("consent.changed", 2), ("consent.changed", 3)} <= set(found(tx, make))


def test_a_changed_notice_is_found(tx, make, rows):
    tx.execute(text("UPDATE notice SET text = 'You owe us money.'"))

    assert {code for code, _ in found(tx, make)} == {"consent.notice"}


def test_an_erased_person_leaves_the_chain_sound(tx, make, rows):
    fan_id = tx.execute(text("SELECT fan_id FROM person_key")).scalars().first()
    tx.execute(text("DELETE FROM person_key WHERE fan_id = :id"), {"id": fan_id})

    assert verify_chain(tx, make.its_brand.id).sound


def test_the_proof_of_a_word_shows_what_was_read_and_said(tx, make, rows):
    shown = proof(tx, make.its_brand.id, rows[1].id)

    assert (shown["sound"], shown["notice_text"], shown["address"]) == (True, NOTICE, "ada@example.org")
    assert (shown["seq"], shown["hash"], shown["context"]["network"]) == (2, rows[1].hash, "192.0.2.0/24")


def test_the_proof_of_an_erased_person_names_nobody(tx, make):
    fan = person_of_fan(tx, make.fan(display_name="Ada"))
    row = record(tx, fan, [YES], "ada@example.org", NOON)[0]

    forget(tx, fan)

    shown = proof(tx, make.its_brand.id, row.id)
    assert (shown["address"], shown["name"], shown["erased"], shown["sound"]) == ("", "", True, True)


def test_the_proof_of_another_brands_word_is_not_to_be_had(tx, make, rows):
    with pytest.raises(NotFound):
        proof(tx, make.brand().id, rows[0].id)


BRAND, SUBJECT = new_id(), Subject(new_id(), b"k" * 32)
AROUND = Surroundings({SUBJECT.id: SUBJECT}, {fingerprint(NOTICE): NOTICE})
COLUMNS = [column.key for column in Consent.__table__.columns]


def chain_of(length):
    """Rows as the ledger writes them, without a database."""
    rows, before = [], start_of(BRAND).hash
    for seq in range(1, length + 1):
        whose = {"brand_id": BRAND, "seq": seq, "id": new_id(), "subject_id": SUBJECT.id, "campaign_id": new_id()}
        row = Consent(**whose, purpose="newsletter", channel="email", event="given", at=NOON, previous_hash=before)
        row.clear = canonical(columns_in_clear(row) | {"notice_hash": fingerprint(NOTICE), "context": {}})
        row.sealed = SUBJECT.seal({"address": "ada@example.org"}, position_of(BRAND, seq, row.id))
        row.hash = before = row_hash(before, row.clear, row.sealed)
        rows.append(row)
    return rows


def findings(rows):
    walk = Walk(start_of(BRAND))
    for row in rows:
        walk.step(row, AROUND)
    return walk.findings


def flipped(value, at, bit):
    """The value with one bit changed; a text or number stays one."""
    raw = bytearray(value if isinstance(value, bytes) else str(value).encode())
    raw[at % len(raw)] ^= 1 << bit
    return bytes(raw) if isinstance(value, bytes) else raw.decode("latin-1")


def test_rows_made_in_the_tests_are_sound():
    assert findings(chain_of(4)) == []


@given(
    which=st.integers(0, 3), column=st.sampled_from(["clear", "sealed", "hash", "previous_hash"]),
    at=st.integers(0), bit=st.integers(0, 6),
)  # fmt: skip
@settings(max_examples=200, deadline=None)
def test_one_changed_bit_in_text_or_ciphertext_is_found(which, column, at, bit):
    rows = chain_of(4)

    setattr(rows[which], column, flipped(getattr(rows[which], column), at, bit))

    assert rows[which].seq in [finding.seq for finding in findings(rows)]


@pytest.mark.parametrize("column", ["purpose", "channel", "event"])
@given(at=st.integers(0), bit=st.integers(0, 6))
@settings(max_examples=30, deadline=None)
def test_one_changed_bit_in_a_word_is_found(column, at, bit):
    rows = chain_of(2)

    setattr(rows[1], column, flipped(getattr(rows[1], column), at, bit))

    assert rows[1].seq in [finding.seq for finding in findings(rows)]


@pytest.mark.parametrize("column", ["id", "subject_id", "campaign_id", "brand_id"])
def test_another_id_is_found(column):
    rows = chain_of(2)

    setattr(rows[1], column, new_id())

    assert [finding.kind.code for finding in findings(rows)][:1] == ["consent.changed"]


@given(order=st.permutations(range(4)), kept=st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_rows_left_out_or_put_in_another_order_are_found(order, kept):
    rows = chain_of(4)
    end = rows[-1]

    walk = Walk(start_of(BRAND))
    for index in order[:kept]:
        walk.step(rows[index], AROUND)
    walk.close(type(walk.end)(BRAND, end.seq, end.hash))

    assert (walk.broken == 0) == (list(order[:kept]) == [0, 1, 2, 3])


def test_every_column_of_the_ledger_is_bound_by_a_check():
    bound = {"brand_id", "seq", "id", "subject_id", "purpose", "channel", "event", "at", "campaign_id"}

    assert set(COLUMNS) == bound | {"clear", "sealed", "previous_hash", "hash"}
    assert ConsentHead.__table__.columns.keys() == ["brand_id", "seq", "hash"]
