"""The invariants bite: each planted breach is named, and a sound database has none."""

import pytest
from sqlalchemy import text

from tests.makers import NOON
from tests.proof.fair import invite, set_up, set_watch
from tests.proof.invariants import INVARIANTS, broken
from tests.proof.opening import go_through

NOBODY = "00000000000000000000000000000000"
BREACHES = {
    "claims and coupons name each other": "UPDATE coupon SET claim_id = NULL WHERE claim_id IS NOT NULL",
    "given is claimed and claimed was given": "UPDATE effect SET result = 'empty' WHERE kind = 'GiveCoupon'",
    "nobody has more than her share": "UPDATE coupon_pool SET per_person = 0",
    "stock is conserved": "DELETE FROM coupon WHERE claim_id IS NULL",
    "coupon ledger sums to zero": "UPDATE coupon_entry SET change = 2 WHERE account = 'people'",
    "points ledger sums to zero": "DELETE FROM points_entry WHERE change > 0",
    "plays are whole": "UPDATE play SET moves = 0",
    "plays are numbered without gap": "UPDATE play SET number = number + 1",
    "votes are counted once": "UPDATE play SET finished_at = NULL WHERE game = 'fruit'",
    "votes counted are votes stored": "UPDATE vote_count SET votes = votes + 1",
    "finished votes are stored": "DELETE FROM vote WHERE choice = 'apple'",
    "answered rows have answers": f"""
        INSERT INTO answered (id, brand_id, actor, key, fingerprint, at)
        SELECT '{NOBODY}', id, 'fan:1', 'a key', '', created_at FROM brand""",
    "what happened was counted": "DELETE FROM event WHERE name = 'coupon_given'",
    "every run stands on a step": "UPDATE run SET at_step = 'nowhere' WHERE ended_at IS NULL",
    "nobody is left before a gift": "UPDATE run SET waiting = 'give' WHERE ended_at IS NULL",
    "runs are numbered without gap": "UPDATE run SET number = 2",
    "advances follow each other": "UPDATE run SET advances = advances + 1",
    "decisions follow each other": "UPDATE decision SET number = number + 10",
    "what was decided is decided again": "UPDATE decision SET outcome = 'another' WHERE step = 'prize'",
    "no run is stuck": "UPDATE run SET failures = 1",
    "versions are complete": "UPDATE campaign SET live_version_id = id",
    "outbox is empty": "UPDATE outbox SET done_at = NULL",
    "messages are accounted for": "DELETE FROM outbox WHERE kind = 'message'",
    "consent chains verify": "UPDATE consent_head SET hash = 'another'",
    "consents have their person": "DELETE FROM person_key",
    "no row is an orphan": f"UPDATE vote SET play_id = '{NOBODY}'",
}
LAW = {each.name: each for each in INVARIANTS}


@pytest.fixture(scope="module")
def world(shared_database):
    """Two fans who went through the whole fair, and one who is in the night watch; nothing is owed."""
    with shared_database("sqlite").rolled_back() as tx:
        set_up(tx, NOON)
        guests = invite(tx, 3, NOON)
        for guest, choice in zip(guests, ("apple", "pear"), strict=False):
            go_through(tx, guest, choice, NOON)
        set_watch(tx, guests[2:], [NOON])
        tx.execute(text("UPDATE outbox SET done_at = due_at, attempts = 1"))
        tx.execute(text("UPDATE message SET status = 'sent', sent_at = created_at"))
        tx.execute(text("PRAGMA defer_foreign_keys = ON"))  # so that references may be broken; all is undone at the end
        yield tx


def test_a_sound_database_breaks_no_invariant(world):
    assert broken(world) == {}


def test_every_invariant_has_a_planted_breach():
    assert LAW.keys() == BREACHES.keys()


@pytest.mark.parametrize("name", BREACHES)
def test_a_planted_breach_is_named(world, name):
    with world.begin_nested() as undone:
        world.execute(text(BREACHES[name]))

        places = LAW[name].places(world)

        undone.rollback()
    assert places
