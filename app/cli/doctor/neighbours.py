"""Servers beside the program: Redis or Valkey, and the one that takes mails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from app.cli.doctor.finding import Finding, fault, ok, warning
from app.jobs.mail import post_of
from app.jobs.post import ServerTrouble
from app.jobs.smtp import SmtpPost
from app.services.readiness import PATIENCE
from app.settings import Settings

OLDEST_REDIS = (6, 2)
LARGEST_SKEW_SECONDS = 2.0
MAIL_SECONDS = 10


def check_redis(settings: Settings) -> Iterator[Finding]:
    """Redis or Valkey: it answers, is not too old, drops nothing, and agrees on the time."""
    import redis

    if not settings.redis_url:
        yield ok("redis", "not set: each process counts its own limits, and looks for jobs every few seconds")
        return
    seconds = PATIENCE.total_seconds()
    try:
        with redis.Redis.from_url(settings.redis_url, socket_timeout=seconds, socket_connect_timeout=seconds) as client:
            about: Any = client.info()
            at, micros = client.time()
    except (redis.RedisError, OSError, ValueError) as error:
        todo = "start it, or correct REDIS_URL; until then limits are counted by each process and jobs leave later"
        yield fault("redis", f"does not answer ({type(error).__name__})", todo)
        return
    yield from _judged(about, at + micros / 1e6)


def _judged(about: dict[str, Any], its_time: float) -> Iterator[Finding]:
    version = str(about.get("valkey_version") or about.get("redis_version", "0"))
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_REDIS:
        yield fault("redis", f"version {version} is too old", "install Redis 6.2 or Valkey 7.2, or later")
    policy = about.get("maxmemory_policy", "noeviction")
    if about.get("maxmemory", 0) and policy != "noeviction":
        todo = "run: redis-cli CONFIG SET maxmemory-policy noeviction, and write it into its configuration"
        yield warning("redis", f"drops keys when its memory is full ({policy})", todo)
    skew = abs(its_time - datetime.now(UTC).timestamp())
    if skew > LARGEST_SKEW_SECONDS:
        yield warning("redis", f"its clock is {skew:.0f} s away from ours", "let NTP set the clocks of both machines")
    yield ok("redis", f"version {version} answers")


def check_mail(settings: Settings) -> Iterator[Finding]:
    """The server that takes mails: it greets, speaks TLS as asked, and knows us."""
    if not settings.smtp_host:
        kept = f"FANFARE_SMTP_HOST is not set: mails are put into {settings.data_folder}/mail"
        if settings.demo:
            yield ok("mail", kept)
        else:
            yield warning("mail", f"{kept}, nobody gets them", "set FANFARE_SMTP_HOST and FANFARE_MAIL_FROM")
        return
    where = f"{settings.smtp_host}:{settings.smtp_port}"
    try:
        post = post_of(replace(settings, smtp_seconds=min(MAIL_SECONDS, settings.smtp_seconds)), "localhost")
        assert isinstance(post, SmtpPost)
        post.check()
    except ServerTrouble as trouble:
        yield fault(
            "mail", f"{where} does not take us in ({trouble})", HINTS.get(str(trouble).split(" ")[0], CHECK_ALL)
        )
        return
    if settings.smtp_tls == "none" and settings.smtp_host not in {"127.0.0.1", "localhost", "::1"}:
        yield warning("mail", f"{where}: mails go there in the clear", "set FANFARE_SMTP_TLS=starttls or tls")
    yield ok("mail", f"{where} greets us; mails come from {settings.mail_from}")


CHECK_ALL = "compare FANFARE_SMTP_HOST, FANFARE_SMTP_PORT and FANFARE_SMTP_TLS with what the mail server's people say"
HINTS = {
    "ConnectionRefusedError": "nothing listens there: correct FANFARE_SMTP_HOST and FANFARE_SMTP_PORT",
    "gaierror": "there is no such host: correct FANFARE_SMTP_HOST",
    "TimeoutError": "it says nothing: is a firewall in between?  With FANFARE_SMTP_TLS=tls the port is usually 465",
    "SMTPAuthenticationError": "correct FANFARE_SMTP_USER and FANFARE_SMTP_PASSWORD",
    "SMTPNotSupportedError": "it offers no STARTTLS or no login: see FANFARE_SMTP_TLS and FANFARE_SMTP_USER",
    "SSLCertVerificationError": "its certificate is not trusted, or is for another name: see FANFARE_SMTP_CA",
    "SSLError": "the port and FANFARE_SMTP_TLS do not fit: starttls is usually 587, tls 465",
}
