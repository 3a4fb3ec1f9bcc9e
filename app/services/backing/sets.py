"""A backup set: one archive with a manifest, the database without people's keys, and the files of the data folder.

The manifest says when, by which program, at which revision, and the sha256 of every part.
Source: POSIX.1-2001 (pax interchange format).
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from app.errors import Refused

FORMAT = 1
MANIFEST, DATABASE, FILES = "manifest.json", "database", "files"
# Never part of a set: secrets, keys, and what names people without being needed again.
LEFT_OUT = {"secret", "keys", "mail", "exports", "demo-accounts.json"}


class SetUnusable(Refused):
    code = "backup_unusable"
    en = "{file} {wrong}"
    fr = "{file} {wrong}"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a set holds, and of what."""

    format: int
    program: str
    taken_at: str
    kind: str  # sqlite or postgresql
    revision: str
    secret: str  # a mark of it, see keysfile.secret_mark
    chains: dict[str, list[Any]]  # brand -> number and hash of the last row of its consent ledger
    settings: dict[str, str]
    checksums: dict[str, str]


def write_set(to: Path, manifest: Manifest, parts: dict[str, Path]) -> None:
    """Put the parts into one archive, whole or not at all."""
    said = json.dumps(asdict(manifest), indent=2).encode()
    part = to.with_name(f".{to.name}.part")
    opened = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(opened, "wb") as out:
        with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
            head = tarfile.TarInfo(MANIFEST)
            head.size, head.mode = len(said), 0o600
            archive.addfile(head, io.BytesIO(said))
            for name, file in parts.items():
                archive.add(file, name, recursive=False)
        out.flush()
        os.fsync(opened)
    part.rename(to)


def read_set(file: Path, into: Path) -> Manifest:
    """Unpack a set and look at every checksum.  Raises: SetUnusable."""
    if not file.is_file():
        raise SetUnusable(file=file, wrong="is not there")
    try:
        with tarfile.open(file) as archive:
            archive.extractall(into, filter="data")
        manifest = Manifest(**json.loads((into / MANIFEST).read_text()))
    except (OSError, tarfile.TarError, ValueError, TypeError) as error:
        raise SetUnusable(file=file, wrong=f"is no whole backup set ({type(error).__name__})") from None
    if manifest.format != FORMAT:
        raise SetUnusable(file=file, wrong=f"has format {manifest.format}; this program reads format {FORMAT}")
    for name, checksum in manifest.checksums.items():
        if not (into / name).is_file() or sha256_of(into / name) != checksum:
            raise SetUnusable(file=file, wrong=f"was changed or cut short: {name} is not as it was written")
    return manifest


def files_of(data_folder: Path, beside: set[Path]) -> Iterator[tuple[str, Path]]:
    """The files of the data folder that belong into a set: name in the set -> file."""
    for file in sorted(data_folder.rglob("*")):
        inner = file.relative_to(data_folder)
        kept = inner.parts[0] not in LEFT_OUT and not any(part.startswith(".") for part in inner.parts)
        if kept and file.is_file() and not file.is_symlink() and not beside & {file.resolve(), *file.resolve().parents}:
            yield f"{FILES}/{inner}", file


def sha256_of(file: Path) -> str:
    """The checksum of a file."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
