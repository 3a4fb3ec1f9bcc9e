"""`fanfare backup`: a copy of the installation while it serves, without people's keys."""

from __future__ import annotations

import tempfile
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
from sqlalchemy import make_url, text
from sqlalchemy.orm import Session

from app.cli.installation import now, settings, use_database
from app.db import reading
from app.services.backing import postgres, sqlite
from app.services.backing.keysfile import secret_mark, write_keys
from app.services.backing.restored import chains_of
from app.services.backing.sets import DATABASE, FORMAT, Manifest, files_of, sha256_of, write_set
from app.settings import Settings, described

FOLDER = click.Path(file_okay=False, path_type=Path)
pg_bin = click.option(
    "--pg-bin",
    "pg_bin",
    multiple=True,
    type=FOLDER,
    help="where pg_dump and pg_restore are, when not found by themselves",
)


@click.command()
@click.argument("to", type=click.Path(path_type=Path))
@click.option("--keys", type=FOLDER, help="folder for people's keys; FANFARE_KEYS when left out")
@pg_bin
def backup(to: Path, keys: Path | None, pg_bin: tuple[Path, ...]) -> None:
    """Copy the installation, which may go on serving, into the archive TO, or into the folder TO under a name.

    People's keys are not in the archive: they are written into the folder of keys, in place of what was there.
    """
    use_database()
    ours, moment = settings(), now()
    file = to / f"fanfare-{moment:%Y%m%dT%H%M%SZ}.tar" if to.is_dir() else to
    if file.exists():
        raise click.ClickException(f"{file} is there already; name another file, or a folder")
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".fanfare-backup-") as place:
        parts = {DATABASE: Path(place) / DATABASE}
        with reading() as tx:
            revision, chains = _revision(tx), chains_of(tx)
        _copy_database(ours, parts[DATABASE], pg_bin)
        parts |= dict(files_of(Path(ours.data_folder), _beside(ours, file, keys)))
        write_set(file, _manifest(ours, moment, revision, chains, parts), parts)
    with reading() as tx:
        count = write_keys(tx, keys or ours.keys_at, moment)
    click.echo(f"{file}: {file.stat().st_size / 2**20:.1f} MiB, revision {revision}, {len(parts) - 1} files")
    click.echo(
        f"{keys or ours.keys_at}: the keys of {count} people; keep them apart from the archive, and only this one"
    )


def _revision(tx: Session) -> str:
    return str(tx.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def _copy_database(ours: Settings, to: Path, pg_bin: tuple[Path, ...]) -> None:
    if ours.database_url.startswith("sqlite"):
        sqlite.copy_without_keys(Path(str(make_url(ours.database_url).database)), to)
    else:
        postgres.dump_without_keys(ours.database_url, to, pg_bin)


def _beside(ours: Settings, file: Path, keys: Path | None) -> set[Path]:
    """What lies in the data folder and is not to be copied as a file: the database, the sets, the keys."""
    data, place = Path(ours.data_folder).resolve(), file.parent.resolve()
    beside = {(keys or ours.keys_at).resolve(), *({place} if data in place.parents else ())}
    if ours.database_url.startswith("sqlite") and (database := make_url(ours.database_url).database):
        beside |= {Path(database + end).resolve() for end in ("", "-wal", "-shm")}
        beside |= {old.resolve() for old in Path(database).parent.glob(f"{Path(database).name}.before-*")}
    return beside | {old.resolve() for old in Path(ours.data_folder).glob("fanfare-*.tar")}


def _manifest(
    ours: Settings, moment: datetime, revision: str, chains: dict[str, list[Any]], parts: dict[str, Path]
) -> Manifest:
    return Manifest(
        FORMAT, version("fanfare"), moment.isoformat(), make_url(ours.database_url).get_backend_name(), revision,
        secret_mark(ours.secret), chains, {name: value for name, value, _help in described(ours)},
        {name: sha256_of(part) for name, part in parts.items()},
    )  # fmt: skip
