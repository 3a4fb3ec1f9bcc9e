"""The bench campaign, published in a database of the test alone; and `fanfare bench` as it is called there."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli.bench import bench
from app.cli.installation import settings
from bench.installation import publish
from tests.databases import SECRET, open_copy


@pytest.fixture
def kind():
    """On which database; a test may say otherwise by its parameters."""
    return "sqlite"


@pytest.fixture
def base(source_of, kind):
    with open_copy(source_of(kind)).bound() as database:
        yield database


@pytest.fixture
def campaign(base):
    return publish(stock=20)


@pytest.fixture
def call(monkeypatch):
    """Call `fanfare bench` in a mode of the installation; gives status and what was said."""

    def called(*words: str, mode: str = "bench") -> tuple[int, str]:
        monkeypatch.setenv("FANFARE_MODE", mode)
        monkeypatch.setenv("FANFARE_SECRET", SECRET)
        settings.cache_clear()
        result = CliRunner().invoke(bench, words)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.output

    yield called
    settings.cache_clear()


@pytest.fixture
def minted(campaign, call, tmp_path) -> list[dict]:
    """Three synthetic fans of the campaign, as their file says them."""
    out = tmp_path / "passes.ndjson"
    assert call("passes", "--campaign", campaign.slug, "--fans", "3", "--out", str(out))[0] == 0
    return read(out)


def read(file: Path) -> list[dict]:
    return [json.loads(line) for line in file.read_text().splitlines()]
