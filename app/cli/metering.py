"""Meters of a command with several processes: they share their figures through files of one folder."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # read by the library at its first import, so it is set before


@contextmanager
def shared_meters() -> Iterator[None]:
    """Let this process and its children put their figures together; the folder goes at the end."""
    if os.environ.get(FOLDER):
        yield
        return
    folder, owner = tempfile.mkdtemp(prefix="fanfare-meters-"), os.getpid()
    os.environ[FOLDER] = folder
    try:
        yield
    finally:
        if os.getpid() == owner:  # a forked child ends here too, while its siblings go on
            shutil.rmtree(folder, ignore_errors=True)


def forget_process(_server: Any, child: Any) -> None:
    """What a process that ended says of its present (its open connections) no longer counts; its counts stay."""
    if os.environ.get(FOLDER):
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(child.pid)


def serve_meters(address: str) -> None:
    """Let Prometheus read this process's meters at `host:port`, beside its work.  Raises: OSError."""
    from app.metrics import CONTENT_TYPE, exposition

    class Quiet(WSGIRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Say nothing: this is asked every few seconds."""

    def answer(_environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", CONTENT_TYPE)])
        return [exposition()]

    host, _, port = address.rpartition(":")
    server = make_server(host or "127.0.0.1", int(port), answer, handler_class=Quiet)
    threading.Thread(target=server.serve_forever, name="fanfare-meters", daemon=True).start()
