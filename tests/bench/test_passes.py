"""`fanfare bench passes` and `clear`: synthetic people play like everybody, and leave nothing behind."""

import pytest
from sqlalchemy import func, select

from app.db import bound_engine, reading, transaction
from app.factory import create_app
from app.models import Answered, Brand, Coupon, CouponEntry, Event, Fan, Identity, Pass, Play, Run
from app.services.synthetic import StandsAtNoGame
from app.settings import Settings
from bench.installation import players, publish
from tests.databases import SECRET
from tests.makers import Make

HOST = "http://127.0.0.1:8000"


@pytest.fixture
def send(base):
    """Send requests of a minted fan as they stand in the file; gives the statuses."""
    settings = Settings(secret=SECRET, database_url=base.url, mode="bench", embedded_worker=False).checked()
    client = create_app(settings).test_client(use_cookies=False)

    def sent(fan: dict) -> list[int]:
        kind = {"content_type": "application/x-www-form-urlencoded", "base_url": HOST}
        return [client.post(each["path"], data=each["body"], **kind).status_code for each in fan["requests"]]

    yield sent
    bound_engine().dispose()


@pytest.fixture
def only_a_screen(base):
    """A campaign whose journey begins with a screen."""
    return publish(stock=1, journey="journey: bench\ncurrency: EUR\nsteps:\n  - show: welcome\n")


def count(table, *which) -> int:
    with reading() as tx:
        return tx.scalar(select(func.count()).select_from(table).where(*which))


@pytest.mark.parametrize("command", [["passes", "--campaign", "bench", "--fans", "3", "--out", "x"], ["clear"]])
def test_production_takes_no_synthetic_people(command, campaign, call):
    status, said = call(*command, mode="production")

    assert status == 1
    assert "no place in production" in said
    assert count(Fan) == 0


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_minted_people_play_to_the_end_and_win_like_everybody(minted, send):
    statuses = [send(fan) for fan in minted]

    assert statuses == [[200, 200]] * 3
    assert count(Play, Play.finished_at.is_not(None)) == count(Coupon, Coupon.claim_id.is_not(None)) == 3


def test_every_pass_and_every_key_is_another(minted):
    bodies = [request["body"] for fan in minted for request in fan["requests"]]

    assert len({fan["pass"] for fan in minted}) == 3
    assert len(set(bodies)) == 6


def test_nobody_else_may_read_the_passes(campaign, call, tmp_path):
    out = tmp_path / "passes.ndjson"

    call("passes", "--campaign", campaign.slug, "--fans", "1", "--out", str(out))

    assert out.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_cleared_people_leave_nothing_and_their_coupons_are_free_again(minted, send, call):
    for fan in minted:
        send(fan)

    assert call("clear") == (0, "3 synthetic fans are gone; their coupons are free again\n")

    assert [count(table) for table in (Fan, Identity, Pass, Run, Play, Event, Answered)] == [0] * 7
    assert count(Coupon, Coupon.claim_id.is_not(None)) == 0


def test_clearing_keeps_the_coupon_ledger_in_balance(minted, send, call):
    send(minted[0])

    call("clear")

    with reading() as tx:
        stock = tx.scalar(select(func.sum(CouponEntry.change)).where(CouponEntry.account == "stock"))
        assert (tx.scalar(select(func.sum(CouponEntry.change))), stock) == (0, 40)


def test_clearing_leaves_real_people_alone(campaign, minted, call):
    with transaction() as tx:
        make = Make(tx)
        make.identity(make.fan(tx.get_one(Brand, campaign.brand_id)))

    call("clear")

    assert count(Fan) == count(Identity) == 1


def test_people_who_do_not_arrive_at_a_game_are_not_minted(only_a_screen):
    with pytest.raises(StandsAtNoGame, match="show"):
        players(only_a_screen, 1)

    assert count(Fan) == 0
