"""Every address that changes something says what becomes of a repeat; one that does not say fails here.

key      the caller sends an idempotency key, and a repeat is given the kept answer
nature   done again, it changes nothing more
exempt   a repeat is another act, or must fail
"""

import pytest

from app.db import reading
from app.services.passes import read_pass
from app.web.clock import utcnow
from app.web.tokens import signed
from tests.connect.site import ADDRESS, SLUG
from tests.servers.web import SECRET

SAFE = {"GET", "HEAD", "OPTIONS"}
KEY, NATURE, EXEMPT = "key", "nature", "exempt"
DECIDED = {
    "api.coupons.redeem": (KEY, "a till that heard nothing asks again"),
    "tab.enter": (KEY, "an act of the fan"),
    "tab.link": (KEY, "an act of the fan"),
    "tab.play": (KEY, "an act of the fan"),
    "tab.again": (KEY, "an act of the fan"),
    "tab.move_on": (KEY, "an act of the fan"),
    "tab.offer": (KEY, "an act of the fan"),
    "tab.shown_on": (KEY, "an act of the fan"),
    "tab.withdraw": (KEY, "an act of the fan; without a field it only shows"),
    "tab.go": (NATURE, "shows; a post because the form carries the pass"),
    "tab.coupons": (NATURE, "shows; a post because the form carries the pass"),
    "connect.waiting.poll": (NATURE, "asks whether the window is done; a code that was not fetched is replaced"),
    "connect.waiting.logout": (NATURE, "a pass that has ended stays ended"),
    "public.saw": (EXEMPT, "a measurement without a person: each view counts, 600 a minute at most"),
    "mailbox.confirm": (NATURE, "a yes that is confirmed stays confirmed"),
    "mailbox.withdraw": (NATURE, "a yes that was taken back stays taken back; mail programs post it without any key"),
    "connect.window.callback": (EXEMPT, "a provider's answer is good once: its state is used up, a replay must fail"),
    "connect.waiting.redeem": (EXEMPT, "a one-time code is good once: a replay must fail"),
    "connect.waiting.connected": (EXEMPT, "a login that waits is taken once: a replay must fail"),
    "studio.login": (NATURE, "who is logged in already is sent on"),
    "studio.logout": (NATURE, "sessions that have ended stay ended"),
    "studio.confirm": (NATURE, "the session is confirmed from now on"),
    "studio.account_password": (EXEMPT, "the password of before must not open anything any more"),
    "studio.account_language": (NATURE, "sets a value"),
    "studio.followers": (NATURE, "sets a value"),
    "studio.journey_typed": (NATURE, "keeps a text; what stands there already is no conflict"),
    "studio.publish_draft": (NATURE, "what is live already makes no version"),
    "studio.version_live": (NATURE, "who rolls back what is live already is told so"),
    "studio.jobs_again": (NATURE, "a job that waits already is not laid aside any more"),
    "studio.runs_again": (NATURE, "a run that goes on already is not stuck any more"),
    "studio.export_file": (EXEMPT, "each file that leaves has its own line in the audit"),
}
FIELDS = {
    "tab.withdraw": {"withdraw": "newsletter.email"},
    "tab.link": {"answer": "later"},
    "tab.offer": {"joined": "no"},
}
BY_KEY = sorted(name for name, (how, _why) in DECIDED.items() if how == KEY and name.startswith("tab."))

BAD_KEYS = ["", "short", "with a blank", "x" * 101]


def unsafe(app):
    """The endpoints that take a method which may change something."""
    return {rule.endpoint for rule in app.url_map.iter_rules() if rule.methods - SAFE}


def test_every_address_that_changes_something_says_what_becomes_of_a_repeat(app):
    assert unsafe(app) - set(DECIDED) == set()


def test_every_exemption_has_its_reason():
    assert [name for name, (how, why) in DECIDED.items() if how not in {KEY, NATURE, EXEMPT} or len(why) < 12] == []


@pytest.fixture
def post(app, client, raw_pass):
    """Post a form of the fan's to an endpoint: as its page has it, under this key."""
    with reading() as tx:
        pass_hash = read_pass(tx, raw_pass, utcnow()).pass_hash

    def send(endpoint, key):
        path = next(rule.rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint)
        fields = {"token": signed(SECRET, SLUG, "", pass_hash), "pass": raw_pass, "idem": key}
        return client.post(path.replace("<slug>", SLUG), data=fields | FIELDS.get(endpoint, {}), base_url=ADDRESS)

    return send


def test_every_act_needs_a_key_of_the_right_form(post):
    refused = [post(endpoint, key) for endpoint in BY_KEY for key in BAD_KEYS]

    assert {answer.status_code for answer in refused} == {400}
    assert all("Idempotency-Key of 8 to 100 characters" in answer.text for answer in refused)
