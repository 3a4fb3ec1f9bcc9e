"""`fanfare serve`: the web server, with a worker beside its threads."""

from __future__ import annotations

import signal
from typing import Any

import click
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from app.cli.installation import settings
from app.cli.metering import forget_process, shared_meters
from app.logs import Lines, write_lines
from app.settings import Settings


class ServerLog(Logger):  # type: ignore[misc]
    """What gunicorn has to say, as lines like ours; its own would repeat addresses and what was asked for."""

    def _set_handler(self, log: Any, *_: Any, **__: Any) -> None:
        lines = Lines()
        lines._gunicorn = True  # type: ignore[attr-defined]  # its mark: taken away when it sets up again
        log.addHandler(lines)


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn with threads, set up from the settings."""

    def __init__(self, configured: Settings, bind: str) -> None:
        self.configured, self.bind = configured, bind
        super().__init__()

    def load_config(self) -> None:
        said: dict[str, Any] = {
            "bind": self.bind, "workers": self.configured.workers, "threads": self.configured.threads,
            "worker_class": "gthread", "logger_class": ServerLog,
            "accesslog": None, "errorlog": "-", "loglevel": "warning",
            "graceful_timeout": 20, "keepalive": 5, "control_socket_disable": True,
            "limit_request_line": 8190, "limit_request_field_size": 16_380,
            "post_worker_init": prepare_process, "worker_exit": end_process, "child_exit": forget_process,
        }  # fmt: skip
        for name, value in said.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        from app.factory import create_app

        return create_app(self.configured)


def prepare_process(gunicorn_worker: Any) -> None:
    """Run the outbox worker beside the web's threads, in this process.

    Ctrl-C reaches the whole group; only the arbiter listens to it and then tells each process once, for a second
    signal while a process is ending would lock it up.  So would gunicorn's own quick stop (SIGQUIT) when it meets the
    process just handing a request to its threads: it waits for the lock that is held there.  So both stops are gentle.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGQUIT, gunicorn_worker.handle_exit)
    configured: Settings = gunicorn_worker.app.configured
    if configured.embedded_worker:
        from app.jobs.clock import SharedClock
        from app.jobs.mail import context_of
        from app.jobs.worker import Worker, start_in_thread

        gunicorn_worker.outbox_worker = Worker(context_of(configured), SharedClock())
        gunicorn_worker.outbox_thread = start_in_thread(gunicorn_worker.outbox_worker)


def end_process(_server: Any, gunicorn_worker: Any) -> None:
    """Let the outbox worker of an ending process finish its job at hand and say goodbye."""
    if hasattr(gunicorn_worker, "outbox_worker"):
        gunicorn_worker.outbox_worker.stop()
        gunicorn_worker.outbox_thread.join(timeout=10)


@click.command()
@click.option("--bind", default="127.0.0.1:8000", show_default=True, help="address and port to listen on")
def serve(bind: str) -> None:
    """Serve the tab, the studio and the API with gunicorn."""
    from app.cli.installation import use_database

    use_database()
    write_lines(settings().log_level)
    with shared_meters():
        import_once()
        Server(settings(), bind).run()


def import_once() -> None:
    """Read the program before the processes fork: they share it, and one that died is replaced in a moment."""
    from importlib import import_module

    for part in ("factory", "jobs.worker", "web.api", "web.dev", "web.fan.connect", "web.fan.mailbox", "web.fan.tab",
                 "web.studio"):  # fmt: skip
        import_module(f"app.{part}")
