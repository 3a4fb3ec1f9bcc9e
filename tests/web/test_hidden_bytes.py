"""A NUL in what is asked for: refused with a sentence on every database, before anything is looked up."""

import pytest

from app.db import bound_engine
from tests.connect.site import ADDRESS, SLUG, app_with
from tests.databases import open_copy


@pytest.fixture(params=["sqlite", "postgresql"])
def client(request, source_of):
    with open_copy(source_of(request.param)).bound() as database:
        yield app_with(database.url).test_client()
        bound_engine().dispose()


WITH_NUL = [
    ("GET", "/t/tea%00party", {}, 404),
    ("GET", f"/t/{SLUG}/image/a%00", {}, 404),
    ("POST", "/api/v1/coupons/A%00/redeem", {}, 404),
    ("GET", f"/t/{SLUG}?src=a%00b", {}, 400),
    ("GET", "/connect/none?c=%00", {}, 400),
    ("POST", f"/t/{SLUG}/saw?src=a%00", {}, 400),
    ("POST", f"/t/{SLUG}/redeem", {"code": "\0", "verifier": "\0"}, 400),
    ("POST", "/studio/login", {"email": "a\0@b.example", "password": "x"}, 400),
]


@pytest.mark.parametrize(("method", "address", "form", "status"), WITH_NUL)
def test_a_nul_is_refused_and_never_reaches_the_database(client, method, address, form, status):
    answer = client.open(address, method=method, data=form or None, base_url=ADDRESS)

    assert answer.status_code == status
    assert "Traceback" not in answer.text
