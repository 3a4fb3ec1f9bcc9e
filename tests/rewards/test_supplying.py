"""A campaign never promises more imported codes than were loaded; the codes may come with its folder."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from app.cli.campaign import campaign as command
from app.db import reading, transaction
from app.errors import Invalid
from app.models import Campaign, CampaignVersion, Coupon, CouponPool
from app.services.campaigns import publish, push, read_folder
from app.services.campaigns.supplying import NoSuchPool, bring_codes, pool_to_fill
from app.services.rewards.codefile import read_codes
from app.services.rewards.loading import load_codes
from tests.connect.site import CAMPAIGN
from tests.databases import open_copy
from tests.makers import NOON, Make

POOL = 'pools:\n  GIFT:\n    title: A gift\n    value: "5.00 USD"\n    kind: imported\n    stock: 2\n'
CODES = "code\nK7QM2ZX9PA\n4TWB8HN3RC\n"


@pytest.fixture
def folder():
    """A campaign folder that promises two imported codes."""
    plain = read_folder(CAMPAIGN)
    return replace(plain, files={**plain.files, "campaign.yaml": plain.files["campaign.yaml"] + POOL})


@pytest.fixture
def codes(tmp_path) -> Path:
    file = tmp_path / "codes.csv"
    file.write_text(CODES)
    return file


def read(file):
    return read_codes(file, date(2026, 6, 15))


def count(tx, table):
    return tx.scalar(select(func.count()).select_from(table))


def test_a_folder_that_promises_more_codes_than_are_loaded_is_not_published(tx, make, folder):
    with pytest.raises(Invalid) as invalid, tx.begin_nested():
        push(tx, make.its_brand, folder, NOON)

    problem = invalid.value.problems[0]
    assert (problem.code, problem.file) == ("campaign.too_few_codes", "campaign.yaml")
    assert folder.files["campaign.yaml"].splitlines()[problem.line - 1].strip() == "stock: 2"
    assert problem.message() == "the pool GIFT promises 2 coupons, and 0 codes are loaded"
    assert (count(tx, CampaignVersion), count(tx, CouponPool)) == (0, 0)


def test_codes_that_come_with_the_folder_let_it_be_published(tx, make, folder, codes):
    loaded = bring_codes(tx, make.its_brand, folder, {"GIFT": read(codes)}, NOON)
    push(tx, make.its_brand, folder, NOON)

    assert [each.laid_in for each in loaded] == [2]
    assert (count(tx, CampaignVersion), count(tx, Coupon)) == (1, 2)


def test_codes_for_a_pool_that_the_folder_has_not_are_refused(tx, make, folder, codes):
    with pytest.raises(NoSuchPool):
        bring_codes(tx, make.its_brand, folder, {"OTHER": read(codes)}, NOON)


def test_a_pool_of_a_draft_can_be_filled_before_it_is_published(tx, make, folder, codes):
    campaign = make.campaign(slug="tea_party", draft=folder.files)
    pool = pool_to_fill(tx, make.its_brand, "GIFT", NOON)

    load_codes(tx, pool, read(codes), NOON)

    assert publish(tx, campaign, NOON, None)[1]


def test_a_stock_raised_beyond_the_codes_is_not_published(tx, make, folder, codes):
    bring_codes(tx, make.its_brand, folder, {"GIFT": read(codes)}, NOON)
    push(tx, make.its_brand, folder, NOON)
    campaign = tx.scalars(select(Campaign)).one()
    raised = {**folder.files, "campaign.yaml": folder.files["campaign.yaml"].replace("stock: 2", "stock: 3")}
    campaign.draft = raised

    with pytest.raises(Invalid, match="promises 3 coupons, and 2 codes are loaded"):
        publish(tx, campaign, NOON, None)


@pytest.fixture
def run(source_of, monkeypatch, tmp_path, folder):
    """Run `fanfare campaign ...` on a database of its own with one brand; gives (exit code, what was said)."""
    with open_copy(source_of("sqlite")).bound():
        with transaction() as tx:
            Make(tx).brand(slug="tea")
        monkeypatch.setattr("app.cli.campaign.use_database", lambda: None)
        on_disk(folder, tmp_path / "folder")

        def run_command(*words):
            result = CliRunner().invoke(command, [str(word) for word in words])
            assert result.exception is None or isinstance(result.exception, SystemExit | Invalid), result.exception
            return result.exit_code, result.output

        yield run_command


def on_disk(folder, place):
    for name, text in folder.files.items():
        file = place / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def coupons():
    with reading() as tx:
        return count(tx, Coupon)


def test_the_command_publishes_a_folder_with_its_codes(run, tmp_path, codes):
    code, said = run("push", tmp_path / "folder", "--codes", f"GIFT={codes}")

    assert (code, coupons()) == (0, 2)
    assert "GIFT: 2 codes loaded, 2 in all" in said
    assert "version 1 is live" in said


def test_the_command_changes_nothing_when_codes_are_missing(run, tmp_path):
    assert run("push", tmp_path / "folder")[0] == 1

    with reading() as tx:
        assert (count(tx, Campaign), count(tx, CouponPool)) == (0, 0)


def test_the_command_loads_codes_once(run, tmp_path, codes):
    run("push", tmp_path / "folder", "--codes", f"GIFT={codes}")

    assert run("codes", "GIFT", codes, "--brand", "tea") == (0, "GIFT: nothing to do, all 2 codes are there\n")


def test_a_dry_run_loads_nothing(run, tmp_path, codes):
    run("push", tmp_path / "folder", "--codes", f"GIFT={codes}")
    codes.write_text("code\nYJ6D5VG1SE\n8ZPA3CW7HT\n0XNE4RK2MB\n")

    code, said = run("codes", "GIFT", codes, "--dry-run")

    assert (code, coupons()) == (0, 2)
    assert "GIFT: 3 codes loaded, 5 in all (nothing was written)" in said


def test_the_command_says_in_french_what_is_wrong(run, tmp_path, codes):
    run("push", tmp_path / "folder", "--codes", f"GIFT={codes}")
    codes.write_text("code\n1,23E+12\n")

    code, said = run("codes", "GIFT", codes, "--lang", "fr")

    assert (code, coupons()) == (1, 2)
    assert "codes.csv:2:1: error codes.mangled: « 1,23E+12 » ressemble à un nombre de tableur" in said


@pytest.mark.parametrize("said", ["GIFT", "=codes.csv", "GIFT="])
def test_a_pool_needs_its_file(run, tmp_path, said):
    code, output = run("push", tmp_path / "folder", "--codes", said)

    assert code == 2
    assert "write POOL=FILE" in output
