"""The rules of the source tree hold, and each rule is seen to fail on a planted breach."""

from pathlib import Path

import pytest

from tests.architecture import RULES, read_tree

ROOT = Path(__file__).parent.parent

# rule, file, source that breaks it
PLANTED = [
    ("imports_go_one_way", "journeys/engine.py", "from games.registry import GAMES"),
    ("imports_go_one_way", "games/quiz.py", "import journeys.facts"),
    ("imports_go_one_way", "journeys/engine.py", "from app.models import Fan"),
    ("imports_go_one_way", "app/models/fan.py", "from journeys.facts import Facts"),
    ("imports_go_one_way", "app/models/fan.py", "from app.db import transaction"),
    ("imports_go_one_way", "app/services/play.py", "from app.web.fan import page"),
    ("imports_go_one_way", "app/services/play.py", "from app.jobs import ring"),
    ("imports_go_one_way", "app/web/fan.py", "from app.jobs import ring"),
    ("imports_go_one_way", "app/web/fan.py", "from app.factory import create_app"),
    ("imports_go_one_way", "app/db.py", "from app.services import play"),
    ("imports_make_no_cycle", "app/services/play.py", "from app.services.progress import advance"),
    ("imports_make_no_cycle", "app/services/play.py", "def play():\n    from app.services import progress"),
    ("imports_stand_at_the_top", "app/services/play.py", "def play():\n    from app.models import Fan"),
    ("imports_stand_at_the_top", "journeys/engine.py", "def advance():\n    import json"),
    ("pure_rings_import_nothing_of_the_world", "journeys/engine.py", "import time"),
    ("pure_rings_import_nothing_of_the_world", "games/luck.py", "from random import random"),
    ("pure_rings_import_nothing_of_the_world", "games/quiz.py", "from flask_babel import gettext"),
    ("pure_rings_import_nothing_of_the_world", "journeys/engine.py", "from sqlalchemy.orm import Session"),
    ("pure_rings_do_no_input_or_output", "journeys/engine.py", "from datetime import datetime\ndatetime.now()"),
    ("pure_rings_do_no_input_or_output", "journeys/engine.py", "open('a.yaml')"),
    ("pure_rings_do_no_input_or_output", "games/quiz.py", "import uuid\nuuid.uuid4()"),
    ("commit_stands_in_one_place", "app/services/play.py", "def play(tx):\n    tx.commit()"),
    ("commit_stands_in_one_place", "app/web/fan.py", "from app.db import session\nsession().commit()"),
    ("rq_stays_in_jobs", "app/services/outbox.py", "from rq import Queue"),
    ("flask_stays_at_the_edge", "app/services/play.py", "from flask import g"),
    ("flask_stays_at_the_edge", "app/jobs/mail.py", "from flask_babel import gettext"),
    ("nothing_swallows_every_error", "app/web/fan.py", "try:\n    1\nexcept Exception:\n    pass"),
    ("nothing_swallows_every_error", "journeys/engine.py", "try:\n    1\nexcept (KeyError, BaseException):\n    pass"),
    ("nothing_swallows_every_error", "app/services/play.py", "try:\n    1\nexcept:\n    pass"),
    ("files_are_short", "app/web/fan.py", "x = 1\n" * 301),
    ("functions_are_short", "app/web/fan.py", "def page():\n" + "    x = 1\n" * 40),
    ("functions_take_few_arguments", "app/web/fan.py", "def page(a, b, c, d, /, e, *, f, g): ..."),
]
# files in which nothing is wrong
SOUND = {
    "app/factory.py": "from flask import Flask\ndef create_app():\n    from app.web import fan\n",
    "app/db.py": "from app.models import Fan\ndef transaction(session):\n    session.commit()\n",
    "app/models/__init__.py": "from app.models.fan import Fan\n",
    "app/models/fan.py": "from sqlalchemy.orm import DeclarativeBase\nclass Fan: ...\n",
    "app/services/progress.py": "import app.services.play\nfrom journeys import engine\nfrom games import quiz\n",
    "app/services/play.py": "from app.models import Fan\ndef play():\n    import duckdb\n",
    "app/web/fan.py": "from flask import g\nfrom app.db import transaction\nfrom app.services import play\n",
    "app/errors.py": "try:\n    1\nexcept Exception as error:\n    raise ValueError from error\n",
    "app/jobs/worker.py": "import rq\ntry:\n    1\nexcept Exception:\n    pass\n",
    "app/cli/__init__.py": "from app.factory import create_app\ndef main():\n    from app.jobs import worker\n",
    "journeys/facts.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from journeys.tree import Tree\n",
    "journeys/tree.py": "from journeys.facts import Facts\n",
    "journeys/words.py": "from importlib.resources import files\nfiles('journeys').joinpath('a.yaml').read_text()\n",
    "journeys/engine.py": "from datetime import UTC, datetime\ndatetime(2026, 1, 1, tzinfo=UTC).isoformat()\n",
    "games/quiz.py": "import hashlib\nhashlib.sha256(b'seed').digest()\n",
    "wsgi.py": "from app.factory import create_app\napp = create_app()\n",
}


@pytest.fixture(scope="module")
def our_tree():
    return read_tree(ROOT)


@pytest.mark.parametrize("rule", RULES)
def test_our_source_keeps_the_rule(rule, our_tree):
    breaches = RULES[rule](our_tree)

    assert not breaches, "\n".join(map(str, breaches))


@pytest.mark.parametrize(("rule", "file", "source"), PLANTED)
def test_a_planted_breach_is_found(rule, file, source, tmp_path):
    plant(tmp_path, {**SOUND, file: source})

    found = RULES[rule](read_tree(tmp_path))

    assert [breach.file for breach in found] == [file] or (rule.endswith("cycle") and found)


@pytest.mark.parametrize("rule", RULES)
def test_sound_source_breaks_no_rule(rule, tmp_path):
    plant(tmp_path, SOUND)

    assert RULES[rule](read_tree(tmp_path)) == []


def test_every_rule_has_a_planted_breach():
    assert {rule for rule, _, _ in PLANTED} == set(RULES)


def plant(root, files):
    for name, source in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source)
