"""The manual of coupons names every problem of a file, and its commands are ours."""

import re
from pathlib import Path

import click
import pytest

from app.cli.campaign import campaign
from app.cli.operate import key
from app.services.campaigns.definition import Pool
from app.services.rewards import faults
from journeys.problems import Kind
from journeys.yamlfile import read_yaml

MANUAL = (Path(__file__).parents[2] / "docs" / "coupons.md").read_text()
KINDS = [kind for kind in vars(faults).values() if isinstance(kind, Kind)]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_every_problem_of_a_file_is_explained(kind):
    assert f"`{kind.code}`" in MANUAL


def test_no_problem_is_explained_that_is_gone():
    assert set(re.findall(r"`(codes\.\w+)`", MANUAL)) == {kind.code for kind in KINDS}


@pytest.mark.parametrize("line", re.findall("^fanfare campaign (.*)$", MANUAL, re.M))
def test_every_command_of_the_manual_can_be_typed(line):
    name, *words = line.split()

    assert campaign.commands[name].make_context(name, words, resilient_parsing=False).params


def test_the_scope_of_the_manual_is_one_of_ours():
    scopes = next(option for option in key.commands["add"].params if option.name == "scopes")

    assert isinstance(scopes.type, click.Choice)
    assert "coupons" in scopes.type.choices


def test_the_pool_of_the_manual_is_a_pool():
    written = read_yaml(re.findall("```yaml\n(.*?)```", MANUAL, re.S)[0], "campaign.yaml").plain()

    pool = Pool.model_validate(written["pools"]["GIFT"])

    assert (pool.kind, pool.stock, pool.valid.days) == ("imported", 2000, 30)
