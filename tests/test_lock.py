"""The locks hold every dependency, pinned, with its hashes, and name no place to fetch it from."""

import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.source import PRODUCT, read_tree

ROOT = Path(__file__).parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-proof.lock")
DECLARED = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = DECLARED["optional-dependencies"]
LEFT_OUT = ("pandas", "pyarrow")  # asked for by the demo's data package only, which is read without them


def entries(lock):
    """Give (requirement, number of hashes) of each entry of a lock."""
    text = lock.replace("\\\n", " ")
    for line in filter(None, (line.partition("#")[0].strip() for line in text.splitlines())):
        yield Requirement(line.split(" --hash=")[0].strip()), len(re.findall(r"--hash=sha256:[0-9a-f]{64}\b", line))


def loose(lock):
    """Give the names of a lock that are not pinned to one version with hashes."""
    return [
        requirement.name
        for requirement, hashes in entries(lock)
        if hashes == 0 or [pin.operator for pin in requirement.specifier] != ["=="] or requirement.url
    ]


def versions(lock):
    """Give the pinned versions of each name."""
    found = {}
    for requirement, _ in entries(lock):
        found.setdefault(requirement.name, set()).update(pin.version for pin in requirement.specifier)
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_everything_locked_is_pinned_with_its_hashes(name):
    assert loose((ROOT / name).read_text()) == []


@pytest.mark.parametrize(
    "line",
    [
        "flask",
        "flask>=3 --hash=sha256:" + "0" * 64,
        "flask==3.1.3",
        "flask==3.1.3 --hash=md5:0",
        "flask @ https://example.org/flask.whl --hash=sha256:" + "0" * 64,
    ],
)
def test_a_loose_line_is_found(line):
    assert loose(line) == ["flask"]


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_place_to_fetch_from(name):
    assert re.search(r"://|--index|--find-links|--extra-index|--trusted", (ROOT / name).read_text()) is None


@pytest.mark.parametrize(
    ("declared", "name"),
    [
        ([*DECLARED["dependencies"], *EXTRAS["demo"], *EXTRAS["build"]], "requirements.lock"),
        (EXTRAS["dev"], "requirements-dev.lock"),
        (EXTRAS["spark"], "requirements-proof.lock"),
    ],
)
def test_every_declared_dependency_is_locked_as_declared(declared, name):
    locked = versions((ROOT / name).read_text())

    for wanted in map(Requirement, declared):
        assert wanted.specifier.contains(max(locked[canonicalize_name(wanted.name)])), wanted


def test_the_development_lock_holds_the_same_versions():
    runtime, development = (versions((ROOT / name).read_text()) for name in LOCKS[:2])

    assert {name: development[name] for name in runtime} == runtime


@pytest.mark.parametrize("name", LOCKS)
def test_what_only_the_demo_data_package_asks_for_is_left_out(name):
    assert not set(LEFT_OUT) & set(versions((ROOT / name).read_text()))


def test_every_declared_dependency_tells_its_reason():
    lines = (ROOT / "pyproject.toml").read_text().splitlines()

    declared = [line for line in lines if re.match(r'  "[a-z].*[<>=]', line)]

    assert declared
    assert [line for line in declared if "  #" not in line] == []


@pytest.mark.parametrize(("measuring", "extras"), [(False, ["demo"]), (True, ["demo", "dev"])])
def test_every_package_that_our_source_imports_is_declared(measuring, extras):
    lines = (*DECLARED["dependencies"], *(line for extra in extras for line in EXTRAS[extra]))
    declared = {canonicalize_name(Requirement(line).name) for line in lines}
    found_in = packages_distributions()

    modules = [module for module in read_tree(ROOT) if module.name.startswith("bench") is measuring]
    imported = {wanted.top for module in modules for wanted in module.imports} - {*PRODUCT, "tests"}
    foreign = imported - sys.stdlib_module_names

    assert modules
    assert {name for name in foreign if not declared & {*map(canonicalize_name, found_in.get(name, ()))}} == set()
