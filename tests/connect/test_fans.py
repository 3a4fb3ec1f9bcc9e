"""A fan is found by issuer and subject, never by address."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from app.db import transaction
from app.models import Brand, Fan, Identity
from app.services.connecting import Profile, Provider, fan_of
from tests.makers import NOON, Make

TRUSTED = Provider(id="net", name="Net", issuer="https://net.example", client_id="us", trusts_email=True)
ADA = Profile("https://net.example", "7", "net", "Ada", "fr", " Ada@Mail.Example ", email_verified=True)


def identity(tx):
    return tx.scalars(select(Identity)).one()


def test_a_new_person_becomes_a_fan_with_name_and_language(tx, make):
    fan = fan_of(tx, make.its_brand.id, TRUSTED, ADA, NOON)

    assert (fan.display_name, fan.language, fan.created_at) == ("Ada", "fr", NOON)


def test_the_same_person_is_the_same_fan(tx, make):
    first = fan_of(tx, make.its_brand.id, TRUSTED, ADA, NOON)

    assert fan_of(tx, make.its_brand.id, TRUSTED, ADA, NOON) is first


def test_the_same_address_at_another_provider_is_another_fan(tx, make):
    first = fan_of(tx, make.its_brand.id, TRUSTED, ADA, NOON)

    assert fan_of(tx, make.its_brand.id, TRUSTED, replace(ADA, issuer="https://other.example"), NOON) is not first


def test_the_same_person_is_another_fan_of_another_brand(tx, make):
    first = fan_of(tx, make.its_brand.id, TRUSTED, ADA, NOON)

    assert fan_of(tx, make.brand().id, TRUSTED, ADA, NOON) is not first


def test_what_a_fan_was_called_first_stays(tx, make):
    fan_of(tx, make.its_brand.id, TRUSTED, ADA, NOON)

    assert fan_of(tx, make.its_brand.id, TRUSTED, replace(ADA, name="Countess"), NOON).display_name == "Ada"


def test_a_trusted_verified_address_is_kept_as_verified_in_one_spelling(tx, make):
    fan_of(tx, make.its_brand.id, TRUSTED, ADA, NOON)

    assert (identity(tx).email, identity(tx).email_verified) == ("ada@mail.example", True)


@pytest.mark.parametrize(
    ("provider", "profile"),
    [(replace(TRUSTED, trusts_email=False), ADA), (TRUSTED, replace(ADA, email_verified=False))],
    ids=["provider not trusted for it", "provider says unverified"],
)
def test_an_address_is_not_verified_otherwise(tx, make, provider, profile):
    fan_of(tx, make.its_brand.id, provider, profile, NOON)

    assert not identity(tx).email_verified


@pytest.mark.parametrize("email", [None, "", "nonsense", "a@b", "a@b.example\nBcc: c@d.example"])
def test_without_a_usable_address_nothing_is_verified(tx, make, email):
    fan_of(tx, make.its_brand.id, TRUSTED, replace(ADA, email=email), NOON)

    assert (identity(tx).email, identity(tx).email_verified) == (None, False)


def test_an_address_that_is_taken_back_is_forgotten(tx, make):
    fan_of(tx, make.its_brand.id, TRUSTED, ADA, NOON)
    fan_of(tx, make.its_brand.id, TRUSTED, replace(ADA, email=None, email_verified=False), NOON)

    assert (identity(tx).email, identity(tx).email_verified) == (None, False)


def test_eight_first_logins_at_once_make_one_fan(own_database):
    with transaction() as tx:
        brand_id = Make(tx).its_brand.id

    def log_in(_):
        with transaction() as tx:
            return fan_of(tx, tx.get_one(Brand, brand_id).id, TRUSTED, ADA, NOON).id

    with ThreadPoolExecutor(8) as windows:
        assert len(set(windows.map(log_in, range(8)))) == 1
    with transaction() as tx:
        assert tx.scalar(select(func.count()).select_from(Fan)) == 1
