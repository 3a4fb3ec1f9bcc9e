"""People: found by e-mail, number or name, and read with what is known of them."""

import pytest
from sqlalchemy import select

from app.db import transaction
from app.models import Attribute, Campaign, Decision
from app.services.campaigns.folder import Folder
from app.services.campaigns.publishing import push
from app.services.consent import Word, record
from app.services.people import Person
from tests.makers import NOON, Make
from tests.studio.summer import FILES


@pytest.fixture
def ana(brand):
    """A contact with an order, tied to a fan who has played and said yes."""
    with transaction() as tx:
        make = Make(tx)
        make._brand = brand
        contact = make.contact(first_name="Ana", last_name="Weber", email="ana@weber.example", member_number="M-7")
        fan = make.fan(display_name="ana_w")
        make.identity(fan, "ana@weber.example")
        make.link(fan, contact)
        make.order(contact, lines=(("PRODUCE", 4250),))
        known = {"brand_id": brand.id, "contact_id": contact.id, "name": "crm.flavour", "value": "Fig"}
        tx.add(Attribute(**known, source="game", origin="cup/vote", set_at=NOON))
        push(tx, brand, Folder(dict(FILES), {}), NOON)
        run = make.run(fan, tx.scalars(select(Campaign)).one(), contact_id=contact.id, at_step="hello")
        known = {"text": "crm.known", "held": True, "found": "True"}
        bought = {"text": "orders().count >= 1", "held": False, "found": "0"}
        why = {"looked_at": {"customer": {"held": False, "leaves": [known, bought]}}}
        where = {"brand_id": brand.id, "run_id": run.id, "number": 1, "step": "who", "at": NOON}
        tx.add(Decision(**where, kind="branch", outcome="customer", why=why))
        record(tx, Person(brand.id, fan.id, contact.id), [Word("given", "newsletter", "email")], None, NOON)
        return fan, contact


@pytest.mark.parametrize("wanted", ["ana@weber.example", "ANA@weber.example", "M-7", "web", "Ana", "ana w"])
def test_a_contact_is_found(visit, ana, wanted):
    assert f"/studio/people/contact/{ana[1].id}" in visit("crm").get("/studio/people", query_string={"q": wanted}).text


@pytest.mark.parametrize("wanted", ["ana_w", "ana@weber.example"])
def test_a_fan_is_found(visit, ana, wanted):
    assert f"/studio/people/fan/{ana[0].id}" in visit("crm").get("/studio/people", query_string={"q": wanted}).text


@pytest.mark.parametrize("wanted", ["%", "__", "a", "' OR 1=1 --", "weber.example", "<script>", "x" * 5000])
def test_nothing_is_found_by_signs_that_mean_something_to_a_database(visit, ana, wanted):
    answer = visit("crm").get("/studio/people", query_string={"q": wanted})

    assert answer.status_code == 200
    assert str(ana[1].id) not in answer.text
    assert "<script>" not in answer.text.split("<main")[1]


@pytest.mark.parametrize("kind", ["fan", "contact"])
def test_fan_and_contact_are_one_page_once_tied(visit, ana, kind):
    person = ana[0] if kind == "fan" else ana[1]

    page = visit("crm").get(f"/studio/people/{kind}/{person.id}").text

    for known in (
        "Ana Weber",
        "ana@weber.example",
        "1 order, $42.50",
        "crm.flavour",
        "A game",
        "Regular customers",
        "newsletter",
    ):
        assert known in page


def test_a_decision_says_why_in_words(visit, ana):
    page = visit("crm").get(f"/studio/people/fan/{ana[0].id}").text

    assert "Regular customers" in page
    assert "yes: is known in the CRM base" in page
    assert "no: has placed at least 1 order (found: 0)" in page
