"""Importing small files in tests, inside the test's own transaction."""

from collections.abc import Callable
from contextlib import nullcontext

import pytest

from app.services.importing import ImportJob, ImportReport, run_import
from tests.makers import NOON

Import = Callable[..., ImportReport]


@pytest.fixture
def file(tmp_path):
    """Write a small file: `file("a,b\\n1,2")`, or bytes."""

    def write(content, name="people.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def imported(tx, make, file) -> Import:
    """Import a text as a file: `imported("contacts", "external_id\\n7")`."""

    def run(kind, content, now=NOON, **said):
        path = content if hasattr(content, "exists") else file(content)
        return run_import(ImportJob(path, kind, make.its_brand.id, **said), lambda: nullcontext(tx), now)

    return run
