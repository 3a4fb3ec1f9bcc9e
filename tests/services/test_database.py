"""The edge of the database: what its errors give away, and who waits for whom."""

import threading

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import DatabaseError

from app.db import transaction
from app.models import Brand, Contact, new_id
from app.services.campaigns import publish
from app.services.events import Happening, note
from tests.makers import NOON, Make
from tests.small_campaign import publish_small


def test_an_error_of_the_database_does_not_repeat_what_people_said(own_database):
    with transaction() as tx:
        contact = Make(tx).contact()

    twin = {"brand_id": contact.brand_id, "source": contact.source, "external_id": contact.external_id}
    again = insert(Contact).values(id=new_id(), **twin, email="ada@example.org", created_at=NOON, updated_at=NOON)

    with pytest.raises(DatabaseError) as error, transaction() as tx:
        tx.execute(again)

    assert "ada@example.org" not in str(error.value)


def test_people_go_on_playing_while_a_version_is_published(race_database):
    with transaction() as tx:
        campaign = publish_small(tx, Make(tx).its_brand, NOON)
        campaign.draft = {**campaign.draft, "texts/words.en.md": "# Other words"}
    noted = threading.Event()

    def play():
        with transaction() as tx:
            note(tx, campaign, Happening("visited"), NOON)
        noted.set()

    with transaction() as tx:
        tx.get_one(Brand, campaign.brand_id)
        publish(tx, tx.get_one(type(campaign), campaign.id), NOON, None)
        fan = threading.Thread(target=play)
        fan.start()
        in_time = noted.wait(5)
    fan.join()

    assert in_time
