"""What the tab's forms refuse, each with a sentence and nothing changed; and what a repeat gets."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.db import reading, transaction
from app.models import Answered, Brand, Consent, Fan, Pass, Play, Run
from app.services import playing
from app.services.campaigns import push
from app.services.campaigns.folder import Folder
from app.services.consent import Word, record, standing
from app.services.passes import issue_pass
from app.services.people import person_of_fan
from app.web import tokens
from tests.makers import Make
from tests.small_campaign import publish_small, small_files


def moves_made():
    with reading() as tx:
        return tx.scalar(select(func.coalesce(func.sum(Play.moves), 0)))


def first_move(tab):
    return {**tab.form("/play"), "answer": "a"}


def test_a_right_answer_is_stamped(tab):
    page = tab.post("/play", first_move(tab))

    assert page.status_code == 200
    assert "One more stamp" in page.text


def test_the_same_form_sent_twice_is_answered_alike_and_counted_once(tab):
    form = first_move(tab)

    first, second = tab.post("/play", form), tab.post("/play", form)

    assert (first.status_code, second.status_code) == (200, 200)
    assert "Two?" in first.text
    assert "Two?" in second.text
    assert moves_made() == 1


def test_the_same_key_with_another_answer_is_refused(tab):
    form = first_move(tab)
    tab.post("/play", form)

    refused = tab.post("/play", {**form, "answer": "b"})

    assert refused.status_code == 422
    assert moves_made() == 1


CHANGES = [
    ({"answer": "z"}, 400),
    ({"question": "of_another_game"}, 400),
    ({"move": "2", "question": "two"}, 409),
    ({"answer": ["a", "b"]}, 400),
    ({"score": "9"}, 400),
    ({"is_correct": "true"}, 400),
    ({"brand_id": "1"}, 400),
    ({"step": ["quiz", "quiz"]}, 400),
    ({"step": "vote"}, 401),
    ({"token": "forged.token.here"}, 401),
    ({"token": ""}, 401),
    ({"idem": ""}, 400),
    ({"idem": "short"}, 400),
    ({"answer": "x" * 70_000}, 413),
    ({"answer": "\u202ea"}, 400),
    ({"answer": ""}, 400),
]


@pytest.mark.parametrize(("change", "status"), CHANGES)
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_bad_form_is_refused_in_the_fans_language_and_changes_nothing(tab, change, status, lang):
    refused = tab.post("/play", {**first_move(tab), "lang": lang, **change}, headers={"Accept-Language": lang})

    assert refused.status_code == status
    assert f'<html lang="{lang}"' in refused.text
    assert "Traceback" not in refused.text
    assert moves_made() == 0


def test_a_token_ends_after_twelve_hours_and_what_was_done_is_kept(tab, monkeypatch):
    form = first_move(tab)
    monkeypatch.setattr(tokens, "LIFETIME", timedelta(seconds=-1))

    refused = tab.post("/play", form)

    assert refused.status_code == 401
    with reading() as tx:
        assert tx.scalars(select(Run.at_step)).one() == "quiz"


def test_a_form_without_a_pass_asks_to_connect_again(app, tab):
    form = first_move(tab)

    refused = app.test_client().post(f"/t/{tab.slug}/play", data=form, base_url="https://fanfare.example")

    assert refused.status_code == 401


def test_the_pass_travels_in_the_form_where_cookies_do_not_stick(app, tab):
    cookie = tab.client.get_cookie("__Host-fan", domain="fanfare.example")
    bare = app.test_client()

    page = bare.post(
        f"/t/{tab.slug}/play", data={**first_move(tab), "pass": cookie.value}, base_url="https://fanfare.example"
    )

    assert page.status_code == 200
    assert f'name="pass" value="{cookie.value}"' in page.text


def test_a_pass_of_another_brand_opens_nothing(tab):
    with transaction() as tx:
        make = Make(tx, tx.scalars(select(Pass.created_at)).first())
        other = publish_small(tx, make.brand(slug="other"), make.now, slug="elsewhere")

    page = tab.client.get(f"/t/{other.slug}/go", base_url="https://fanfare.example")

    assert "Who is playing?" in page.text


def test_an_answer_faster_than_any_person_is_held_back(tab, monkeypatch):
    monkeypatch.setattr(playing, "NO_HUMAN_IS_FASTER", timedelta(seconds=60))
    tab.post("/play", first_move(tab))

    hasty = tab.post("/play", {**tab.form("/play"), "answer": "b"})

    assert hasty.status_code == 429
    assert int(hasty.headers["Retry-After"]) > 0
    assert moves_made() == 1


def test_looking_never_changes_anything(tab):
    with reading() as tx:
        before = tx.scalars(select(Run.state)).one(), tx.scalar(select(func.count()).select_from(Answered))

    for path in ("/go", "/coupons", "/choices", "", "/rules", "/privacy"):
        assert tab.get(path).status_code == 200

    with reading() as tx:
        after = tx.scalars(select(Run.state)).one(), tx.scalar(select(func.count()).select_from(Answered))
    assert before == after


def test_no_answer_key_is_in_any_page_before_the_answer(tab):
    page = tab.get()

    assert "right" not in page.text.replace("bright", "")


def test_the_first_view_holds_nothing_of_the_fan_and_is_revalidated(tab):
    page = tab.get("")

    assert "token" not in page.text
    assert "<form" not in page.text
    assert "Set-Cookie" not in page.headers
    assert tab.get("", headers={"If-None-Match": page.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize(("dates", "says"), [("until: 2020-01-01", "is over"), ("from: 2999-05-01", "May 1, 2999")])
def test_nobody_is_asked_to_connect_while_the_campaign_is_closed(tab, dates, says):
    with transaction() as tx:
        brand = tx.get_one(Brand, tab.fan.brand_id)
        files = small_files(tab.slug)
        files["campaign.yaml"] += f"open: {{{dates}}}\n"
        push(tx, brand, Folder(files, {}), datetime.now(UTC))

    page = tab.get("")

    assert says in page.text
    assert f"/t/{tab.slug}/go" not in page.text


def test_only_the_campaigns_origins_may_frame_it(tab):
    policy = tab.get("").headers["Content-Security-Policy"]

    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_form_from_another_site_is_refused(tab, site):
    refused = tab.post("/play", first_move(tab), headers={"Sec-Fetch-Site": site})

    assert refused.status_code == 403
    assert moves_made() == 0


def test_a_campaign_that_is_not_there_is_said_so(tab):
    assert tab.client.get("/t/nowhere", base_url="https://fanfare.example").status_code == 404


def test_taking_a_yes_back_is_confirmed(tab):
    with transaction() as tx:
        brand = tx.get_one(Brand, tab.fan.brand_id)
        person = person_of_fan(tx, tx.get_one(Fan, tab.fan.id))
        record(tx, person, [Word("given", "newsletter", "email", "Yes", "en")], "ada@example.org", brand.created_at)

    page = tab.post("/choices", {**tab.form("/choices", tab.get("/choices")), "withdraw": "newsletter.email"})

    assert "You will not hear from us there." in page.text
    with reading() as tx:
        assert standing(tx, person) == {"newsletter.email": "withdrawn"}


def test_a_yes_taken_back_is_proven_like_a_yes(tab):
    with transaction() as tx:
        person = person_of_fan(tx, tx.get_one(Fan, tab.fan.id))
        record(tx, person, [Word("given", "newsletter", "email", "Yes", "en")], "ada@example.org", datetime.now(UTC))

    tab.post("/choices", {**tab.form("/choices", tab.get("/choices")), "withdraw": "newsletter.email"})

    with reading() as tx:
        word = tx.scalars(select(Consent).where(Consent.event == "withdrawn")).one()
        assert word.campaign_id == tx.scalars(select(Run.campaign_id)).one()
        assert '"actor":"fan"' in word.clear
        assert '"network":"127.0.0.0/24"' in word.clear


@pytest.fixture
def offered(tab):
    """A stranger without any address, who stands at the offer."""
    with transaction() as tx:
        fan = Make(tx, tx.scalars(select(Pass.created_at)).first()).fan(tx.get_one(Brand, tab.fan.brand_id))
        raw, _row = issue_pass(tx, fan, None, {}, datetime.now(UTC))
    tab.client.set_cookie("__Host-fan", raw, domain="fanfare.example", secure=True)
    tab.post("/enter", tab.form("/enter"))
    tab.post("/play", {**tab.form("/play"), "choice": "pear"})
    return tab


def test_a_bad_address_is_said_beside_its_field_and_nothing_typed_is_lost(offered):
    said = {"joined": "yes", "ask": "newsletter.email", "email": "ada@"}

    page = offered.post("/offer", {**offered.form("/offer"), **said})

    assert page.status_code == 422
    assert 'value="ada@"' in page.text
    assert 'aria-invalid="true"' in page.text
    assert " checked" in page.text


def test_no_box_comes_ticked_on_a_fresh_offer(offered):
    assert " checked" not in offered.get().text


def test_the_corrected_address_is_taken(offered):
    said = {"joined": "yes", "ask": "newsletter.email"}
    page = offered.post("/offer", {**offered.form("/offer"), **said, "email": "ada@"})

    page = offered.post("/offer", {**offered.form("/offer", page), **said, "email": "ada@example.org"})

    assert "Your coupon" in page.text
