"""The whole application in process, with a published campaign of one brand and a fan who holds a pass."""

import pytest

from app.db import bound_engine, reading, transaction
from app.models import Campaign
from app.services.passes import issue_pass
from app.web.clock import utcnow
from tests.connect.site import app_with
from tests.databases import open_copy
from tests.makers import Make


@pytest.fixture
def app(source_of):
    with open_copy(source_of("sqlite")).bound() as database:
        yield app_with(database.url)
        bound_engine().dispose()


@pytest.fixture
def client(app):
    return app.test_client(use_cookies=False)  # cookies are what a test says they are


@pytest.fixture
def campaign(app):
    with reading() as tx:
        return tx.query(Campaign).one()


@pytest.fixture
def raw_pass(app, campaign):
    """The secret of a fan's pass."""
    with transaction() as tx:
        make = Make(tx, utcnow())
        fan = make.fan(tx.get_one(type(make.brand()), campaign.brand_id))
        return issue_pass(tx, fan, None, {"channel": "link"}, utcnow())[0]
