"""Structured lines, one JSON object each, to standard error; for web processes and workers alike.

Lines carry ids, never what people typed: an error is said by its kind and place, and of its words only those that are
ours.  What libraries log goes the same way, by its template and without the values.
To say more in a line: give it names and ids.  To know where a line comes from: `request_id` goes along into jobs.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

import structlog

FRAMES = 12
LONGEST = 300
# What a person may have typed: between quotes, a long number, a secret, behind ://; and addresses.
_TYPED = re.compile(r"'[^']*'|\"[^\"]*\"|“[^”]*”|«[^»]*»|\+?\d[\d .-]{6,}\d|[\w-]{33,}|(?<=://)\S+")
_ADDRESS = re.compile(r"[^\s<>\"'(,;:]+@[^\s<>\"'),;]+")


def write_lines(level: str) -> None:
    """Let this process log from this weight on."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _explain_error,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=_to_standard_error,
        cache_logger_on_first_use=False,
    )
    if not any(isinstance(handler, Lines) for handler in logging.root.handlers):
        logging.root.addHandler(Lines(logging.WARNING))


def safely(error: BaseException) -> str:
    """An error without people's values: its kind, and its first line without what may have been typed.

    Of a database's error only the kind and the code are kept, for its words may repeat values unquoted.
    """
    inner = getattr(error, "orig", None)
    if inner is not None:
        code = getattr(inner, "sqlstate", None) or getattr(inner, "sqlite_errorname", None) or ""
        return f"{type(error).__name__}: {type(inner).__name__} {code}".strip()
    first = (str(error).splitlines() or [""])[0]
    return f"{type(error).__name__}: {_without_values(first)}"[:LONGEST].removesuffix(": ")


def _without_values(words: str) -> str:
    return _ADDRESS.sub("…@…", _TYPED.sub("…", words))


class Lines(logging.Handler):
    """What libraries log, as lines like ours: the template of the message and numbers, never other values."""

    def emit(self, record: logging.LogRecord) -> None:
        words = _filled(record) if record.args else _without_values(str(record.msg))
        weight = {"CRITICAL": "error"}.get(record.levelname, record.levelname.lower())
        log = structlog.get_logger(record.name)
        getattr(log, weight, log.warning)(record.name, said=words[:LONGEST], exc_info=record.exc_info)


def _filled(record: logging.LogRecord) -> str:
    """The message with its numbers (of a process, a signal, a status), and nothing in place of its texts."""
    if not isinstance(record.args, tuple):
        return str(record.msg)
    shown = tuple(value if isinstance(value, int | float) else "…" for value in record.args)
    try:
        return str(record.msg) % shown
    except (TypeError, ValueError):
        return str(record.msg)


def _explain_error(_log: Any, _name: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """In place of a traceback with its words: the error said safely, and the places it came through."""
    given = line.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else (given if isinstance(given, tuple) else sys.exc_info())[1]
    if given and error is not None:
        line.setdefault("error", safely(error))
        line["places"] = _places(error.__traceback__)
    return line


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-FRAMES:]
    return [f"{'/'.join(frame.filename.split('/')[-3:])}:{frame.lineno} {frame.name}" for frame in frames]


def _to_standard_error(*_: object) -> structlog.PrintLogger:
    """What standard error is now, not when the process began: whoever replaces or closes it must not silence us."""
    return structlog.PrintLogger(sys.stderr)
