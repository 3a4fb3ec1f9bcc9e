"""What a delivery is given, and how it says that its time has not come.  Every kind of job uses these two."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.jobs.post import FolderPost, Post


@dataclass(frozen=True, slots=True)
class Context:
    """What deliveries need of the installation: its public address, and who takes the mails.

    Without a `post`, mails go to the folder.  `sender` is the address that they come from, `unsubscribe` a mailbox that
    takes unsubscriptions by mail, empty when there is none; `keys_folder` is where erasures are written down.
    """

    mail_folder: Path
    public_url: str
    post: Post | None = None
    sender: str = "no-reply@localhost"
    unsubscribe: str = ""
    keys_folder: Path = Path("keys")

    @property
    def taker(self) -> Post:
        """Who takes the mails."""
        return self.post or FolderPost(self.mail_folder)


class NotYet(Exception):
    """The job must wait until then; nothing was done."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until
