"""The corpus: every seeded fault is found at its place, and of sound journeys nothing is said."""

from pathlib import Path

import pytest

from journeys.loading import load_journey
from journeys.problems import Problem, kinds_of
from journeys.testing import run_tests
from tests.journeys.checking.manual import manual
from tests.journeys.corpus import SOUND, Faulty, faulty

PAGE = Path(__file__).parents[3] / "docs/problems.md"
FAULTY = faulty()
BESIDE_A_FILE = {"catalogue", "journey.verb_not_ready", "yaml.not_utf8", "yaml.too_big", "condition.character"}


def said(path: Path, world: object = None) -> list[Problem]:
    return list(load_journey(path.read_bytes(), path.name, world).problems)


@pytest.mark.parametrize("fault", FAULTY, ids=lambda fault: fault.path.stem)
def test_a_seeded_fault_is_found_at_its_place_and_nothing_else(fault: Faulty):
    found = [p for p in said(fault.path, fault.world) if p.level != "notice" or p.code == fault.code]

    assert [(p.code, p.line, p.col) for p in found] == [(fault.code, fault.line, fault.col)]
    assert found[0].message("fr") != found[0].message("en")


@pytest.mark.parametrize("path", SOUND, ids=lambda path: path.stem)
def test_of_a_sound_journey_nothing_is_said_and_its_tests_pass(path: Path):
    problems = [str(problem) for problem in said(path) if problem.level != "notice"]
    journey = load_journey(path.read_bytes(), path.name).journey

    assert not problems
    assert journey
    report = run_tests(journey)
    assert report.passed, [result.reasons("en") for result in report.results if not result.passed]
    assert journey.tests


def test_there_are_sixty_faults_and_forty_sound_journeys_or_more():
    assert len(FAULTY) >= 60
    assert len(SOUND) >= 40


def test_every_kind_of_problem_of_a_file_has_its_example():
    codes = {code for code in kinds_of("journeys") if not code.startswith("catalogue.")} - BESIDE_A_FILE

    assert codes - {fault.code for fault in FAULTY if fault.means} == set()


def test_the_manual_of_problems_is_up_to_date():
    assert PAGE.read_text("utf-8") == manual(), "make problems"
