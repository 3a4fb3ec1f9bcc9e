"""Every journey file of the project loads, passes its tests and reads well; every verb is in good order."""

import re
from pathlib import Path

import pytest

from journeys.loading import load_journey
from journeys.testing import run_tests
from journeys.verbs import VERBS
from journeys.verbs.base import options_of
from tests.architecture.documented import undocumented

ROOT = Path(__file__).parent.parent.parent
MANUAL = ROOT / "docs/journeys.md"
FILES = sorted((*(ROOT / "docs/examples").glob("*.yaml"), *(ROOT / "journeys/library").glob("*.yaml")))
FIBRE = ROOT / "docs/examples/fibre_tab.yaml"


def load(file: Path):
    loaded = load_journey(file.read_bytes(), file.name)
    assert loaded.journey, loaded.problems
    return loaded.journey


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_file_of_the_project_is_sound_and_its_tests_pass(file: Path):
    loaded = load_journey(file.read_bytes(), file.name)

    assert [problem.code for problem in loaded.problems] == ["journey.assumed"]
    assert loaded.journey
    assert [result.reasons() for result in run_tests(loaded.journey).results if not result.passed] == []


def test_the_fibre_tab_reads_well_in_english():
    lines = load(FIBRE).outline("en")

    assert lines[0] == "The fibre tab"
    assert "  Limits: 1 coupon(s) a person, 2 message(s) in 7 days, no message from 21:00 to 09:00" in lines
    assert "    - Play “fibre quiz”, 2 tries at most, within 7 days" in lines
    assert "      “control” – 10 % of the people: nothing, go on" in lines
    assert "        - Give the coupon FIDELITE30, valid for 30 days" in lines
    assert any(
        line.startswith("  “Active customers” – if the person is known in the CRM base and has placed at least 1 order")
        for line in lines
    )


def test_the_fibre_tab_reads_well_in_french():
    lines = load(FIBRE).outline("fr")

    assert lines[0] == "L'onglet fibre"
    assert "    - Jouer à « fibre quiz », 2 essais au plus, dans les 7 jours" in lines
    assert "        - Donner le coupon FIDELITE30, valable 30 jours" in lines
    assert not any("  if " in line or "Otherwise" in line for line in lines)


def test_publishing_refuses_what_cannot_be_carried_out_yet():
    problems = load(FIBRE).verbs_not_ready

    assert [(problem.code, problem.line) for problem in problems] == [
        ("journey.verb_not_ready", 50),
        ("journey.verb_not_ready", 16),
    ]
    assert problems[0].message().startswith("'split'")


def test_the_verbs_that_run_in_production():
    ready = {name for name, verb in VERBS.items() if verb.ready}

    assert ready == {"choose", "play", "offer", "give", "show", "save", "points", "message", "wait", "end"}


@pytest.mark.parametrize("verb", VERBS.values(), ids=lambda verb: verb.verb)
def test_a_verb_says_what_it_is_and_takes_no_option_that_is_a_verb(verb):
    assert verb.__doc__
    assert not {option.name for option in options_of(verb)} & set(VERBS)


def test_the_manual_names_every_verb_and_every_option():
    names = {*VERBS, *(option.name for verb in VERBS.values() for option in options_of(verb))}

    assert undocumented(names, MANUAL.read_text()) == []


def test_the_journey_in_the_manual_is_sound_and_its_test_passes():
    (text,) = re.findall(r"```yaml\n(.*?)```", MANUAL.read_text(), re.DOTALL)

    journey = load_journey(text, "manual.yaml").journey

    assert journey
    assert run_tests(journey).passed


SENTENCES = [
    ("split: s\n    into: [{share: 100, as: a}]", "Split at random (“s”):", "Répartir au hasard (« s ») :"),
    ("play: big_quiz", "Play “big quiz”", "Jouer à « big quiz »"),
    ("ask: me\n    fields: [crm.shoe_size]", "Ask (“me”): shoe size", "Demander (« me ») : shoe size"),
    ("offer: club", "Offer the program “club”", "Proposer le programme « club »"),
    ("give: FIVE\n    valid: 1d", "Give the coupon FIVE, valid for 1 day", "Donner le coupon FIVE, valable 1 jour"),
    ("points: p\n    add: 5", "Add 5 points (“p”)", "Ajouter 5 points (« p »)"),
    ("enter_draw: d", "Enter the draw “d”", "Inscrire au tirage « d »"),
    ("show: s", "Show the screen “s”", "Montrer l'écran « s »"),
    ("message: m", "Send the message “m” by e-mail", "Envoyer le message « m » par e-mail"),
    ("wait: w\n    for: 36h", "Wait 1 day 12 hours", "Attendre 1 jour 12 heures"),
    ("wait: w\n    event: a.b\n    within: 2d", "Wait for a.b, 2 days at most", "Attendre a.b, 2 jours au plus"),
    ("invite: f\n    at_most: 2", "Invite friends (“f”), 2 at most", "Inviter des amis (« f »), 2 au plus"),
    ("save: crm.a\n    value: x", "Save x to crm.a", "Noter x dans crm.a"),
    ("tag: keen", "Tag as “keen”", "Marquer « keen »"),
    ("webhook: w", "Call the service “w”", "Appeler le service « w »"),
    ("end:", "End of the journey", "Fin du parcours"),
]


@pytest.mark.parametrize(("step", "en", "fr"), SENTENCES)
def test_a_step_says_itself(step: str, en: str, fr: str):
    journey = load_journey(f"journey: j\nsteps:\n  - {step}\n", "j.yaml").journey

    assert journey
    assert (journey.steps[0].sentence("en"), journey.steps[0].sentence("fr")) == (en, fr)


def test_a_journey_of_two_hundred_steps_is_read():
    choices = "".join(
        f"  - choose: c{n}\n    of:\n      - when: crm.known and orders(last {n + 1}d).count >= 1\n        as: a\n"
        f"        do: [{{play: q{n}}}, {{give: P{n}}}]\n    otherwise: [{{show: s{n}}}]\n"
        for n in range(50)
    )

    journey = load_journey(f"journey: j\nsteps:\n{choices}", "j.yaml").journey

    assert journey
    assert len(list(journey.all_steps())) == 200
