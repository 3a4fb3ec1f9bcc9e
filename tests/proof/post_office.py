"""A mail server of the worst kind: good, slow, answering nonsense, hanging up at the last moment, or gone."""

from __future__ import annotations

import socketserver
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from random import Random

MODES = ("good", "slow", "nonsense", "silent")
NONSENSE = (
    b"HTTP/1.1 400 Bad Request\r\n\r\n",
    b"\x00\xff\xfe\r\n",
    b"999 what?\r\n",
    b"2\r\n",
    b"",
    b"250-\r\n250-\r\n",
)
DRIBBLE_SECONDS = 0.5  # between two letters of a slow server


class PostOffice(socketserver.ThreadingTCPServer):
    """Takes mails while it is good; `taken` counts them by their Message-ID, `modes` says who was met how."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int = 0) -> None:
        self.mode, self.luck = "good", Random(1)
        self.taken: Counter[str] = Counter()
        self.met: Counter[str] = Counter()
        super().__init__(("127.0.0.1", port), Session)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def settings(self) -> dict[str, str]:
        """What an installation needs to know to send its mails here."""
        where = {"FANFARE_SMTP_HOST": "127.0.0.1", "FANFARE_SMTP_PORT": str(self.port), "FANFARE_SMTP_TLS": "none"}
        return {**where, "FANFARE_MAIL_FROM": "no-reply@fair.example"}


class Session(socketserver.StreamRequestHandler):
    """One connection."""

    server: PostOffice

    def handle(self) -> None:
        self.server.met[self.server.mode] += 1
        try:
            self._serve()
        except (ConnectionError, TimeoutError):
            return

    def _serve(self) -> None:
        self._say(b"220 post office\r\n")
        while line := self.rfile.readline():
            word = line.split(None, 1)[0].upper() if line.strip() else b""
            if word == b"DATA":
                self._say(b"354 go on\r\n")
                if not self._take():
                    return None
            elif word == b"QUIT":
                return self._say(b"221 bye\r\n")
            else:
                self._say(b"250 fine\r\n")
        return None

    def _take(self) -> bool:
        """Take one mail; says whether the conversation goes on."""
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line)
        if self.server.mode in {"good", "silent"}:
            self.server.taken[str(message_from_bytes(b"".join(lines))["Message-ID"])] += 1
        if self.server.mode == "silent":
            return False  # it was taken, and nobody is told
        self._say(b"250 taken\r\n" if self.server.mode == "good" else b"451 later\r\n")
        return True

    def _say(self, line: bytes) -> None:
        if self.server.mode == "nonsense":
            line = self.server.luck.choice(NONSENSE)
        if self.server.mode == "slow":
            for letter in line:
                self.wfile.write(bytes([letter]))
                time.sleep(DRIBBLE_SECONDS)
            return
        self.wfile.write(line)


@contextmanager
def post_office(port: int = 0) -> Iterator[PostOffice]:
    """Serve until the block ends."""
    with PostOffice(port) as office:
        thread = threading.Thread(target=office.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield office
        finally:
            office.shutdown()
            thread.join()
