"""A load generator: ready-made requests over kept connections, from one loop that costs little beside what it measures.

`as_they_come` keeps so many requests under way (how much does it bear?); `on_time` sends each at its appointed moment,
answered or not (how does it feel?), and counts from that moment, so that a server that stalls does not hide it.
Source: G. Tene, How NOT to Measure Latency (coordinated omission).
"""

from __future__ import annotations

import gc
import selectors
import socket
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

PATIENCE_SECONDS = 30.0  # then what is still under way counts as lost
CHUNK = 1 << 18
_END = b"\r\n\r\n"


@dataclass(slots=True)
class Sent:
    """What came of a volley: latencies in seconds in the order of the answers, how often each status (0 = lost)."""

    latencies: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    seconds: float = 0.0
    cpu_seconds: float = 0.0  # what the generator itself took

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds

    def quantile(self, share: float) -> float:
        """The latency that this share of the requests stayed under, in seconds."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def post(path: str, body: str, host: str = "127.0.0.1") -> bytes:
    """A form post as the tab's script sends it, ready to be sent."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"X-Fragment: 1\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def get(path: str, headers: str = "", host: str = "127.0.0.1") -> bytes:
    """A GET, ready to be sent; `headers` are whole lines."""
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n".encode()


def as_they_come(port: int, requests: Iterable[bytes], connections: int = 16) -> Sent:
    """Send the requests, so many at a time."""
    return _Volley(port, connections).fire((0.0, request) for request in requests)


def on_time(port: int, requests: Iterable[bytes], per_second: float, connections: int = 256) -> Sent:
    """Send the requests evenly spread over time, whatever becomes of the earlier ones."""
    return _Volley(port, connections).fire((turn / per_second, request) for turn, request in enumerate(requests))


@dataclass(slots=True, eq=False)
class _Line:
    """One connection: what is under way on it since when, and what has come back so far."""

    to: socket.socket
    due_at: float = 0.0
    came: bytes = b""
    wanted: int = -1  # bytes of the whole answer, once its head is there
    request: bytes = b""
    kept: bool = False  # whether it has carried an answer before


class _Volley:
    """One run of a generator against a port of this machine."""

    def __init__(self, port: int, connections: int) -> None:
        self.port, self.sent = port, Sent()
        self.selector = selectors.DefaultSelector()
        self.free: deque[_Line] = deque(self._line() for _ in range(connections))
        self.busy: set[_Line] = set()

    def fire(self, shots: Iterator[tuple[float, bytes]]) -> Sent:
        with _undisturbed():
            started, cpu = time.perf_counter(), time.process_time()
            self._fire(shots, started)
            self.sent.seconds = time.perf_counter() - started
            self.sent.cpu_seconds = time.process_time() - cpu
        for line in (*self.free, *self.busy):
            line.to.close()
        self.selector.close()
        return self.sent

    def _fire(self, shots: Iterator[tuple[float, bytes]], started: float) -> None:
        shot = next(shots, None)
        while shot or self.busy:
            now = time.perf_counter()
            while shot and self.free and started + shot[0] <= now:
                self._shoot(self.free.popleft(), shot[1], started + shot[0] if shot[0] else now)
                shot = next(shots, None)
            wait = started + shot[0] - now if shot and self.free else PATIENCE_SECONDS
            if not self._hear(max(wait, 0.0)) and wait >= PATIENCE_SECONDS:
                self.sent.statuses[0] += len(self.busy)
                return

    def _shoot(self, line: _Line, request: bytes, due_at: float) -> None:
        line.due_at, line.came, line.wanted, line.request = due_at, b"", -1, request
        self.busy.add(line)
        try:
            line.to.sendall(request)
        except OSError:
            self._renew(line)
            line.to.sendall(request)

    def _hear(self, wait: float) -> int:
        events = self.selector.select(wait)
        for key, _ in events:
            line: _Line = key.data
            try:
                chunk = line.to.recv(CHUNK)
            except OSError:
                chunk = b""
            if line not in self.busy:
                self._renew(line)  # an idle connection was closed by the server, as it may
            elif not chunk:
                self._lose(line)
            elif self._is_whole(line, chunk):
                self.sent.latencies.append(time.perf_counter() - line.due_at)
                self.sent.statuses[int(line.came[9:12])] += 1
                line.kept = True
                self._rest(line)
        return len(events)

    def _lose(self, line: _Line) -> None:
        """The server closed: a kept connection may have been idle for too long, so its request goes out once more.

        Every request of ours may be repeated.  Source: RFC 9112, 9.3.1.
        """
        again = line.kept and not line.came
        self._renew(line)
        if again:
            line.to.sendall(line.request)
        else:
            self.sent.statuses[0] += 1
            self._rest(line)

    def _is_whole(self, line: _Line, chunk: bytes) -> bool:
        line.came += chunk
        if line.wanted < 0 and (head := line.came.find(_END)) >= 0:
            at = line.came.lower().find(b"content-length:", 0, head)
            line.wanted = head + 4 + (int(line.came[at + 15 : line.came.find(b"\r", at)]) if at >= 0 else 0)
        return 0 <= line.wanted <= len(line.came)

    def _rest(self, line: _Line) -> None:
        self.busy.discard(line)
        self.free.append(line)

    def _line(self) -> _Line:
        line = _Line(socket.create_connection(("127.0.0.1", self.port)))
        self._listen(line)
        return line

    def _renew(self, line: _Line) -> None:
        self.selector.unregister(line.to)
        line.to.close()
        line.to, line.kept = socket.create_connection(("127.0.0.1", self.port)), False
        self._listen(line)

    def _listen(self, line: _Line) -> None:
        line.to.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.selector.register(line.to, selectors.EVENT_READ, line)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """No garbage collection while the clock runs."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
