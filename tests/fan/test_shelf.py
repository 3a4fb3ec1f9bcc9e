"""The shelf: what everybody sees costs no question to the database, is never old for long, and stays in an outage."""

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import event, update
from sqlalchemy.exc import OperationalError

from app.db import bound_engine, transaction
from app.errors import NotFound
from app.models import Brand, Campaign, CampaignVersion
from app.services.campaigns import push
from app.services.campaigns.folder import Folder
from app.web.fan import public, shelf
from app.web.fan.kept import Body, Kept
from app.web.fan.shelf import FRESH_SECONDS, STALE_SECONDS, Shelf
from tests.databases import open_copy
from tests.fan.conftest import HOST
from tests.makers import NOON, Make
from tests.small_campaign import publish_small, small_files


@pytest.fixture
def asked(tab):
    """What the database was asked since the shelf was filled."""
    tab.get("")
    statements = []
    event.listen(bound_engine(), "before_cursor_execute", lambda *said: statements.append(said[2]))
    return statements


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def slug(source_of):
    with open_copy(source_of("sqlite")).bound():
        with transaction() as tx:
            campaign = publish_small(tx, Make(tx).its_brand, NOON)
        yield campaign.slug


@pytest.fixture
def filled(clock, slug):
    """A shelf on which the campaign stands."""
    found = Shelf(clock)
    found.find(slug)
    return found


def publish_elsewhere(slug):
    """What another process does: this one has published nothing."""
    with transaction() as tx:
        campaign = tx.query(Campaign).filter_by(slug=slug).one()
        old = tx.get_one(CampaignVersion, campaign.live_version_id)
        same = {name: getattr(old, name) for name in ("brand_id", "campaign_id", "files", "surroundings")}
        new = CampaignVersion(**same, number=old.number + 1, content_hash="new", published_at=NOON)
        tx.add(new)
        tx.flush()
        campaign.live_version_id = new.id


def unpublish(slug):
    with transaction() as tx:
        tx.execute(update(Campaign).where(Campaign.slug == slug).values(live_version_id=None))


@pytest.fixture
def cut_off(monkeypatch):
    """Let the database be away from now on."""

    def away():
        def gone():
            raise OperationalError("SELECT", {}, Exception("gone"))

        monkeypatch.setattr(shelf, "reading", gone)

    return away


@pytest.mark.parametrize("path", ["", "/rules", "/privacy"])
def test_what_everybody_sees_is_shown_without_asking_the_database(tab, asked, path):
    assert tab.get(path).status_code == 200
    assert asked == []


def test_a_first_view_that_the_browser_has_is_not_even_made(tab, asked):
    tag = tab.get("").headers["ETag"]

    again = tab.get("", headers={"If-None-Match": f'"another", W/{tag}'})

    assert (again.status_code, again.data, asked) == (304, b"", [])
    assert again.headers["ETag"] == tag
    assert "frame-ancestors 'none'" in again.headers["Content-Security-Policy"]


def test_every_language_query_and_fragment_has_its_own_first_view(tab):
    asked = [("", {}), ("?lang=fr", {}), ("?src=qr", {}), ("", {"X-Fragment": "1"})]

    pages = [tab.get(query, headers=headers) for query, headers in asked * 2]

    assert len({page.text for page in pages}) == len({page.headers["ETag"] for page in pages}) == len(asked)
    assert [page.text for page in pages[:4]] == [page.text for page in pages[4:]]


def test_a_version_that_is_published_here_is_seen_at_once(tab):
    tab.get("")
    files = small_files(tab.slug)
    files["texts/welcome.en.md"] = "# A new welcome\n\nCome in."

    with transaction() as tx:
        push(tx, tx.get_one(Brand, tab.fan.brand_id), Folder(files, {}), datetime.now(UTC))

    assert "A new welcome" in tab.get("").text


def test_the_doors_close_on_time_without_asking_anybody(tab, monkeypatch):
    with transaction() as tx:
        brand, files = tx.get_one(Brand, tab.fan.brand_id), small_files(tab.slug)
        files["campaign.yaml"] += "open: {from: 2020-01-01, until: 2999-01-01}\n"
        push(tx, brand, Folder(files, {}), datetime.now(UTC))
    before = tab.get("")

    monkeypatch.setattr(public, "utcnow", lambda: datetime(2999, 6, 1, tzinfo=UTC))
    after = tab.get("", headers={"If-None-Match": before.headers["ETag"]})

    assert f"/t/{tab.slug}/go" in before.text
    assert after.status_code == 200
    assert "is over" in after.text


def test_colours_under_an_address_of_other_colours_are_not_kept_for_ever(tab):
    address = tab.get("").text.split("/theme.")[1].split(".css")[0]

    assert "immutable" in tab.get(f"/theme.{address}.css").headers["Cache-Control"]
    assert tab.get("/theme.000000000000.css").headers["Cache-Control"] == "public, max-age=60"


def test_a_version_of_another_process_is_seen_within_seconds(filled, clock, slug):
    before = filled.find(slug).stamp
    publish_elsewhere(slug)

    assert filled.find(slug).stamp == before
    clock.now += FRESH_SECONDS
    assert filled.find(slug).stamp != before


def test_what_is_not_published_any_more_is_gone_also_in_an_outage(filled, clock, slug, cut_off):
    unpublish(slug)
    clock.now += FRESH_SECONDS
    with pytest.raises(NotFound):
        filled.find(slug)

    cut_off()

    with pytest.raises(OperationalError):
        filled.find(slug)


def test_in_an_outage_the_last_view_stays_for_an_hour(filled, clock, slug, cut_off):
    cut_off()

    clock.now += STALE_SECONDS
    assert filled.find(slug).campaign.slug == slug
    clock.now += 1
    with pytest.raises(OperationalError):
        filled.find(slug)


def test_after_an_outage_it_is_looked_up_again_within_seconds(filled, clock, slug, cut_off, monkeypatch):
    before = filled.find(slug).stamp
    with monkeypatch.context() as outage:
        outage.setattr(shelf, "reading", lambda: (_ for _ in ()).throw(OperationalError("", {}, Exception("gone"))))
        clock.now += FRESH_SECONDS
        assert filled.find(slug).stamp == before
    publish_elsewhere(slug)

    clock.now += FRESH_SECONDS
    assert filled.find(slug).stamp != before


def test_a_bug_while_looking_stays_loud(filled, clock, slug, monkeypatch):
    monkeypatch.setattr(shelf, "reading", lambda: 1 / 0)
    clock.now += FRESH_SECONDS

    with pytest.raises(ZeroDivisionError):
        filled.find(slug)


def test_while_one_waits_for_a_slow_database_the_others_go_on(filled, clock, slug, monkeypatch):
    stuck, free = threading.Event(), threading.Event()

    def hang():
        stuck.set()
        free.wait(20)
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(shelf, "reading", hang)
    clock.now += FRESH_SECONDS
    waiting = threading.Thread(target=filled.find, args=(slug,))
    waiting.start()
    stuck.wait(20)
    clock.now += FRESH_SECONDS

    assert filled.find(slug).campaign.slug == slug
    free.set()
    waiting.join(20)


def test_a_campaign_that_was_never_seen_is_not_invented_in_an_outage(clock, cut_off):
    cut_off()

    with pytest.raises(OperationalError):
        Shelf(clock).find("orchard")


def test_each_address_shows_its_own_brand(tab):
    with transaction() as tx:
        make = Make(tx, datetime.now(UTC))
        other = publish_small(tx, make.brand(slug="other"), make.now, slug="elsewhere")
        other.embed_origins = ["https://other.example"]

    for _ in range(2):
        assert "frame-ancestors 'none'" in tab.get("").headers["Content-Security-Policy"]
        page = tab.client.get(f"/t/{other.slug}", base_url=HOST)
        assert "frame-ancestors https://other.example" in page.headers["Content-Security-Policy"]


def body(size):
    return Body(b"x" * size, "tag")


def test_a_store_holds_no_more_than_its_bytes_and_what_was_asked_for_last():
    store = Kept(most=100, most_bytes=30)
    for name in "abc":
        store.put(name, body(10))
    store.get("a")

    store.put("d", body(10))

    assert [store.get(name) is not None for name in "abcd"] == [True, False, True, True]
    assert store.size_bytes == 30


def test_a_store_holds_no_more_than_its_entries():
    store = Kept(most=2, most_bytes=1000)
    for number in range(10):
        store.put(number, body(1))

    assert (len(store), store.size_bytes) == (2, 2)


def test_a_store_does_not_take_what_is_larger_than_its_room():
    store = Kept(most=2, most_bytes=10)
    store.put("a", body(5))

    store.put("b", body(11))

    assert store.get("b") is None
    assert store.get("a") is not None


def test_endless_queries_fill_no_memory(app, tab):
    for number in range(30):
        tab.get(f"?src={number}{'x' * 600}")

    assert len(app.extensions["fanfare.shelf"].pages) == 0
