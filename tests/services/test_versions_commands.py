"""The commands of versions: list, push with a way for people inside, roll back, say where everybody is, replay."""

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import select, update

from app.cli import versions as commands
from app.cli.campaign import campaign
from app.cli.journey import journey
from app.db import transaction
from app.models import Brand, Decision, Publication
from app.services.visits import campaign_at
from tests.databases import open_copy
from tests.makers import NOON, Make
from tests.services.versioned import PLAYED_BEFORE, WITHOUT_VOTE, came, move_everybody, pushed
from tests.small_campaign import JOURNEY, publish_small, small_files

EMPTY = JOURNEY.split("    otherwise:")[0] + "    otherwise:\n      - offer: club\n"
WORDS_ONLY = EMPTY.replace("      - offer: club\n", "      - show: words\n")


@pytest.fixture
def run(source_of, monkeypatch):
    """Run a command on a database with the small campaign and two people inside; gives (exit code, what was said)."""
    for place in (
        "app.cli.versions.use_database",
        "app.cli.campaign.use_database",
        "app.cli.installation.use_database",
    ):
        monkeypatch.setattr(place, lambda: None)
    with open_copy(source_of("sqlite")).bound():
        with transaction() as tx:
            make = Make(tx)
            small = publish_small(tx, make.its_brand, NOON, slug="orchard")
            for _ in range(2):
                came(tx, small, make.fan())

        def run_command(group, *words):
            result = CliRunner().invoke(group, [str(word) for word in words])
            assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
            return result.exit_code, result.output

        yield run_command


def second_version(journey=WITHOUT_VOTE):
    with transaction() as tx:
        brand = tx.scalars(select(Brand)).one()
        pushed(tx, campaign_at(tx, "orchard"), brand, journey)


def folder_of(path, journey):
    for name, text in small_files("orchard", journey).items():
        (path / name).parent.mkdir(exist_ok=True)
        (path / name).write_text(text, "utf-8")
    return path


def test_where_says_who_stands_where(run):
    code, said = run(campaign, "where", "orchard")

    assert code == 0
    assert "2  version 1  vote  (waiting for: play, the first since 2026-06-15T12:00Z)" in said


def test_where_speaks_to_programs(run):
    _code, said = run(campaign, "where", "orchard", "--json")

    (inside,) = json.loads(said)["inside"]
    assert (inside["version"], inside["step"], inside["waiting"], inside["people"]) == (1, "vote", "play", 2)


def test_versions_are_listed_newest_first(run):
    second_version()

    _code, said = run(campaign, "versions", "orchard")

    assert [line.split()[0] for line in said.splitlines()] == ["2", "1"]
    assert "2 (live)" in said


def test_a_folder_is_pushed_and_people_move_where_the_command_says(run, tmp_path):
    folder = folder_of(tmp_path, WITHOUT_VOTE)

    code, said = run(campaign, "push", folder, "--inside", "move", "--target", "vote=club")

    assert (code, said.splitlines()[-1]) == (0, "version 2 is live")
    with transaction() as tx:
        move_everybody(tx)
        assert tx.scalars(select(Publication.moved).where(Publication.inside == "move")).one() == 2


def test_a_rollback_without_a_target_changes_nothing_and_says_what_is_missing(run):
    second_version(EMPTY)
    second_version(PLAYED_BEFORE)

    code, said = run(campaign, "rollback", "orchard", 2, "--inside", "move")

    assert code == 1
    assert "error versions.target_missing: 2 people stand at “vote” (version 1), which no longer exists" in said
    assert "--target vote=STEP, or vote=exit" in said
    assert "3 (live)" in run(campaign, "versions", "orchard")[1]


def test_an_older_version_is_made_live_again(run):
    second_version()

    code, said = run(campaign, "rollback", "orchard", 1, "--inside", "leave")

    assert (code, said.splitlines()[-1]) == (0, "version 3 is live, with the content of version 1")
    assert "version 1 again" in run(campaign, "versions", "orchard")[1]
    assert "version 3: people inside leave: 0 moved, 0 left, not done yet" in run(campaign, "where", "orchard")[1]


def test_people_come_over_at_their_next_step_where_the_command_says(run, tmp_path):
    folder = folder_of(tmp_path, WORDS_ONLY)

    assert run(campaign, "push", folder, "--inside", "next", "--target", "club=words")[0] == 0

    where = run(campaign, "where", "orchard")[1]
    assert "version 2: people inside come over at their next step: 2 still to come" in where


def test_a_step_that_people_may_come_to_is_named_with_what_to_say(run):
    second_version(WORDS_ONLY)
    second_version(PLAYED_BEFORE)

    code, said = run(campaign, "rollback", "orchard", 2, "--inside", "next")

    assert code == 1
    assert "2 people may come to “club” next (version 1), which no longer exists" in said


def test_an_older_version_is_made_live_again_for_the_next_step(run):
    second_version()

    assert run(campaign, "rollback", "orchard", 1, "--inside", "next")[0] == 0
    assert json.loads(run(campaign, "where", "orchard", "--json")[1])["to_come"] == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--target", "vote=club"], "say --inside move"),
        (["--inside", "move", "--target", "vote"], "write OLD=NEW"),
        (["--inside", "stay"], "'stay' is not one of"),
    ],
)
def test_options_that_make_no_sense_are_refused(run, words, said):
    code, output = run(campaign, "rollback", "orchard", 1, *words)

    assert code == 2
    assert said in output


def test_a_campaign_that_is_not_there_is_named_with_those_that_are(run):
    code, said = run(campaign, "where", "meadow")

    assert code == 1
    assert "There is no campaign “meadow”. Campaigns here: orchard." in said


def test_replay_finds_no_difference_in_what_was_just_decided(run):
    assert run(journey, "replay", "--campaign", "orchard") == (0, "2 runs, 2 advances: 0 differences\n")


def test_replay_names_run_step_and_both_decisions_and_ends_with_1(run):
    with transaction() as tx:
        tx.execute(update(Decision).where(Decision.step == "path").values(outcome="active"))

    code, said = run(journey, "replay")
    report = json.loads(run(journey, "replay", "--json")[1])

    assert code == 1
    assert "step path: branch active" in said
    assert "now branch otherwise" in said
    assert [(row["step"], row["version"]) for row in report["differences"]] == [("path", 1)] * 2


def test_the_commands_explain_themselves():
    for command in (commands.list_versions, commands.say_where, commands.roll_back_to):
        assert command.help
