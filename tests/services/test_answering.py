"""Idempotency: a call under a key happens once, and its answer is kept."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Event

import pytest

from app.db import bind, engine_for, transaction
from app.errors import Closed, InFlight, KeyReused, MissingIdempotencyKey
from app.services import answering
from app.services.answering import KEPT, Call, alone, answer_once, forget_old, request_print
from tests.databases import SECRET
from tests.makers import NOON, Make


@pytest.fixture
def call(make):
    return Call(make.its_brand.id, "fan:lea", "a-key-of-hers", request_print("/play", {"choice": "mint"}))


@pytest.fixture
def done():
    """What was done, in a list; `done.work` does it once more."""

    class Done(list):
        def work(self):
            self.append("done")
            return {"times": len(self)}

    return Done()


def test_a_repeat_gets_the_answer_of_the_first(tx, call, done):
    answers = [answer_once(tx, call, NOON, done.work) for _ in range(3)]

    assert answers == [{"times": 1}] * 3
    assert len(done) == 1


@pytest.mark.parametrize("other", [{"actor": "fan:max"}, {"key": "another-key"}])
def test_another_caller_or_key_is_another_call(tx, call, done, other):
    answer_once(tx, call, NOON, done.work)

    assert answer_once(tx, replace(call, **other), NOON, done.work) == {"times": 2}


def test_another_brand_is_another_call(tx, make, call, done):
    answer_once(tx, call, NOON, done.work)

    assert answer_once(tx, replace(call, brand_id=make.brand().id), NOON, done.work) == {"times": 2}


@pytest.mark.parametrize("asked", [("/play", {"choice": "basil"}), ("/offer", {"choice": "mint"}), ("/play", {})])
def test_a_key_is_good_for_one_question(tx, call, done, asked):
    answer_once(tx, call, NOON, done.work)

    with pytest.raises(KeyReused):
        answer_once(tx, replace(call, fingerprint=request_print(*asked)), NOON, done.work)

    assert len(done) == 1


@pytest.mark.parametrize("key", ["", "short", "x" * 101, "with space 1", "line\nfeed-1", "é" * 10, "'; DROP TABLE x"])
def test_a_key_has_a_form(tx, call, done, key):
    with pytest.raises(MissingIdempotencyKey):
        answer_once(tx, replace(call, key=key), NOON, done.work)

    assert done == []


def test_a_refused_call_may_be_made_again(tx, call, done):
    def refuse():
        raise Closed

    with pytest.raises(Closed), tx.begin_nested():
        answer_once(tx, call, NOON, refuse)

    assert answer_once(tx, call, NOON, done.work) == {"times": 1}


def test_answers_are_kept_for_two_days(tx, call, done):
    answer_once(tx, call, NOON, done.work)

    assert forget_old(tx, NOON + KEPT) == 0
    assert forget_old(tx, NOON + KEPT + timedelta(seconds=1)) == 1


def test_the_order_of_fields_is_no_difference():
    assert request_print("/play", {"a": "1", "b": ["2"]}) == request_print("/play", {"b": ["2"], "a": "1"})


@pytest.mark.parametrize(
    ("one", "other"),
    [(("/a", {"b": "c"}), ("/a", {"b": ["c"]})), (("/a", {}), ("/a", {"": ""})), (("/a/b", {}), ("/a", {"b": {}}))],
)
def test_different_questions_have_different_prints(one, other):
    assert request_print(*one) != request_print(*other)


def test_fifty_at_once_under_one_key_do_the_work_once(race_database, done):
    with transaction() as tx:
        call = Call(Make(tx).its_brand.id, "fan:lea", "one-key-for-all", request_print("/play", {}))
    start = Barrier(50)

    def ask(_):
        start.wait(30)
        with transaction() as tx:
            return answer_once(tx, call, NOON, done.work)["times"]

    with ThreadPoolExecutor(50) as threads:
        answers = Counter(threads.map(ask, range(50)))

    assert (answers, len(done)) == ({1: 50}, 1)


def ask(call, work):
    """Ask as a page does."""
    with alone(call), transaction() as tx:
        return answer_once(tx, call, NOON, work)


@pytest.fixture
def committed_call(own_database):
    with transaction() as tx:
        return Call(Make(tx).its_brand.id, "fan:lea", "a-key-of-hers", request_print("/play", {}))


@contextmanager
def stuck(call, work, ask=ask):
    """A first request that is at work until the block ends; gives how to let it go on, and what it will come to."""
    begun, free = Event(), Event()

    def slow():
        begun.set()
        free.wait(20)
        return work()

    with ThreadPoolExecutor(1) as thread:
        first = thread.submit(ask, call, slow)
        assert begun.wait(20)
        try:
            yield free, first
        finally:
            free.set()


def test_a_repeat_is_told_to_come_back_while_the_first_is_stuck(committed_call, done, monkeypatch):
    monkeypatch.setattr(answering, "PATIENCE", timedelta(milliseconds=100))

    with stuck(committed_call, done.work) as (free, first):
        with pytest.raises(InFlight):
            ask(committed_call, done.work)
        free.set()
        assert first.result(20) == {"times": 1}

    assert ask(committed_call, done.work) == {"times": 1}
    assert len(done) == 1


def test_a_repeat_waits_a_short_while_and_gets_the_answer_of_the_first(committed_call, done):
    with stuck(committed_call, done.work) as (free, first), ThreadPoolExecutor(1) as thread:
        second = thread.submit(ask, committed_call, done.work)
        free.set()

        assert first.result(20) == second.result(20) == {"times": 1}


def test_who_waited_for_work_that_was_refused_does_it_herself(committed_call, done):
    def refuse():
        raise Closed

    with stuck(committed_call, refuse) as (free, first), ThreadPoolExecutor(1) as thread:
        second = thread.submit(ask, committed_call, done.work)
        free.set()

        assert isinstance(first.exception(20), Closed)
        assert second.result(20) == {"times": 1}


def test_another_key_does_not_wait(race_database, done):
    with transaction() as tx:
        call = Call(Make(tx).its_brand.id, "fan:lea", "a-key-of-hers", request_print("/play", {}))

    with stuck(call, done.work):
        assert ask(replace(call, key="another-key"), done.work) == {"times": 1}


def test_no_key_stays_at_work_for_ever(committed_call):
    with pytest.raises(ZeroDivisionError):
        ask(committed_call, lambda: 1 / 0)

    assert answering._at_work == set()


def ask_elsewhere(call, work):
    """Ask from another process: only the database knows that somebody is at work."""
    with transaction() as tx:
        return answer_once(tx, call, NOON, work)


def test_a_repeat_in_another_process_is_told_to_come_back_too(race_database, done):
    with transaction() as tx:
        call = Call(Make(tx).its_brand.id, "fan:lea", "a-key-of-hers", request_print("/play", {}))
    hasty = engine_for(race_database.url, timedelta(milliseconds=300))

    with stuck(call, done.work, ask_elsewhere) as (free, first):
        bind(hasty, SECRET)
        with pytest.raises(InFlight):
            ask_elsewhere(call, done.work)
        free.set()
        assert first.result(20) == {"times": 1}

    assert ask_elsewhere(call, done.work) == {"times": 1}
    hasty.dispose()
