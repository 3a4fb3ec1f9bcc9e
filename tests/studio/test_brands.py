"""One brand's people see nothing of another brand: every address with a foreign id is "not found"."""

import pytest
from sqlalchemy import select

from app.db import transaction
from app.models import Brand
from app.services.consent import Word, record
from app.services.people import Person
from tests.makers import NOON, Make


@pytest.fixture
def elsewhere(made):
    """Addresses of another brand's things, by what they show."""

    def make_rows(make: Make) -> dict[str, str]:
        brand = make.brand(slug="rival", name="Rival")
        make._brand = brand
        campaign = make.campaign(slug="secret", title={"en": "Secret plan"})
        make.version(campaign, {"campaign.yaml": ""})
        fan, contact = make.fan(display_name="Zoe Rival"), make.contact(email="zoe@rival.example", first_name="Zoe")
        row = record(make.tx, Person(brand.id, fan.id), [Word("given", "newsletter", "email")], None, NOON)[0]
        return {
            "campaign": "/studio/campaigns/secret",
            "journey": "/studio/campaigns/secret/journey",
            "qr": "/studio/campaigns/secret/qr.svg",
            "proof": f"/studio/optins/{row.id}",
            "proof file": f"/studio/optins/{row.id}.json",
            "fan": f"/studio/people/fan/{fan.id}",
            "contact": f"/studio/people/contact/{contact.id}",
        }

    return made(make_rows)


@pytest.mark.parametrize("what", ["campaign", "journey", "qr", "proof", "proof file", "fan", "contact"])
def test_a_foreign_thing_is_not_found(visit, elsewhere, what):
    assert visit("owner").get(elsewhere[what]).status_code == 404


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/studio/campaigns/secret/followers", {"count": "5"}),
        ("/studio/campaigns/secret/journey", {"file": "campaign.yaml", "text": "a", "do": "save"}),
        ("/studio/campaigns/secret/publish", {}),
    ],
)
def test_a_foreign_thing_cannot_be_changed(visit, elsewhere, path, fields):
    assert visit("owner").post(path, page="/studio/account", **fields).status_code == 404


@pytest.mark.parametrize(
    "page", ["/studio/campaigns", "/studio/optins?words=all", "/studio/people?q=zoe", "/studio/people?q=Zoe+Rival"]
)
def test_lists_hold_nothing_of_another_brand(visit, elsewhere, page):
    shown = visit("owner").get(page).text

    assert not any(name in shown for name in ("Secret plan", "Rival</", "zoe@rival.example", "<td>newsletter</td>"))


def test_the_rival_sees_what_is_its_own(visit, elsewhere, made):
    with transaction() as tx:
        rival = tx.scalars(select(Brand).where(Brand.slug == "rival")).one()

    assert "Secret plan" in visit("owner", whose=rival).get("/studio/campaigns").text
