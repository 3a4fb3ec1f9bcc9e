"""Form tokens: good for one campaign, step and pass, for twelve hours, and made by nobody else."""

import re
from datetime import timedelta

import pytest
from itsdangerous import TimestampSigner

from app.errors import StaleForm
from app.services.keys import fingerprint
from app.web.tokens import LIFETIME, check_token, mint_token
from tests.connect.site import ADDRESS, SLUG

BOUND = ("tea_party", "quiz", fingerprint("a pass"))
SECOND = timedelta(seconds=1)


@pytest.fixture
def context(app):
    with app.app_context():
        yield


@pytest.fixture
def minted_ago(context, monkeypatch):
    """A token that was minted some time ago."""

    def mint(age):
        now = TimestampSigner.get_timestamp
        with monkeypatch.context() as then:
            then.setattr(TimestampSigner, "get_timestamp", lambda signer: now(signer) - int(age.total_seconds()))
            return mint_token(*BOUND)

    return mint


def test_a_token_opens_what_it_was_made_for(context):
    check_token(mint_token(*BOUND), *BOUND)


def test_a_token_opens_also_after_the_clock_has_stepped_back(minted_ago):
    check_token(minted_ago(timedelta(hours=-1)), *BOUND)


@pytest.mark.parametrize(
    "other",
    [
        ("coffee", *BOUND[1:]),
        (BOUND[0], "vote", BOUND[2]),
        (*BOUND[:2], fingerprint("another pass")),
        (BOUND[1], BOUND[0], BOUND[2]),
        ("tea_party\nquiz", "", BOUND[2]),
    ],
)
def test_a_token_opens_nothing_else(context, other):
    with pytest.raises(StaleForm):
        check_token(mint_token(*BOUND), *other)


@pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "é", "\ud800", "x" * 100_000, "\x00", "A" * 32 + ".aaaa.b"])
def test_what_is_no_token_opens_nothing(context, token):
    with pytest.raises(StaleForm):
        check_token(token, *BOUND)


def test_no_byte_of_a_token_may_change(context):
    token = mint_token(*BOUND)

    for place, mark in enumerate(token[:-1]):  # the last one holds spare bits
        changed = token[:place] + ("A" if mark != "A" else "B") + token[place + 1 :]
        with pytest.raises(StaleForm):
            check_token(changed, *BOUND)


def test_a_token_lasts_twelve_hours(minted_ago):
    check_token(minted_ago(LIFETIME - 60 * SECOND), *BOUND)

    with pytest.raises(StaleForm):
        check_token(minted_ago(LIFETIME + 2 * SECOND), *BOUND)


def test_a_token_of_the_far_future_opens_nothing(minted_ago):
    with pytest.raises(StaleForm):
        check_token(minted_ago(-LIFETIME - 2 * SECOND), *BOUND)


@pytest.fixture
def fan(client, raw_pass):
    """A fan's browser: `fan("GET", "go")`, `fan("POST", "enter", token=...)`."""

    def send(method, path, **fields):
        headers = {"Cookie": f"__Host-fan={raw_pass}", "Sec-Fetch-Site": "same-origin"}
        return client.open(f"/t/{SLUG}/{path}", method=method, data=fields or None, headers=headers, base_url=ADDRESS)

    return send


def hidden(html):
    """The hidden fields of the page's form."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html))


def test_the_form_of_the_page_is_taken_once_and_answered_alike(fan):
    fields = hidden(fan("GET", "go").text)

    first, again = fan("POST", "enter", **fields), fan("POST", "enter", **fields)

    assert (first.status_code, again.status_code) == (200, 200)
    assert re.findall("<h1.*", first.text) == re.findall("<h1.*", again.text)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"token": ""}, 401),
        ({"token": "forged.aaaa.bbbb"}, 401),
        ({"step": "another"}, 401),
        ({"idem": ""}, 400),
        ({"idem": "x"}, 400),
        ({"score": "100"}, 400),
        ({"fan_id": "1"}, 400),
    ],
)
def test_a_form_that_was_bent_is_refused(fan, change, status):
    answer = fan("POST", "enter", **{**hidden(fan("GET", "go").text), **change})

    assert answer.status_code == status
    assert "Traceback" not in answer.text


def test_without_a_pass_the_fan_is_asked_to_connect(client, fan):
    fields = hidden(fan("GET", "go").text)

    answer = client.post(f"/t/{SLUG}/enter", data=fields, base_url=ADDRESS)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Pass"
