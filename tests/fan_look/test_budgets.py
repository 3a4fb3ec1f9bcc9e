"""Weights, gzipped: the tab must open at once on a phone in a crowd."""

import gzip
from pathlib import Path

import pytest

from tests.fan_look.preview import ROOT

DIST = ROOT / "static" / "dist"
KIB = 1024
GAME_MODULES = [path.name for path in DIST.glob("game-*.js")]


def weight(content: bytes) -> int:
    return len(gzip.compress(content, 9, mtime=0))


def built(name: str) -> bytes:
    return (DIST / name).read_bytes()


def test_the_first_view_weighs_at_most_15_kib(render):
    together = weight(render("first").encode()) + weight(built("fan.css")) + weight(built("fan.js"))

    assert together <= 15 * KIB


def test_the_core_script_weighs_at_most_6_kib():
    assert weight(built("fan.js")) <= 6 * KIB


def test_the_loader_weighs_at_most_3_kib():
    assert weight(built("embed.v1.js")) <= 3 * KIB


@pytest.mark.parametrize("name", ["connect.js", "scratch.js", "confetti.js", "done.js", *GAME_MODULES])
def test_a_lazy_module_weighs_at_most_3_kib(name):
    assert weight(built(name)) <= 3 * KIB


def test_the_first_view_with_its_font_weighs_at_most_100_kib(render):
    font = Path(ROOT / "static/fonts/anybody-latin-wght-normal.woff2").stat().st_size
    page = weight(render("first").encode()) + weight(built("fan.css")) + weight(built("fan.js"))

    assert font + page <= 100 * KIB


def test_every_font_has_its_licence_beside_it():
    fonts = {path.name.split("-latin")[0] for path in (ROOT / "static/fonts").glob("*.woff2")}

    assert fonts == {path.name.removesuffix(".LICENSE.txt") for path in (ROOT / "static/fonts").glob("*.txt")}
