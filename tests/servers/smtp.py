"""Mail servers for the tests: a real one (aiosmtpd), and bad ones that drop, stall, drip or talk nonsense.

The real one speaks ESMTP as RFC 5321 has it, STARTTLS (RFC 3207) and AUTH (RFC 4954); what it took is in `taken`.
Nothing here knows the application.
"""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP as Protocol
from aiosmtpd.smtp import AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"


@dataclass(slots=True)
class Taken:
    """A mail as the server got it: the envelope, the bytes, and whether the line was encrypted."""

    sender: str
    to: list[str]
    content: bytes
    encrypted: bool

    @property
    def mail(self) -> EmailMessage:
        return message_from_bytes(self.content, policy=default)


@dataclass(slots=True)
class MailServer:
    """A running server: where it listens, what it took, how often it was called, what it answers to RCPT and DATA."""

    port: int = 0
    taken: list[Taken] = field(default_factory=list)
    calls: int = 0
    answer_rcpt: str = "250 2.1.5 OK"
    answer_data: str = "250 2.0.0 OK"


class _Desk:
    """What the server does with each command."""

    def __init__(self, server: MailServer) -> None:
        self.server = server

    async def handle_RCPT(self, protocol: Protocol, session: Session, envelope: Envelope, address: str, options: list):
        if self.server.answer_rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.server.answer_rcpt

    async def handle_DATA(self, protocol: Protocol, session: Session, envelope: Envelope):
        if self.server.answer_data.startswith("250"):
            taken = Taken(envelope.mail_from, list(envelope.rcpt_tos), bytes(envelope.content), session.ssl is not None)
            self.server.taken.append(taken)
        return self.server.answer_data


class _Counting(Controller):
    """aiosmtpd in a thread, on a port that the system chooses; counts who calls."""

    def __init__(self, ours: MailServer, **options: object) -> None:
        self.ours = ours
        self.lines: list[Protocol] = []
        super().__init__(_Desk(ours), hostname=HOST, port=0, **options)

    def factory(self) -> Protocol:
        self.ours.calls += 1
        self.lines.append(super().factory())
        return self.lines[-1]

    def hang_up(self) -> None:
        """Leave every caller; a line that stays open is one that the system would complain about."""
        for line in self.lines:
            if line.transport is not None:
                self.loop.call_soon_threadsafe(line.transport.abort)

    def _trigger_server(self) -> None:
        self.port = self.ours.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # calls once to see that it listens


@contextmanager
def mail_server(rcpt: str = "250 2.1.5 OK", data: str = "250 2.0.0 OK", **options: object) -> Iterator[MailServer]:
    """A server with these answers to RCPT and DATA; options are those of aiosmtpd."""
    server = MailServer(answer_rcpt=rcpt, answer_data=data)
    controller = _Counting(server, **options)
    controller.start()
    server.calls = 0
    try:
        yield server
    finally:
        controller.hang_up()
        controller.stop(no_assert=True)


def login_needed(user: str, password: str) -> dict[str, object]:
    """The options of a server that takes mails of this user only, once the line is encrypted."""

    def check(server: Protocol, session: Session, envelope: Envelope, mechanism: str, given: object) -> AuthResult:
        right = (given.login, given.password) == (user.encode(), password.encode())  # type: ignore[attr-defined]
        return AuthResult(success=right, handled=False)

    return {"authenticator": check, "auth_required": True, "auth_require_tls": True}


def own_authority(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS with a certificate that it signed itself for 127.0.0.1, and the file to trust it by."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    authority, private = folder / "authority.pem", folder / "key.pem"
    authority.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority, private)
    return context, authority


Talk = Callable[[socket.socket], None]


@contextmanager
def bad_server(talk: Talk) -> Iterator[int]:
    """A server that does this with every caller; gives its port.  What it waits for ends with the block."""
    listening = socket.create_server((HOST, 0))
    lines: list[socket.socket] = []

    def serve() -> None:
        while True:
            try:
                line, _ = listening.accept()
            except OSError:
                return
            lines.append(line)
            threading.Thread(target=_talked, args=(talk, line), daemon=True).start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        for line in lines:
            line.close()
        thread.join()


def _talked(talk: Talk, line: socket.socket) -> None:
    try:
        talk(line)
    except OSError:
        pass  # the caller has hung up
    finally:
        line.close()


def drops(line: socket.socket) -> None:
    """Greets and hangs up."""
    line.sendall(b"220 here\r\n")


def drops_after_the_mail(line: socket.socket) -> None:
    """Takes the whole mail and hangs up instead of saying so."""
    line.sendall(b"220 here\r\n")
    for answer in (b"250 here", b"250 OK", b"250 OK", b"354 go on"):
        line.recv(4096)
        line.sendall(answer + b"\r\n")
    while not line.recv(65536).endswith(b"\r\n.\r\n"):
        pass


def is_silent(line: socket.socket) -> None:
    """Says nothing for ever."""
    while line.recv(4096):
        pass


def drips(line: socket.socket) -> None:
    """Says a letter now and then, each soon enough for a caller who waits for letters only."""
    gap = threading.Event()
    while True:
        line.sendall(b"2")
        gap.wait(0.05)


def nonsense(words: bytes) -> Talk:
    """Greets well, and answers every line with these words."""

    def talk(line: socket.socket) -> None:
        line.sendall(b"220 here\r\n")
        while line.recv(4096):
            line.sendall(words)

    return talk
