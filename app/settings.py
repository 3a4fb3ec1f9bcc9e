"""Every setting, read from the environment once, with its default, unit and help.

To add one: one `setting(...)` line.  A bad value stops the start with one clear line.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

SECRET_FILE = "secret"


class BadSetting(ValueError):
    """A setting cannot be used; the message is the line to show."""


def setting(env: str, help: str, default: Any, read: Callable[[str], Any] = str, secret: bool = False) -> Any:
    """One setting: its variable, what it does, its default, how it is read."""
    return field(default=default, metadata={"env": env, "help": help, "read": read, "secret": secret})


def yes_or_no(text: str) -> bool:
    """`1 true yes on` and their opposites."""
    if text.lower() in {"1", "true", "yes", "on"}:
        return True
    if text.lower() in {"0", "false", "no", "off"}:
        return False
    raise ValueError("say yes or no")


def at_least(minimum: int) -> Callable[[str], int]:
    """A whole number that is not smaller than the minimum."""

    def read(text: str) -> int:
        number = int(text)
        if number < minimum:
            raise ValueError(f"must be at least {minimum}")
        return number

    return read


def words(text: str) -> tuple[str, ...]:
    """Words separated by commas."""
    return tuple(word.strip() for word in text.split(",") if word.strip())


def weight(text: str) -> str:
    """From which weight on lines are written."""
    if text.lower() not in {"info", "warning", "error"}:
        raise ValueError("say info, warning or error")
    return text.lower()


def one_of(*known: str) -> Callable[[str], str]:
    """One of these words, in small letters."""

    def read(text: str) -> str:
        if text.lower() not in known:
            raise ValueError(f"say {', '.join(known[:-1])} or {known[-1]}")
        return text.lower()

    return read


def mailbox(text: str) -> str:
    """A bare e-mail address, without a name around it."""
    if not re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", text):
        raise ValueError("must look like no-reply@example.org, without a name")
    return text


def web_origin(text: str) -> str:
    """`https://host[:port]`, without a path, as browsers write it: small letters, no port where it is the usual one."""
    parts = urlsplit(text)
    more = parts.path not in {"", "/"} or parts.query or parts.fragment or "@" in parts.netloc
    if parts.scheme not in {"http", "https"} or not parts.hostname or more:
        raise ValueError("must look like https://play.example.org")
    usual = {"http": 80, "https": 443}[parts.scheme]
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port not in {None, usual} else "")


def database_url(text: str) -> str:
    """An SQLAlchemy URL; PostgreSQL is always reached by psycopg 3."""
    for prefix in ("postgres://", "postgresql://"):
        if text.startswith(prefix):
            return "postgresql+psycopg://" + text.removeprefix(prefix)
    if not text.startswith(("sqlite://", "postgresql+psycopg://")):
        raise ValueError("must start with sqlite:/// or postgresql://")
    return text


def redis_url(text: str) -> str:
    """Where Redis or Valkey is, as redis-py reads it."""
    if not text.startswith(("redis://", "rediss://")):
        raise ValueError("must start with redis:// or rediss://")
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of one installation."""

    database_url: str = setting(
        "DATABASE_URL", "where the data live", "sqlite:///var/fanfare.sqlite3", database_url, secret=True
    )
    redis_url: str = setting(
        "REDIS_URL",
        "Redis or Valkey that wakes workers and counts rate limits for all processes; empty = each for itself",
        "",
        redis_url,
        secret=True,
    )
    public_url: str = setting(
        "FANFARE_URL", "the address at which people reach this server", "http://127.0.0.1:8000", web_origin
    )
    secret: str = setting("FANFARE_SECRET", "signs forms and wraps keys; at least 32 characters", "", secret=True)
    mode: str = setting(
        "FANFARE_MODE",
        "production; demo (allows the demo login provider); bench (a copy for load tests: allows synthetic people)",
        "production",
    )
    trusted_hosts: tuple[str, ...] = setting(
        "FANFARE_TRUSTED_HOSTS", "host names that may be asked for, besides the public one", (), words
    )
    proxies: int = setting("FANFARE_PROXIES", "how many reverse proxies stand in front", 0, at_least(0))
    data_folder: str = setting("FANFARE_DATA", "folder for mails, uploads and exports", "var")
    workers: int = setting("FANFARE_WEB_WORKERS", "web processes", 1, at_least(1))
    threads: int = setting("FANFARE_WEB_THREADS", "threads in each web process", 8, at_least(1))
    embedded_worker: bool = setting(
        "FANFARE_EMBEDDED_WORKER", "run the outbox worker inside the web process", True, yes_or_no
    )
    plays_a_minute: int = setting(
        "FANFARE_PLAYS_A_MINUTE", "form posts that one fan may make in a minute", 120, at_least(1)
    )
    log_level: str = setting("FANFARE_LOG", "what is logged to standard error: info, warning or error", "info", weight)
    smtp_host: str = setting(
        "FANFARE_SMTP_HOST", "server that takes our mails; empty = they are put into the data folder", ""
    )
    smtp_port: int = setting("FANFARE_SMTP_PORT", "its port", 587, at_least(1))
    smtp_tls: str = setting(
        "FANFARE_SMTP_TLS",
        "starttls (asked for, never done without), tls (from the first byte), or none",
        "starttls",
        one_of("starttls", "tls", "none"),
    )
    smtp_ca: str = setting(
        "FANFARE_SMTP_CA", "file with the authority that signed its certificate, if no public one", ""
    )
    smtp_user: str = setting("FANFARE_SMTP_USER", "who we are there; empty = it does not ask", "")
    smtp_password: str = setting("FANFARE_SMTP_PASSWORD", "and the password", "", secret=True)
    smtp_seconds: int = setting("FANFARE_SMTP_SECONDS", "seconds that one mail may take there", 20, at_least(1))
    mail_from: str = setting("FANFARE_MAIL_FROM", "address that mails come from; the name is the brand's", "", mailbox)
    mail_unsubscribe: str = setting(
        "FANFARE_MAIL_UNSUBSCRIBE",
        "mailbox that takes unsubscriptions by mail, read by people; empty = by link only",
        "",
        mailbox,
    )
    metrics_token: str = setting(
        "FANFARE_METRICS_TOKEN",
        "what Prometheus shows to read /metrics; empty = only from this machine",
        "",
        secret=True,
    )
    keys_folder: str = setting(
        "FANFARE_KEYS",
        "folder for people's keys and the list of the erased, kept apart from backups; empty = keys in the data folder",
        "",
    )
    providers_file: str = setting("FANFARE_PROVIDERS", "YAML file with the login providers", "")
    demo_provider: str = setting(
        "FANFARE_DEMO_PROVIDER", "address of the demo login provider; demo mode only", "", web_origin
    )

    @property
    def keys_at(self) -> Path:
        """The folder of people's keys and of the list of the erased."""
        return Path(self.keys_folder or Path(self.data_folder) / "keys")

    @property
    def demo(self) -> bool:
        return self.mode == "demo"

    @property
    def mail_folder(self) -> Path:
        """Where mails are put when no server takes them."""
        return Path(self.data_folder) / "mail"

    @property
    def takes_synthetic_people(self) -> bool:
        return self.mode in {"demo", "bench"}

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
        """Read all settings.  Raises BadSetting with one clear line."""
        environment = os.environ if environment is None else environment
        found: dict[str, Any] = {}
        for each in fields(cls):
            name = each.metadata["env"]
            text = environment.get(name, "")
            if text:
                try:
                    found[each.name] = each.metadata["read"](text)
                except ValueError as error:
                    raise BadSetting(f"{name}={'***' if each.metadata['secret'] else text}: {error}") from None
        return cls(**{**found, **overrides})._with_secret_file().checked()

    def _with_secret_file(self) -> Settings:
        """Without FANFARE_SECRET, the secret that `fanfare demo` keeps in the data folder."""
        file = Path(self.data_folder) / SECRET_FILE
        return self if self.secret or not file.is_file() else replace(self, secret=file.read_text().strip())

    def checked(self) -> Settings:
        """The same settings, or BadSetting when they cannot work together."""
        if self.mode not in {"production", "demo", "bench"}:
            raise BadSetting(f"FANFARE_MODE={self.mode}: say production, demo or bench")
        if len(self.secret) < 32:
            raise BadSetting("FANFARE_SECRET: needs at least 32 characters; make one with: openssl rand -hex 32")
        if self.demo_provider and not self.demo:
            raise BadSetting("FANFARE_DEMO_PROVIDER: anybody can be anybody there, so it is refused in production")
        if self.smtp_host and not self.mail_from:
            raise BadSetting("FANFARE_MAIL_FROM: say from which address mails come, as no-reply@example.org")
        if self.smtp_password and self.smtp_tls == "none" and self.smtp_host not in {"localhost", "127.0.0.1", "::1"}:
            raise BadSetting("FANFARE_SMTP_TLS=none: the password would be readable on its way; say starttls or tls")
        return self


def read_anyway() -> Settings:
    """The settings for showing them, also when the secret is still missing."""
    try:
        return Settings.from_environment()
    except BadSetting as error:
        if "FANFARE_SECRET" not in str(error):
            raise
        return replace(Settings.from_environment(secret="-" * 32), secret="")


def described(settings: Settings) -> list[tuple[str, str, str]]:
    """(variable, value or ***, help) of every setting, as `fanfare config` prints them."""
    rows = []
    for each in fields(settings):
        value = getattr(settings, each.name)
        shown = ",".join(value) if isinstance(value, tuple) else str(value)
        rows.append(
            (each.metadata["env"], "***" if each.metadata["secret"] and shown else shown, each.metadata["help"])
        )
    return rows
