"""Child processes of a test run that never outlive it.

Linux lets a child ask to be signalled when its parent dies; so even `kill -9` of pytest leaves no server behind.
"""

import ctypes
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

PR_SET_PDEATHSIG = 1
PORTS = range(20_000, 32_000)  # below those that systems lend to callers, who would take one before its server does
_chance = random.SystemRandom()
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with_parent() -> None:
    """Ask, in a child, to be stopped when the parent ends (`preexec_fn`); the parent is the thread that started it."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGINT)


@contextmanager
def running(
    command: Sequence[str | Path], log: Path, *, ready: Callable[[], bool], seconds: float = 20, **options: object
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until the block ends; the block begins when `ready()` is true.

    Raises: RuntimeError with the end of its log when it stops early or does not answer in time.
    """
    with log.open("wb") as out:
        child = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent,
            **options,
        )
    try:
        _wait(child, log, ready, seconds)
        yield child
    finally:
        stop(child)


def _wait(child: subprocess.Popen[bytes], log: Path, ready: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        if child.poll() is not None or time.monotonic() > deadline:
            how = f"stopped with {child.returncode}" if child.poll() is not None else f"did not answer in {seconds:g} s"
            raise RuntimeError(f"{child.args[0]} {how}; the end of its log:\n{log.read_text(errors='replace')[-3000:]}")
        time.sleep(0.02)


def stop(child: subprocess.Popen[bytes], seconds: float = 10) -> None:
    """Stop a child kindly (SIGINT is PostgreSQL's fast shutdown too), then firmly."""
    if child.poll() is None:
        child.send_signal(signal.SIGINT)
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def free_port() -> int:
    """Give a TCP port of this machine that nobody listens on now, and that nobody is given by chance later."""
    while True:
        port = _chance.choice(PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def answers(family: socket.AddressFamily, address: tuple[str, int] | str) -> bool:
    """Tell whether something accepts connections there."""
    with socket.socket(family) as probe:
        return probe.connect_ex(address) == 0
