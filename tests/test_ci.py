"""What lands is what `.ci/run` has seen pass."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAKE = """#!/bin/sh
echo "make $1"
case "$1" in
  test) echo "$TESTS_SAY"; exit $TESTS_END_WITH ;;
  test-again) exit $AGAIN_ENDS_WITH ;;
  build-static) printf '%s' "$BUILT" > static/dist/fan.js ;;
esac
"""


@pytest.fixture
def run_ci(tmp_path):
    """Run the script in a small repository, with a `make` that only pretends."""
    shutil.copytree(ROOT / ".ci", tmp_path / ".ci")
    for name, text in {"package.json": "{}", "static/dist/fan.js": "built", "bin/make": MAKE, "bin/npm": ""}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    git = ["git", "-C", tmp_path, "-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "All"]):
        subprocess.run([*git, *command], check=True)

    def run(tests_end_with=0, built="built", tests_say="", again_ends_with=0):
        path = f"{tmp_path / 'bin'}:{os.environ['PATH']}"
        said = {"PATH": path, "TESTS_END_WITH": str(tests_end_with), "BUILT": built, "TESTS_SAY": tests_say}
        said["AGAIN_ENDS_WITH"] = str(again_ends_with)
        return subprocess.run(
            ["bash", ".ci/run"], cwd=tmp_path, env={**os.environ, **said}, capture_output=True, text=True
        )

    return run


def test_it_runs_the_tests_of_the_readme(run_ci):
    done = run_ci()

    assert done.returncode == 0
    assert "make test" in done.stdout


def test_a_failed_test_fails_it(run_ci):
    assert run_ci(tests_end_with=2).returncode != 0


def test_a_stale_build_fails_it(run_ci):
    done = run_ci(built="something else")

    assert done.returncode != 0
    assert "run 'make build-static' and commit the result" in done.stderr


FEW = "==== 2 failed, 4000 passed in 600.00s ===="


def test_a_few_failures_that_pass_alone_do_not_fail_it(run_ci):
    assert run_ci(tests_end_with=2, tests_say=FEW).returncode == 0


@pytest.mark.parametrize("said", [FEW, "==== 40 failed, 3960 passed in 600.00s ====", "Terminated", ""])
def test_failures_that_stay_or_are_many_or_cut_short_fail_it(run_ci, said):
    assert run_ci(tests_end_with=2, tests_say=said, again_ends_with=2 if said == FEW else 0).returncode != 0
