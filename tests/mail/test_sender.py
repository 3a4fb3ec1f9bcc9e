"""Who a brand's mails are from."""

from click.testing import CliRunner
from sqlalchemy import select

from app.cli.operate import name_sender
from app.db import transaction
from app.models import Brand
from tests.mail.conftest import mails
from tests.makers import Make


def test_mails_come_from_the_brand(tx, joins):
    joins()

    assert mails(tx, "confirmation")[0]["From"].addresses[0].display_name == "Éric & Zoë"


def test_a_brand_may_have_another_name_in_mails(tx, make, joins):
    make.its_brand.sender_name = "Zoë, de chez Éric"
    joins()

    assert mails(tx, "confirmation")[0]["From"].addresses[0].display_name == "Zoë, de chez Éric"


def test_the_command_names_the_sender_and_takes_the_name_back(own_database, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", own_database.url)
    with transaction() as tx:
        Make(tx).brand(slug="acme")

    for name in ("Acme and friends", ""):
        assert CliRunner().invoke(name_sender, ["acme", name]).exit_code == 0
        with transaction() as tx:
            assert (tx.scalars(select(Brand.sender_name)).one() or "") == name
