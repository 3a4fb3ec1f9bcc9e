"""`fanfare jobs`: what was given up is listed with its error, and tried again when somebody says so."""

import pytest
from click.testing import CliRunner
from sqlalchemy import select, update

from app.cli.jobs import jobs
from app.db import reading, transaction
from app.models import Audit, Outbox, Run
from app.services.outbox import Job, put
from tests.databases import open_copy
from tests.makers import NOON, Make


@pytest.fixture
def brand(source_of):
    """The only brand, on a database of the test alone."""
    with open_copy(source_of("sqlite")).bound():
        with transaction() as tx:
            brand = Make(tx).brand(slug="tea")
        yield brand


@pytest.fixture
def trouble(brand):
    """A job that was given up, and somebody who is stuck."""
    with transaction() as tx:
        put(tx, Job(brand.id, "message", "a", {}), NOON)
        tx.execute(update(Outbox).values(dead_at=NOON, attempts=16, last_error="ServerTrouble: TimeoutError"))
        Make(tx).run(Make(tx).fan(brand), failures=10, last_error="KeyError: 'gift'", at_step="gift", wake_at=NOON)


def run(*words):
    done = CliRunner().invoke(jobs, list(words))
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def test_nothing_to_tell_is_told(brand):
    code, said = run("list")

    assert (code, "✓ everything leaves as it should" in said) == (0, True)


def test_what_was_given_up_is_listed_with_its_error(trouble):
    _code, said = run("list", "--brand", "tea")

    assert "16 attempts, given up: ServerTrouble: TimeoutError" in said
    assert "stuck at “gift”" in said


def test_all_is_tried_again_and_written_down(trouble):
    assert run("retry") == (0, "1 job(s) and 1 stuck people are being tried again\n")

    with reading() as tx:
        assert tx.scalars(select(Outbox.dead_at)).all() == [None]
        assert tx.scalars(select(Run.failures)).all() == [0]
        assert tx.scalars(select(Audit.detail)).all() == [{"jobs": 1, "runs": 1}]


def test_only_the_kind_that_was_named_is_tried_again(trouble):
    assert run("retry", "--kind", "order.placed") == (0, "0 job(s) and 0 stuck people are being tried again\n")


def test_a_brand_that_is_not_there_is_told(brand):
    code, said = run("list", "--brand", "coffee")

    assert (code, "Brands here: tea" in said) == (1, True)
