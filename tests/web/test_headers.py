"""What every answer carries: who may frame it, what it may load, who may keep it."""

import re

import pytest

from app.db import transaction
from app.models import CampaignVersion
from app.web.clock import utcnow
from app.web.security import allow_frames, is_origin
from tests.connect.site import ADDRESS, SLUG
from tests.makers import Make

OURS = "https://brand.example"
IN_FRAMES = [f"/t/{SLUG}{path}" for path in ("", "/go", "/coupons", "/choices", "/rules")]
NOT_IN_FRAMES = ["/studio/login", "/nothing", f"/t/{SLUG}/nothing", "/t/nothing", "/studio/nothing", "/connect/nothing"]
PERSONAL = [f"/t/{SLUG}{path}" for path in ("/go", "/coupons", "/choices")]
HOSTILE = [
    "*", "https:", "https://*.example", "https://a.example; script-src *", "https://a.example\r\nX: y",
    "https://a.example https://b.example", "'self'", "javascript:alert(1)", "https://a.example/path", "", "null",
]  # fmt: skip


@pytest.fixture
def get(client):
    def get_page(path, raw_pass=None, **headers):
        given = {"Cookie": f"__Host-fan={raw_pass}"} if raw_pass else {}
        return client.get(path, base_url=ADDRESS, headers={**given, **headers}, buffered=True)

    return get_page


def policy(answer):
    """The directives of an answer's content security policy."""
    parts = (part.strip().partition(" ") for part in answer.headers["Content-Security-Policy"].split(";"))
    return {name: value for name, _, value in parts}


@pytest.mark.parametrize("path", IN_FRAMES + NOT_IN_FRAMES)
def test_every_page_says_what_it_may_load(get, path):
    said = policy(get(path))

    assert said["default-src"] == said["object-src"] == said["base-uri"] == "'none'"
    assert re.fullmatch(r"'self' 'nonce-[\w-]{22}'", said["script-src"])
    assert said["style-src"] == said["script-src"]
    assert "unsafe" not in str(said)


@pytest.mark.parametrize("path", [*IN_FRAMES, *NOT_IN_FRAMES, "/healthz", "/api/v1/optins", "/static/dist/fan.css"])
def test_no_answer_lets_its_type_be_guessed(get, path):
    headers = get(path).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] in {"strict-origin-when-cross-origin", "same-origin", "no-referrer"}
    assert "camera=(self)" in headers["Permissions-Policy"]


def test_each_answer_has_a_nonce_of_its_own(get):
    assert policy(get(IN_FRAMES[0]))["script-src"] != policy(get(IN_FRAMES[0]))["script-src"]


@pytest.mark.parametrize("path", IN_FRAMES)
def test_the_tab_may_be_framed_by_its_campaigns_origins_only(get, path):
    answer = get(path)

    assert policy(answer)["frame-ancestors"] == OURS
    assert "X-Frame-Options" not in answer.headers


@pytest.mark.parametrize("path", NOT_IN_FRAMES)
def test_no_other_page_may_be_framed(get, path):
    answer = get(path)

    assert policy(answer)["frame-ancestors"] == "'none'"
    assert answer.headers["X-Frame-Options"] == "DENY"


def another_campaign(origins):
    """A second brand's published campaign with the files of the first one's."""
    with transaction() as tx:
        make = Make(tx, utcnow())
        files = tx.query(CampaignVersion).first().files
        campaign = make.campaign(make.brand(), slug="other", embed_origins=origins)
        make.version(campaign, files)


def test_a_campaign_names_no_origin_of_another_brand(get):
    another_campaign(["https://other.example", "http://localhost:8001"])

    assert policy(get("/t/other"))["frame-ancestors"] == "https://other.example http://localhost:8001"
    assert policy(get(IN_FRAMES[0]))["frame-ancestors"] == OURS


def test_a_campaign_without_origins_is_framed_nowhere(get):
    another_campaign([])

    assert policy(get("/t/other"))["frame-ancestors"] == "'none'"
    assert get("/t/other").headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("origin", HOSTILE)
def test_what_is_no_origin_never_reaches_a_header(app, get, origin):
    another_campaign([origin, "https://good.example"])

    assert not is_origin(origin)
    assert policy(get("/t/other"))["frame-ancestors"] == "https://good.example"


@pytest.mark.parametrize("path", PERSONAL)
@pytest.mark.parametrize("known", [True, False])
def test_personal_pages_are_kept_by_nobody(get, raw_pass, path, known):
    assert get(path, raw_pass if known else None).headers["Cache-Control"] == "no-store"


def test_the_first_view_may_be_kept_and_knows_nobody(get, raw_pass):
    known, stranger = get(IN_FRAMES[0], raw_pass), get(IN_FRAMES[0])

    assert "public" in known.headers["Cache-Control"]
    assert known.data == stranger.data
    assert "Set-Cookie" not in known.headers


def test_the_first_view_is_not_sent_twice(get):
    tag = get(IN_FRAMES[0]).headers["ETag"]

    assert get(IN_FRAMES[0], **{"If-None-Match": tag}).status_code == 304


def test_only_a_refusal_says_when_to_come_back(client, raw_pass):
    answer = client.post(f"/t/{SLUG}/saw", base_url=ADDRESS)

    assert answer.status_code == 204
    assert "Retry-After" not in answer.headers


def test_https_is_remembered(client):
    secure = client.get("/healthz", base_url=ADDRESS.replace("http:", "https:"))

    assert "max-age=31536000" in secure.headers["Strict-Transport-Security"]
    assert "Strict-Transport-Security" not in client.get("/healthz", base_url=ADDRESS).headers


def test_pages_are_no_resource_for_other_sites(get):
    assert get(IN_FRAMES[0]).headers["Cross-Origin-Resource-Policy"] == "same-site"


def test_frames_are_asked_for_request_by_request(app, get):
    app.add_url_rule("/framed", "framed", lambda: allow_frames([OURS]) or "<p>")

    assert policy(get("/framed"))["frame-ancestors"] == OURS
    assert policy(get("/nothing"))["frame-ancestors"] == "'none'"
