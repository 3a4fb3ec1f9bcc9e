"""The demo keeps to itself: its own database and secret, unless somebody says otherwise."""

import stat

import click
import pytest

from app.cli.demo import demo_settings
from app.settings import SECRET_FILE


@pytest.fixture(autouse=True)
def empty_environment(tmp_path, monkeypatch):
    for name in ("DATABASE_URL", "FANFARE_MODE", "FANFARE_SECRET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("FANFARE_DATA", str(tmp_path))


def test_the_demo_has_a_database_of_its_own(tmp_path):
    assert str(tmp_path) in demo_settings(8000).database_url


def test_the_demo_never_writes_into_a_database_that_happens_to_be_set(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "postgresql://live.example/brand")

    with pytest.raises(click.ClickException, match="DATABASE_URL"):
        demo_settings(8000)

    assert not (tmp_path / SECRET_FILE).exists()


def test_only_its_owner_reads_the_demos_secret(tmp_path):
    demo_settings(8000)

    assert stat.S_IMODE((tmp_path / SECRET_FILE).stat().st_mode) == 0o600
