"""Campaign folders: read together, every problem at its place, published whole or not at all."""

import pytest
from PIL import Image
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from app.errors import Invalid
from app.models import Campaign, CampaignVersion, Coupon
from app.services.campaigns import check_draft, publish, push, read_folder
from app.services.campaigns.folder import Folder
from app.services.campaigns.publishing import SlugTaken
from app.services.rewards.pools import PoolTaken
from tests.makers import NOON
from tests.small_campaign import JOURNEY, small_files


def pushed(tx, make, **said):
    return push(tx, make.its_brand, Folder(small_files(**said), {}), NOON)


def errors(invalid):
    return [(problem.code, problem.file) for problem in invalid.value.problems if problem.level == "error"]


def test_a_push_makes_the_campaign_its_version_and_its_coupons(tx, make):
    version, is_new = pushed(tx, make)

    campaign = tx.scalars(select(Campaign)).one()
    assert (is_new, version.number, campaign.live_version_id) == (True, 1, version.id)
    assert tx.scalar(select(func.count()).select_from(Coupon)) == 103


def test_the_same_folder_pushed_again_changes_nothing(tx, make):
    pushed(tx, make)

    version, is_new = pushed(tx, make)

    assert (is_new, version.number) == (False, 1)


def test_a_larger_stock_adds_only_the_missing_coupons(tx, make):
    pushed(tx, make, stock=100)

    pushed(tx, make, stock=120)

    assert tx.scalar(select(func.count()).select_from(Coupon)) == 123


def test_a_version_cannot_be_changed(tx, make):
    pushed(tx, make)

    with pytest.raises(DatabaseError, match="append-only"):
        tx.execute(text("UPDATE campaign_version SET content_hash = 'x'"))


def test_a_folder_that_does_not_check_changes_nothing(tx, make):
    with pytest.raises(Invalid):
        pushed(tx, make, journey=JOURNEY.replace("give: REGULAR", "give: REGULARR"))

    assert not tx.scalars(select(CampaignVersion)).all()


def test_a_journey_whose_own_test_fails_is_not_published(tx, make):
    failing = JOURNEY + "tests:\n  - name: wrong\n    today: 2026-06-15\n    person: {}\n    path: [path/active]\n"

    with pytest.raises(Invalid) as invalid:
        pushed(tx, make, journey=failing)

    assert errors(invalid) == [("journey.test_fails", "journey.yaml")]


def test_a_verb_that_cannot_run_yet_is_not_published(tx, make):
    with pytest.raises(Invalid) as invalid:
        pushed(tx, make, journey=JOURNEY + "  - webhook: call_back\n")

    assert errors(invalid) == [("journey.verb_not_ready", "journey.yaml")]


def test_another_brand_cannot_take_the_slug(tx, make):
    pushed(tx, make)

    with pytest.raises(SlugTaken):
        push(tx, make.brand(), Folder(small_files(), {}), NOON)


def test_another_campaign_cannot_take_a_pool(tx, make):
    pushed(tx, make)

    with pytest.raises(PoolTaken):
        pushed(tx, make, slug="meadow")


def test_the_draft_of_a_campaign_is_published_by_staff(tx, make):
    pushed(tx, make)
    campaign = tx.scalars(select(Campaign)).one()
    campaign.draft = {**campaign.draft, "texts/welcome.en.md": "# Hello again"}

    version, is_new = publish(tx, campaign, NOON, make.staff().id)

    assert (is_new, version.number) == (True, 2)
    assert version.published_by is not None


CAMPAIGN_MISTAKES = [
    ("campaign: orchard", "campaign: Orchard!", "campaign.id", 1),
    ("rules: words", "rule: words", "campaign.unknown_key", 7),
    ("rules: words", "rules: rulez", "campaign.missing_text", 7),
    ('brand: "#0b6b43"', "brand: green", "campaign.id", 5),
    ('brand: "#0b6b43"', 'brand: "#fff4c2"', "campaign.contrast", 5),
    ("kind: generated, stock: 3", "kind: printed, stock: 3", "campaign.word_wanted", 11),
    ("asks: [newsletter.email]", "asks: [partner.email]", "campaign.unknown_ask", 14),
    ("notice: notice}", "notice: notice, checked: true}", "campaign.pre_ticked", 16),
    ("valid: 30d", "valid: thirty days", "campaign.value", 10),
    ("type: choice, ", "", "catalogue.entry", 20),
]


@pytest.mark.parametrize(("written", "mistake", "code", "line"), CAMPAIGN_MISTAKES)
def test_a_mistake_in_campaign_yaml_is_named_at_its_line(make, written, mistake, code, line):
    files = small_files()
    assert written in files["campaign.yaml"]
    files["campaign.yaml"] = files["campaign.yaml"].replace(written, mistake)

    found = check_draft(make.its_brand, files).problems

    assert (code, line) in [(problem.code, problem.line) for problem in found]
    assert all(problem.message("fr") and problem.message("en") for problem in found)


def test_a_mistake_in_a_game_is_named_at_its_line(make):
    files = small_files()
    files["games/quiz.yaml"] = files["games/quiz.yaml"].replace("right: true", "rigth: true", 1)

    found = check_draft(make.its_brand, files).problems

    assert ("game.unknown_key", "games/quiz.yaml", 6) in [(p.code, p.file, p.line) for p in found]


def test_the_files_of_a_folder_are_read_with_their_pictures(tmp_path):
    for name, content in small_files().items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content, "utf-8")
    (tmp_path / "images").mkdir()
    Image.new("RGB", (8, 8)).save(tmp_path / "images" / "apple.png")

    folder = read_folder(tmp_path)

    assert folder.pictures["images/apple.png"].media_type == "image/png"
    assert folder.files["images/apple.png"] == "sha256:" + folder.pictures["images/apple.png"].hash


BAD_FILES = [
    ("texts/words.en.md", "caf\xe9".encode("latin-1"), "campaign.not_utf8"),
    ("images/apple.png", b"<svg onload=alert(1)>", "campaign.picture"),
    ("journey.yaml", b"x" * (257 * 1024), "campaign.too_big"),
]


@pytest.mark.parametrize(("name", "content", "code"), BAD_FILES)
def test_a_file_that_cannot_be_read_is_named(tmp_path, name, content, code):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(content)

    with pytest.raises(Invalid) as invalid:
        read_folder(tmp_path)

    assert [(problem.code, problem.file) for problem in invalid.value.problems] == [(code, name)]


@pytest.mark.parametrize("name", ["texts/notes.md", "texts/a.b.c.md", "games/Quiz.yaml", "readme.txt"])
def test_a_file_that_is_no_part_of_a_campaign_is_left_out_and_said(make, name):
    checked = check_draft(make.its_brand, {**small_files(), name: "Notes for ourselves"})

    assert ("campaign.unknown_file", name) in [(problem.code, problem.file) for problem in checked.problems]
    assert checked.publishable


LONG = "a" * 101
TOO_LONG = [
    ("journey.yaml", "active", LONG),
    ("campaign.yaml", "crm.fruit", f"crm.{LONG}"),
    ("campaign.yaml", "newsletter.email", f"{LONG[:65]}.email"),
]


@pytest.mark.parametrize(("file", "name", "longer"), TOO_LONG)
def test_a_name_that_is_too_long_to_be_stored_is_refused(make, file, name, longer):
    files = {each: text.replace(name, longer) for each, text in small_files().items()}

    checked = check_draft(make.its_brand, files)

    assert [problem for problem in checked.problems if problem.level == "error" and problem.file == file]
