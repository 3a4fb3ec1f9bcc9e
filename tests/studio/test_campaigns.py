"""The campaign pages: the funnel, the opt-in rate over the fan base, and what to put on a page."""

import pytest
from sqlalchemy import select

from app.db import reading, transaction
from app.models import Audit, Page
from app.services.events import Happening, note, note_stage
from app.services.people import Person
from tests.makers import NOON, Make

PAGE = "/studio/campaigns/cup-final"


@pytest.fixture
def final(brand):
    """A campaign with ten views, four fans connected, and one opt-in."""
    with transaction() as tx:
        make = Make(tx)
        campaign = make.campaign(brand, slug="cup-final", title={"en": "The final", "fr": "La finale"})
        make.version(campaign, {"campaign.yaml": ""})
        for _ in range(10):
            note(tx, campaign, Happening("saw", source={"channel": "embed"}), NOON)
        for number in range(4):
            fan = Person(brand.id, make.fan(brand).id)
            note_stage(tx, campaign, "connected", NOON, fan, {"channel": "qr"})
            if number == 0:
                note_stage(tx, campaign, "opted_in", NOON, fan, {"channel": "qr"})
        return campaign


def test_an_empty_list_teaches_how_to_begin(visit):
    page = visit("manager").get("/studio/campaigns").text

    assert "fanfare campaign push FOLDER --brand cup" in page


def test_the_list_shows_the_campaign_and_its_opt_ins(visit, final):
    page = visit("manager").get("/studio/campaigns").text

    assert "The final" in page
    assert "25%" in page


@pytest.mark.parametrize(
    ("stage", "people", "share"),
    [("Saw the tab", 10, ""), ("Connected", 4, "40% of the views"), ("Opted in", 1, "25% of the connected")],
)
def test_the_funnel_is_a_table_with_every_stage(visit, final, stage, people, share):
    row = visit("owner").get(PAGE).text.split(stage)[1].split("</tr>")[0]

    assert f'<td class="num">{people}</td>' in row
    assert share in row


def test_sources_are_told_apart(visit, final):
    page = visit("owner").get(PAGE).text

    assert "QR code" in page
    assert "Embedded tab" in page


def test_both_rates_stand_over_the_fan_base(visit, final):
    browser = visit("manager")
    browser.post(f"{PAGE}/followers", page=PAGE, count="50")

    page = browser.get(PAGE).text

    assert "1 of 4." in page
    assert "Above the usual band." in page
    assert "1 of 50." in page
    assert "Below the usual band." in page


def test_the_follower_count_is_noted_with_its_time_and_audited(visit, final):
    visit("manager").post(f"{PAGE}/followers", page=PAGE, count="23570")

    with reading() as tx:
        page = tx.get_one(Page, final.page_id)
        assert (page.follower_count, page.followers_on is not None) == (23570, True)
        assert tx.scalars(select(Audit.detail).where(Audit.what == "page.followers")).all() == [{"count": 23570}]


@pytest.mark.parametrize("wrong", ["", "many", "-1", "1e9", "99999999999999999999", "12.5"])
def test_a_number_that_is_none_is_refused_beside_its_field(visit, final, wrong):
    answer = visit("manager").post(f"{PAGE}/followers", page=PAGE, count=wrong)

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert "This did not work yet" in answer.text


def test_the_embed_code_names_the_campaign_and_works_without_scripts(visit, final):
    page = visit("manager").get(PAGE).text

    assert "data-fanfare=&#34;cup-final&#34;" in page
    assert "/static/dist/embed.v1.js" in page
    assert "/t/cup-final" in page


def test_the_qr_code_is_a_picture_to_download(visit, final):
    answer = visit("manager").get(f"{PAGE}/qr.svg")

    assert answer.mimetype == "image/svg+xml"
    assert answer.text.startswith("<?xml")


def test_the_campaign_speaks_the_language_of_the_reader(visit, final):
    assert "La finale" in visit("owner", language="fr").get(PAGE).text
