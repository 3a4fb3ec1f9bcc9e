"""Bad calls to the API: each gets one clear answer as a problem document, and changes nothing."""

from datetime import timedelta

import pytest

from app.models import Answered, Coupon
from app.web.clock import utcnow
from tests.api.caller import ADDRESS, Caller, count, give_coupons, made, new_key

AGO, SOON = utcnow() - timedelta(seconds=1), utcnow() + timedelta(hours=1)
JSON = {"Content-Type": "application/json"}
DEEP = "[" * 20_000 + "]" * 20_000


@pytest.fixture
def sun(brand):
    """A coupon that a person holds."""
    give_coupons(brand, "SUN")


def is_problem(answer, status, code):
    """Whether the answer is a problem document with these, as RFC 9457 wants it."""
    body = answer.get_json(force=True)
    assert answer.mimetype == "application/problem+json"
    assert (answer.status_code, body["status"], body["code"]) == (status, status, code)
    assert set(body) == {"type", "title", "status", "detail", "code", "fields", "request_id"}
    assert body["detail"].endswith((".", "!")) or "." in body["detail"]
    assert body["request_id"] == answer.headers["X-Request-Id"]
    return body


def nothing_happened():
    return count(Coupon, Coupon.used_at.is_not(None)) == 0 and count(Answered) == 0


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("", 400, "malformed_json"),
        ("{", 400, "malformed_json"),
        ("[]", 400, "malformed_json"),
        ('"text"', 400, "malformed_json"),
        ("\x00", 400, "malformed_json"),
        (b"\xff\xfe\xfd", 400, "malformed_json"),
        (DEEP, 400, "malformed_json"),
        ('{"amount_cents": NaN}', 400, "malformed_json"),
        ('{"amount_cents": ' + "9" * 5000 + "}", 400, "malformed_json"),
        ('{"till": "1", "till": "2"}', 400, "malformed_json"),
        ('{"brand_id": 1}', 400, "unknown_field"),
        ('{"amount_cents": "12"}', 400, "invalid_value"),
        ('{"amount_cents": 12.5}', 400, "invalid_value"),
        ('{"amount_cents": 1e999}', 400, "invalid_value"),
        ('{"amount_cents": -1}', 400, "invalid_value"),
        ('{"amount_cents": true}', 400, "invalid_value"),
        ('{"till": ""}', 400, "invalid_value"),
        ('{"till": "a\\u0000b"}', 400, "invalid_value"),
        ('{"till": "\\ud800"}', 400, "invalid_value"),
        ('{"till": "' + "x" * 101 + '"}', 400, "invalid_value"),
        ('{"till": ["1"]}', 400, "invalid_value"),
        ('{"till": "' + "x" * 70_000 + '"}', 413, "request_entity_too_large"),
    ],
    ids=lambda value: str(value)[:24] if isinstance(value, str | bytes) else None,
)
def test_a_body_that_cannot_be_read_is_refused(till, sun, body, status, code):
    is_problem(till.redeem("SUN", JSON, data=body), status, code)

    assert nothing_happened()


@pytest.mark.parametrize(("body", "field"), [('{"brand_id": 1}', "brand_id"), ('{"amount_cents": -1}', "amount_cents")])
def test_a_refusal_names_the_field(till, sun, body, field):
    answer = till.redeem("SUN", JSON, data=body)

    assert [each["name"] for each in answer.get_json(force=True)["fields"]] == [field]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_a_body_of_another_type_is_refused(till, sun, kind):
    is_problem(till.redeem("SUN", {"Content-Type": kind}, data="{}"), 415, "unsupported_media_type")

    assert nothing_happened()


@pytest.mark.parametrize("code", ["MOON", "%00", "%F0%9F%8C%9E", "x" * 2000, "..%2F..%2Fetc"])
def test_an_unknown_code_is_not_found(till, code):
    assert till.redeem(code).status_code == 404


def test_a_coupon_of_another_brand_is_not_found(app, sun):
    other = Caller(app.test_client(), new_key(made(lambda make: make.brand(slug="other"))))

    is_problem(other.redeem("SUN"), 404, "coupon_unknown")

    assert nothing_happened()


@pytest.mark.parametrize(
    "written",
    [
        "", "Bearer", "Bearer ", "Bearer short", "Basic dXNlcjpwYXNz", "Bearer " + "x" * 43, "Bearer " + "x" * 5000,
        "Bearer ff_\u00e9" + "x" * 40, "Token " + "x" * 43,
    ],
)  # fmt: skip
def test_without_a_living_key_nobody_gets_in(till, sun, written):
    answer = till.redeem("SUN", {"Authorization": written})

    is_problem(answer, 401, "bad_key")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert nothing_happened()


@pytest.mark.parametrize("said", [{"expires_at": AGO}, {"revoked_at": AGO}, {"expires_at": SOON, "revoked_at": AGO}])
def test_an_ended_key_opens_nothing(app, brand, sun, said):
    ended = Caller(app.test_client(), new_key(brand, **said))

    is_problem(ended.redeem("SUN"), 401, "bad_key")
    assert nothing_happened()


def test_a_key_that_ends_later_opens(app, brand, sun):
    assert Caller(app.test_client(), new_key(brand, expires_at=SOON)).redeem("SUN").status_code == 200


@pytest.mark.parametrize(("scope", "path"), [("optins", "redeem"), ("coupons", "optins")])
def test_a_key_does_only_what_its_scopes_say(app, brand, sun, scope, path):
    caller = Caller(app.test_client(), new_key(brand, (scope,)))

    answer = caller.redeem("SUN") if path == "redeem" else caller.get("/optins")

    is_problem(answer, 403, "scope_missing")


@pytest.mark.parametrize(
    "query",
    [
        "limit=-1", "limit=0", "limit=1000000000", "limit=201", "limit=ten", "limit=", "limit=1.5", "limit=%D9%A1",
        "limit=5&limit=6", "limit=1e2", "cursor=", "cursor=1", "cursor=MQ.forged", "cursor=" + "x" * 1000,
        "cursor=%00", "cursor=é", "limti=5", "brand=1",
    ],
)  # fmt: skip
def test_a_page_that_cannot_be_meant_is_refused(till, query):
    answer = till.get(f"/optins?{query}")

    assert answer.status_code == 400
    assert answer.get_json()["fields"][0]["name"] in {"limit", "cursor", "limti", "brand"}


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_a_header_does_not_change_the_method(till, sun, header):
    assert till.get("/coupons/SUN/redeem", {header: "POST"}).status_code == 405

    assert nothing_happened()


def test_a_wrong_method_is_told_the_right_one(till):
    answer = till.get("/coupons/SUN/redeem")

    is_problem(answer, 405, "method_not_allowed")
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize("key", ["", "short", "x" * 101, "with space", "with/slash", '""', '"short"'])
def test_redeeming_needs_a_key_of_idempotency(till, sun, key):
    is_problem(till.redeem("SUN", {"Idempotency-Key": key}), 400, "idempotency_key_missing")

    assert nothing_happened()


@pytest.mark.parametrize("origin", ["null", "https://evil.example", "http://127.0.0.1", "http://127.0.0.1:8000.evil"])
def test_a_page_of_another_site_cannot_call(till, sun, origin):
    is_problem(till.redeem("SUN", {"Origin": origin}), 403, "cross_site")

    assert nothing_happened()


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8000", "127.0.0.1@evil"])
def test_a_host_that_is_not_ours_is_refused(till, host):
    answer = till.get("/optins", {"Host": host})

    assert answer.status_code == 400
    assert "evil" not in answer.text


def test_an_endless_address_is_refused(till):
    is_problem(till.get("/optins?cursor=" + "x" * 100_000), 414, "uri_too_long")


def test_an_address_where_nothing_is_gets_a_problem_document(till):
    is_problem(till.get("/nothing"), 404, "not_found")


def test_a_problem_speaks_french_when_asked(till):
    answer = till.get("/optins?limit=0", {"Accept-Language": "fr"})

    assert answer.get_json()["detail"].startswith("La valeur de « limit » ne convient pas")


def test_too_many_calls_are_told_when_to_come_back(till):
    for _ in range(120):
        till.redeem("GUESS")

    answer = till.redeem("GUESS")

    is_problem(answer, 429, "too_many_requests")
    assert 0 < int(answer.headers["Retry-After"]) <= 60


def test_one_key_that_calls_too_often_does_not_stop_another(app, brand, till):
    for _ in range(121):
        till.redeem("GUESS")

    assert till.redeem("GUESS").status_code == 429
    assert Caller(app.test_client(), new_key(brand)).redeem("GUESS").status_code == 404


def test_no_answer_names_our_insides(till, sun):
    for answer in (till.redeem("SUN", JSON, data="{"), till.get("/nothing"), till.redeem("MOON")):
        assert "Traceback" not in answer.text
        assert "sqlalchemy" not in answer.text.lower()
        assert ADDRESS not in answer.text
