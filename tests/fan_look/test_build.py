"""static/dist is what static/src says, seen without Node; CI builds it anew besides."""

import json
from base64 import b64encode
from hashlib import sha256, sha384

import pytest

from tests.fan_look.preview import ROOT

SRC, DIST = ROOT / "static" / "src", ROOT / "static" / "dist"
MANIFEST = json.loads((DIST / "manifest.json").read_text())


def test_the_build_is_of_these_sources():
    names = sorted(p.relative_to(SRC).as_posix() for p in SRC.rglob("*") if p.suffix in (".js", ".css"))
    lines = (f"{name} {sha256((SRC / name).read_bytes()).hexdigest()}\n" for name in names)

    assert sha256("".join(lines).encode()).hexdigest() == MANIFEST["sources"], "run: make build-static"


@pytest.mark.parametrize("name", MANIFEST["integrity"])
def test_a_built_file_is_the_one_that_host_pages_are_told_to_trust(name):
    digest = b64encode(sha384((DIST / name).read_bytes()).digest()).decode()

    assert MANIFEST["integrity"][name] == f"sha384-{digest}"


def test_every_source_at_the_top_is_built():
    assert {p.name for p in SRC.iterdir() if p.is_file()} == set(MANIFEST["integrity"])
