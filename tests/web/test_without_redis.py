"""Redis goes: nobody is refused for it, nobody waits for it, and each process counts its limits until it is back."""

import time
from datetime import UTC, datetime

import pytest
import requests

from app.db import transaction
from tests.databases import open_copy
from tests.makers import Make
from tests.servers.children import free_port
from tests.servers.valkey import valkey_server
from tests.servers.web import web_server
from tests.small_campaign import publish_small

A_MINUTE = 3
REFUSED_FOR_ITS_TOKEN = 401


def post(url, raw):
    """A form of a fan with this pass, and how long its answer took."""
    began = time.monotonic()
    status = requests.post(f"{url}/enter", data={"pass": raw}, timeout=20).status_code
    return status, time.monotonic() - began


@pytest.mark.proof
def test_the_limits_outlive_redis_and_nobody_waits_for_it(tmp_path, source_of):
    with open_copy(source_of("sqlite")).bound() as database, transaction() as tx:
        slug = publish_small(tx, Make(tx).its_brand, datetime.now(UTC)).slug
    port = free_port()
    settings = {"REDIS_URL": f"redis://127.0.0.1:{port}/0", "FANFARE_PLAYS_A_MINUTE": str(A_MINUTE)}
    each = [REFUSED_FOR_ITS_TOKEN] * A_MINUTE + [429]

    with web_server(tmp_path, database.url, settings) as server:
        url = f"{server.url}/t/{slug}"
        with valkey_server(port):
            before = [post(url, "hers") for _ in each]
        without = [post(url, "his") for _ in each]
        with valkey_server(port):
            again = [post(url, "theirs") for _ in each]

    assert [[status for status, _ in row] for row in (before, without, again)] == [each] * 3
    assert max(seconds for _, seconds in before + without + again) < 5
