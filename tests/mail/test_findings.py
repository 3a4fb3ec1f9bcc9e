"""What a campaign's author is told about her mails, each at its place."""

import pytest

from app.services.campaigns.content import Surroundings
from app.services.campaigns.reading import check_files
from tests.small_campaign import small_files

HELLO = "hello: {subject: Hello, text: words}"
POOL = "stock: 100, valid: 30d}"
MESSAGE = "journey: orchard\nsteps:\n  - message: hello\n    channel: email\n"


def findings(*changes, journey=None):
    files = small_files(**({"journey": journey} if journey else {}))
    for old, new in changes:
        assert old in files["campaign.yaml"]
        files["campaign.yaml"] = files["campaign.yaml"].replace(old, new)
    return {(problem.kind.code, problem.line) for problem in check_files(files, Surroundings("USD"))}


def line_of(words, *changes):
    text = small_files()["campaign.yaml"]
    for old, new in changes:
        text = text.replace(old, new)
    return text[: text.index(words)].count("\n") + 1


@pytest.mark.parametrize(
    ("change", "code", "at"),
    [
        ((POOL, "stock: 100, valid: 30d, mail: nothing}"), "campaign.no_message", "REGULAR"),
        ((POOL, "stock: 100, valid: 30d, mail: hello}"), "campaign.coupon_mail", "hello:"),
        ((HELLO, "hello: {subject: Hello, text: words, coupon: NONE}"), "campaign.no_pool", "hello:"),
        ((HELLO, "hello: {subject: Hello, text: words, purpose: partner}"), "campaign.purpose", "hello:"),
        ((HELLO, "hello: {subject: Hello, text: words, purpose: service}"), "campaign.service_message", "hello:"),
    ],
)
def test_a_mail_that_cannot_be_right_is_told_at_its_line(change, code, at):
    assert (code, line_of(at, change)) in findings(change)


def test_a_service_message_that_brings_a_coupon_needs_no_second_look():
    changes = [
        (POOL, "stock: 100, valid: 30d, mail: hello}"),
        (HELLO, "hello: {subject: Hello, text: words, purpose: service}"),
    ]

    assert {code for code, _line in findings(*changes) if code.startswith("campaign.")} == set()


def test_a_journey_may_send_a_service_message_where_nobody_was_asked():
    lonely = ("asks: [newsletter.email]", "asks: []")
    service = (HELLO, "hello: {subject: Hello, text: words, purpose: service}")

    assert any("consent" in code or "agrees" in code for code, _line in findings(lonely, journey=MESSAGE))
    assert not any("consent" in code or "agrees" in code for code, _line in findings(lonely, service, journey=MESSAGE))
