"""Structured lines, one JSON object each, to standard error; for web processes and workers alike."""

from __future__ import annotations

import sys

import structlog


def write_lines(level: str) -> None:
    """Let this process log from this weight on."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=_to_standard_error,
        cache_logger_on_first_use=False,
    )


def _to_standard_error(*_: object) -> structlog.PrintLogger:
    """What standard error is now, not when the process began: whoever replaces or closes it must not silence us."""
    return structlog.PrintLogger(sys.stderr)
