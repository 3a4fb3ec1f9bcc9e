"""The log: where its lines go."""

from __future__ import annotations

import io
import json
import sys

import pytest
import structlog

from app.logs import write_lines


def test_a_line_goes_to_the_standard_error_of_its_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stderr", first)
    write_lines("info")
    first.close()
    monkeypatch.setattr(sys, "stderr", second)
    structlog.get_logger("fanfare.test").info("still_heard", count=2)
    assert json.loads(second.getvalue())["event"] == "still_heard"
