"""One meaning: what DuckDB, SQLite and PostgreSQL say of a condition is what the plain interpreter says."""

from random import Random

import pytest

from tests.journeys.sql.crowds import conditions, crowd, disagreements

KINDS = ["duckdb", "sqlite", "postgres"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_dense_crowd_is_judged_alike(kind, bases):
    luck = Random(kind)

    for _ in range(4):
        found = list(disagreements(bases[kind], conditions(luck, 12), crowd(luck, 40)))

        assert not found, found[0]
