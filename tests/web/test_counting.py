"""Counters of the rate limits inside one process."""

from concurrent.futures import ThreadPoolExecutor
from threading import active_count

import pytest

from app.web import counting
from app.web.counting import ProcessStorage


@pytest.fixture
def clock(monkeypatch):
    """The time, which the test moves."""
    moment = [1_000.0]
    monkeypatch.setattr(counting.time, "time", lambda: moment[0])
    return moment


def test_a_key_is_counted_until_its_time_is_over(clock):
    counts = ProcessStorage()
    assert [counts.incr("ada", 60), counts.incr("ada", 60), counts.get("ada")] == [1, 2, 2]

    clock[0] += 60

    assert [counts.get("ada"), counts.incr("ada", 60)] == [0, 1]


def test_what_is_over_takes_no_room(clock):
    counts = ProcessStorage()
    for number in range(100):
        counts.incr(f"fan{number}", 5)

    clock[0] += counting.SWEPT_EVERY_SECONDS
    counts.incr("ada", 5)

    assert len(counts._counts) == 1


def test_nobody_is_missed_when_many_count_at_once():
    counts = ProcessStorage()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: counts.incr("ada", 60), range(2_000)))

    assert counts.get("ada") == 2_000


def test_counting_starts_no_threads():
    counts, before = ProcessStorage(), active_count()

    counts.incr("ada", 60)

    assert active_count() == before
