"""Where mails go when they leave: the port that deliveries speak to, and the folder for installations without a server.

To add a way: a class with `send`, and a line in `app.jobs.mail.post_of`.
"""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path
from typing import Protocol


class AddressRefused(Exception):
    """The server will not take this mail to this address, whenever we ask; `code` is its reply, without its words."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class ServerTrouble(Exception):
    """The mail was not taken this time: try again later.  Says what happened, never whom it was about."""


class Post(Protocol):
    """Takes mails."""

    def send(self, key: str, mail: EmailMessage) -> None:
        """Hand over one mail; `key` names it, so that the same one is known again.

        Raises: AddressRefused (never try again), ServerTrouble (try again later).
        """


class FolderPost:
    """Mails as `.eml` files in a folder, for trying things out and for tests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, key: str, mail: EmailMessage) -> None:
        """One file a mail, named after its key: written twice, it is the same file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = key.replace(":", "-")
        part = self.folder / f".{name}.part"
        part.write_bytes(mail.as_bytes())
        part.rename(self.folder / f"{name}.eml")
