"""A PostgreSQL that crashes on demand: an immediate stop, as `pg_ctl -m immediate` does it, and a start after it."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from app.db import migrate
from tests.servers.children import die_with_parent, stop
from tests.servers.postgres import SETTINGS, Cluster, fresh_cluster

# What is committed must outlive the server: a commit returns when it has been handed to the operating system.
DURABLE = {**SETTINGS, "synchronous_commit": "on"}
LOST_INSIDE = "unexpected EOF on client connection with an open transaction"


@dataclass(slots=True)
class CrashingPostgres:
    """A server that can be crashed and started again; what it logs is kept."""

    cluster: Cluster
    child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it has recovered and answers."""
        with (self.cluster.server.folder / "log").open("ab") as log:
            self.child = subprocess.Popen(
                [str(word) for word in self.cluster.command], stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, preexec_fn=die_with_parent, **self.cluster.as_user,
            )  # fmt: skip
        while not self.cluster.answers():
            assert self.child.poll() is None, self.log()[-2000:]
            time.sleep(0.02)

    def crash(self) -> None:
        """Stop it at once, without any goodbye: what a power cut leaves, and what recovery starts from."""
        assert self.child is not None
        self.child.send_signal(signal.SIGQUIT)
        self.child.wait()

    def log(self) -> str:
        """All that it has logged."""
        return (self.cluster.server.folder / "log").read_text(errors="replace")

    def killed_inside(self) -> int:
        """How many clients died in the middle of a transaction."""
        return self.log().count(LOST_INSIDE)

    def database(self, name: str) -> str:
        """Give the URL of a new database with the schema of today."""
        url = self.cluster.server.create(name)
        migrate(url)
        return url


@contextmanager
def crashing_postgres(settings: Mapping[str, str] = DURABLE) -> Iterator[CrashingPostgres]:
    """Start one; it is stopped at the end."""
    with fresh_cluster(settings) as cluster:
        server = CrashingPostgres(cluster)
        server.start()
        try:
            yield server
        finally:
            assert server.child is not None
            stop(server.child)
