"""Handing mails to a server.  What it answers falls into three: taken, never for this address, or try again later.

Only a refusal of the address or of the mail itself (a permanent negative reply to RCPT or DATA) is final.  A wrong
password, a closed door, silence and nonsense are the server's trouble or ours: the mail waits and is tried again.
Source: RFC 5321 (SMTP), RFC 3207 (STARTTLS), RFC 4954 (AUTH), RFC 3463 (enhanced status codes).
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Final

from app.jobs.post import AddressRefused, ServerTrouble

KEPT_SECONDS: Final = 10.0  # an idle connection is used again within this time
NOT_ABOUT_THE_MAIL: Final = {500, 502, 503, 504, 530, 534, 535, 538}  # commands out of order, no authentication
_STATUS = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}(?!\d)")


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where the server is and how to speak with it; `seconds` is the most that one mail may take.

    `tls` is starttls, tls or none; `we` is the name that we give ourselves in the greeting.
    """

    host: str
    port: int
    tls: str = "starttls"
    ca: str = ""
    user: str = ""
    password: str = ""
    seconds: float = 20
    we: str = "localhost"


class Line(threading.local):
    """The connection of one thread, and when it was last of use."""

    smtp: smtplib.SMTP | None = None
    used_at: float = 0.0


class SmtpPost:
    """Mails to a server.  Each thread has its own connection, kept for the next mail of a batch."""

    def __init__(self, server: MailServer) -> None:
        self.server = server
        self._line = Line()

    def send(self, key: str, mail: EmailMessage) -> None:
        """Hand one mail over.  Raises: AddressRefused, ServerTrouble."""
        deadline = time.monotonic() + self.server.seconds
        try:
            smtp = self._connection(deadline)
            with cut_after(smtp, deadline):
                smtp.sendmail(*envelope(mail), mail.as_bytes(policy=mail.policy.clone(linesep="\r\n")))
        except smtplib.SMTPRecipientsRefused as refused:
            (reply,) = refused.recipients.values()
            raise self._verdict("RCPT", *reply) from None
        except smtplib.SMTPDataError as refused:
            words = refused.smtp_error if isinstance(refused.smtp_error, bytes) else b""
            raise self._verdict("DATA", refused.smtp_code, words) from None
        except (smtplib.SMTPException, OSError, ValueError) as error:  # ValueError: an answer that cannot be read
            self.close()
            raise ServerTrouble(said(error)) from None
        self._line.used_at = time.monotonic()

    def check(self) -> None:
        """Greet the server as for a mail, and hang up.  Raises: ServerTrouble."""
        try:
            self._connection(time.monotonic() + self.server.seconds)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise ServerTrouble(said(error)) from None
        finally:
            self.close()

    def close(self) -> None:
        """Hang up, if this thread holds a line."""
        smtp, self._line.smtp = self._line.smtp, None
        if smtp is not None:
            smtp.close()

    def _connection(self, deadline: float) -> smtplib.SMTP:
        kept = self._line.smtp
        if kept is not None:
            if time.monotonic() - self._line.used_at < KEPT_SECONDS and _answers(kept, deadline):
                return kept
            self.close()
        self._line.smtp = smtp = self._new()
        with cut_after(smtp, deadline):
            self._greet(smtp)
        return smtp

    def _new(self) -> smtplib.SMTP:
        """A connection that is not made yet, so that it can be cut while it is being made."""
        we, seconds = self.server.we, self.server.seconds
        if self.server.tls == "tls":
            return smtplib.SMTP_SSL(local_hostname=we, timeout=seconds, context=self._trust())
        return smtplib.SMTP(local_hostname=we, timeout=seconds)

    def _greet(self, smtp: smtplib.SMTP) -> None:
        smtp._host = self.server.host  # type: ignore[attr-defined]  # the name that a certificate is checked against
        code, words = smtp.connect(self.server.host, self.server.port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, words)
        if self.server.tls == "starttls":
            smtp.starttls(context=self._trust())
        if self.server.user:
            smtp.login(self.server.user, self.server.password)

    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.server.ca or None)

    def _verdict(self, command: str, code: int, words: bytes) -> Exception:
        """What a refusal of one mail means.  The connection is good for the next one unless the server has left.

        A recipient refused for reasons of policy (5.7) is most often a server that does not know us: our trouble.
        """
        self._line.used_at = time.monotonic()
        found = _STATUS.match(words)
        status = found[0].decode() if found else ""
        reply = f"{code} ({status})" if status else str(code)
        unknown_here = command == "RCPT" and status.startswith("5.7")
        if 500 <= code < 600 and code not in NOT_ABOUT_THE_MAIL and not unknown_here:
            return AddressRefused(reply)
        self.close()
        return ServerTrouble(f"{command} was answered {reply}")


def envelope(mail: EmailMessage) -> tuple[str, str]:
    """From whom and to whom, as the headers say it: one address each."""
    return mail["From"].addresses[0].addr_spec, mail["To"].addresses[0].addr_spec


@contextmanager
def cut_after(smtp: smtplib.SMTP, deadline: float) -> Iterator[None]:
    """Cut the line at the deadline: a server that says a letter a second would hold a worker for hours."""
    timer = threading.Timer(max(0.0, deadline - time.monotonic()), _cut, (smtp,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def said(error: Exception) -> str:
    """What went wrong, without the words of the server, which may repeat an address."""
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code > 0:
        return f"{type(error).__name__} {error.smtp_code}"
    return type(error).__name__


def _answers(smtp: smtplib.SMTP, deadline: float) -> bool:
    with suppress(smtplib.SMTPException, OSError), cut_after(smtp, deadline):
        return smtp.noop()[0] == 250
    return False


def _cut(smtp: smtplib.SMTP) -> None:
    line = smtp.sock
    with suppress(OSError):
        if line is not None:
            socket.socket.shutdown(line, socket.SHUT_RDWR)  # the socket itself, also under TLS: a reader wakes up
