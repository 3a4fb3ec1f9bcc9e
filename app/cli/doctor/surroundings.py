"""What surrounds the program: its secret, its address, its folders and files."""

from __future__ import annotations

import os
import re
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url

from app.cli.doctor.finding import Finding, fault, ok, warning
from app.services.keys import fingerprint
from app.settings import SECRET_FILE, Settings

ROOT = Path(__file__).resolve().parents[3]
LOCAL = {"127.0.0.1", "localhost", "::1"}
FEWEST_LETTERS = 10  # different ones in a secret; 32 hexadecimal digits made by chance have fewer once in 10 000
FULL_BYTES, TIGHT_BYTES = 100 * 2**20, 2**30
# Secrets that stand in manuals and examples, by their sha256.
KNOWN_SECRETS = {fingerprint(text) for text in ("change-me-" * 4, "x" * 32, "-" * 32, "secret" * 6)}


def check_secret(settings: Settings) -> Iterator[Finding]:
    """The secret signs every form and wraps every key: it must be nobody's but ours."""
    renew = "make one with: openssl rand -hex 32"
    if fingerprint(settings.secret) in KNOWN_SECRETS or len(set(settings.secret)) < FEWEST_LETTERS:
        yield fault("secret", "FANFARE_SECRET is easily guessed", f"{renew}; do it before anybody has given a consent")
    else:
        yield ok("secret", f"{len(settings.secret)} characters")
    file = Path(settings.data_folder) / SECRET_FILE
    if file.is_file():
        yield from _only_ours("secret", file)


def check_address(settings: Settings) -> Iterator[Finding]:
    """The public address and what stands in front of it."""
    public = urlsplit(settings.public_url)
    local = public.hostname in LOCAL
    if public.scheme != "https" and not local:
        todo = "put a TLS proxy in front and set FANFARE_URL=https://…: cookies in iframes need https"
        yield fault("address", f"{settings.public_url} is not https", todo)
    elif settings.demo and not local:
        yield fault("address", "demo mode on a public address: anybody can be anybody", "unset FANFARE_MODE")
    elif public.scheme == "https" and settings.proxies == 0:
        seen = "FANFARE_PROXIES=0 although the public address is https: every visitor seems to come from the proxy"
        yield fault(
            "address", seen, "set FANFARE_PROXIES to how many reverse proxies stand in front, usually 1"
        )  # fmt: skip
    elif local and not settings.demo:
        yield warning("address", f"{settings.public_url} is this machine only", "set FANFARE_URL for the public")
    else:
        yield ok("address", settings.public_url)


def check_hosts(settings: Settings) -> Iterator[Finding]:
    """The further names that may be asked for."""
    for name in settings.trusted_hosts:
        if not re.fullmatch(r"\.?[a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9]+)?", name):
            yield fault(
                "hosts", f"FANFARE_TRUSTED_HOSTS: “{name}” is no host name", "write play.example.org, no https://"
            )
    shown = ", ".join((urlsplit(settings.public_url).hostname or "", *settings.trusted_hosts))
    yield ok("hosts", f"answers for {shown}")


def check_folders(settings: Settings) -> Iterator[Finding]:
    """The folders that are written to, and the room on their disks."""
    folders = {"data folder": Path(settings.data_folder)}
    if settings.keys_folder:
        folders["keys folder"] = Path(settings.keys_folder)
    if settings.database_url.startswith("sqlite") and (file := make_url(settings.database_url).database):
        folders["database's folder"] = Path(file).parent
    for about, folder in folders.items():
        yield _writable(about, folder)
    keys = Path(settings.keys_folder or Path(settings.data_folder) / "keys")
    if keys.is_dir() and keys.stat().st_mode & 0o077:
        yield fault("keys folder", f"{keys} can be entered by other users", f"run: chmod 700 {keys}")


def check_files(settings: Settings) -> Iterator[Finding]:
    """Files that settings name."""
    if settings.providers_file:
        file = Path(settings.providers_file)
        if not file.is_file():
            yield fault(
                "login providers", f"{file} is not there", "set FANFARE_PROVIDERS to the YAML file, or unset it"
            )
        else:
            yield from _only_ours("login providers", file)
            yield ok("login providers", str(file))


def check_static(_settings: Settings) -> Iterator[Finding]:
    """The built scripts and styles."""
    folder = ROOT / "static" / "dist"
    missing = [name for name in ("manifest.json", "fan.js", "fan.css", "studio.css") if not (folder / name).is_file()]
    if missing:
        yield fault(
            "static files", f"{folder} lacks {', '.join(missing)}", "install the whole release, static/ included"
        )
    else:
        yield ok("static files", f"{len(list(folder.iterdir()))} in static/dist")


def _only_ours(about: str, file: Path) -> Iterator[Finding]:
    """A file with secrets in it must not be read by everybody."""
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o077:
        yield fault(about, f"{file} can be read by other users (mode {mode:o})", f"run: chmod 600 {file}")


def _writable(about: str, folder: Path) -> Finding:
    probe = folder / f".writable-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_text("yes")
        probe.unlink()
    except OSError as error:
        todo = "make it writable for this user, or set FANFARE_DATA"
        return fault(about, f"{folder}: {error.strerror}", todo)
    free = shutil.disk_usage(folder).free
    said = f"{folder}, {free / 2**30:.1f} GiB free"
    if free < FULL_BYTES:
        return fault(about, said, "make room on this disk: writing will fail soon")
    if free < TIGHT_BYTES:
        return warning(about, said, "make room on this disk, or move the folder")
    return ok(about, said)
