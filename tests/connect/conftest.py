"""Fixtures for connecting: a session that can seal codes, providers on real ports."""

from collections.abc import Iterator

import pytest

from tests.connect.rogue import Rogue, rogue_provider
from tests.servers.web import SECRET


@pytest.fixture
def tx(tx):
    tx.info["secret"] = SECRET
    return tx


@pytest.fixture
def rogue() -> Iterator[Rogue]:
    with rogue_provider() as rogue:
        yield rogue
