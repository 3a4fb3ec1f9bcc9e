"""`fanfare restore`: a copy of the installation takes the place of what is there, in one step."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
from sqlalchemy import func, make_url, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.cli.backup import FOLDER, pg_bin
from app.cli.installation import now, settings
from app.db import bind, bound_engine, engine_for, migrate, reading, transaction
from app.models import Brand
from app.services.backing import postgres, sqlite
from app.services.backing.erasures import Erasure, erasures_in, journal_of
from app.services.backing.keysfile import Kept, read_keys, secret_mark
from app.services.backing.restored import Restored, Since, check_ledgers, settle
from app.services.backing.sets import DATABASE, FILES, Manifest, read_set
from app.services.backing.withdrawals import Withdrawal, withdrawn_since
from app.services.readiness import newest_revision
from app.settings import Settings


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--keys", multiple=True, type=FOLDER, help="folders of keys; FANFARE_KEYS when left out")
@click.option("--without-keys", is_flag=True, help="go on without keys: nobody in the consent ledger can be named then")
@click.option("--replace", is_flag=True, help="put it in the place of what is there, which is kept under another name")
@pg_bin
def restore(file: Path, keys: tuple[Path, ...], without_keys: bool, replace: bool, pg_bin: tuple[Path, ...]) -> None:
    """Bring back the archive FILE, at the newest schema, with everybody erased who was erased since.

    The restored database takes its place in one step when it is whole; when anything fails, nothing has changed.
    """
    ours = settings()
    folders = keys or (ours.keys_at,)
    with tempfile.TemporaryDirectory(prefix="fanfare-restore-") as place:
        manifest = read_set(file, Path(place))
        _check_fits(ours, manifest)
        there = _look(ours, manifest)
        if there.brands and not replace:
            raise click.ClickException("the database is not empty; to put the backup in its place say --replace")
        kept = Kept() if without_keys else _together([read_keys(folder, ours.secret) for folder in folders])
        journals = [each for folder in folders for each in journal_of(folder)]
        since = Since(frozenset({*kept.erasures, *journals, *there.erasures}), there.withdrawals)
        done, old = _bring_back(ours, manifest, Path(place) / DATABASE, (kept, since, pg_bin))
        _bring_files(Path(place) / FILES, Path(ours.data_folder))
    click.echo(f"restored as of {manifest.taken_at}, now at revision {newest_revision()}")
    click.echo(
        f"{done.keys} keys put back, {done.erased} people erased again, {done.withdrawn} consents taken back again"
    )
    click.echo(f"{done.held} jobs that waited are held back as dead letters")
    if old:
        click.echo(f"what was there is kept as {old}; delete it when you are sure, for it holds people's data")


@dataclass(frozen=True, slots=True)
class There:
    """What stands in the place to restore into: how many brands, whom it knows as erased, who took a consent back."""

    brands: int = 0
    erasures: tuple[Erasure, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()


def _look(ours: Settings, manifest: Manifest) -> There:
    url = make_url(ours.database_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        return There()
    engine = engine_for(ours.database_url)
    try:
        with Session(engine) as tx:
            brands = tx.scalar(select(func.count(Brand.id))) or 0
            return There(brands, tuple(erasures_in(tx)), tuple(withdrawn_since(tx, manifest.chains)))
    except SQLAlchemyError as error:
        if "no such table" in str(error) or "does not exist" in str(error):
            return There()
        click.echo(
            "what is there cannot be read: erasures since the backup are those in the folder of keys, and consents "
            "taken back since are unknown",
            err=True,
        )
        return There(brands=1)
    finally:
        engine.dispose()


def _check_fits(ours: Settings, manifest: Manifest) -> None:
    kind = make_url(ours.database_url).get_backend_name()
    if manifest.kind != kind:
        raise click.ClickException(f"the backup is of {manifest.kind}, DATABASE_URL is {kind}")
    if manifest.revision > newest_revision():
        raise click.ClickException(
            f"the backup is at revision {manifest.revision}, ours is {newest_revision()}: install a newer one"
        )
    if manifest.secret != secret_mark(ours.secret):
        raise click.ClickException(
            "the backup was made under another FANFARE_SECRET; set that one, or its keys open nothing"
        )


Means = tuple[Kept, Since, tuple[Path, ...]]


def _bring_back(ours: Settings, manifest: Manifest, copy: Path, means: Means) -> tuple[Restored, str]:
    """Build the database beside ours, make it fit, and put it in place; what was done, and how the old one is named."""
    stamp = f"{now():%Y%m%dT%H%M%SZ}"
    if manifest.kind == "postgresql":
        with postgres.beside(ours.database_url) as url:
            postgres.load(copy, url, means[2])
            done = _made_fit(url, ours.secret, manifest, means)
            kept = f"{make_url(ours.database_url).database}_before_{stamp}"
            old = postgres.put_in_place(ours.database_url, kept)
        return done, old
    file = Path(str(make_url(ours.database_url).database))
    file.parent.mkdir(parents=True, exist_ok=True)
    with _beside_file(file) as new:
        shutil.copyfile(copy, new)
        sqlite.check(new)
        done = _made_fit(f"sqlite:///{new}", ours.secret, manifest, means)
        sqlite.close_down(new)
        sqlite.close_down(file)
        before, was_there = file.with_name(f"{file.name}.before-{stamp}"), file.is_file()
        sqlite.put_in_place(new, file, before)
    return done, str(before) if was_there else ""


@contextmanager
def _beside_file(file: Path) -> Iterator[Path]:
    new = file.with_name(f".{file.name}.restoring")
    try:
        os.close(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        yield new
    finally:
        for name in (new.name, f"{new.name}-wal", f"{new.name}-shm"):
            new.with_name(name).unlink(missing_ok=True)


def _made_fit(url: str, secret: str, manifest: Manifest, means: Means) -> Restored:
    migrate(url)
    bind(engine_for(url), secret)
    try:
        with transaction() as tx:
            done = settle(tx, means[0], means[1], now())
        with reading() as tx:
            check_ledgers(tx, manifest.chains)
    finally:
        bound_engine().dispose()
    return done


def _together(several: list[Kept]) -> Kept:
    return Kept(
        tuple(key for kept in several for key in kept.keys), tuple(each for kept in several for each in kept.erasures)
    )


def _bring_files(found: Path, data_folder: Path) -> None:
    for file in sorted(found.rglob("*")) if found.is_dir() else ():
        if file.is_file():
            to = data_folder / file.relative_to(found)
            to.parent.mkdir(parents=True, exist_ok=True)
            part = to.with_name(f".{to.name}.part")
            shutil.copyfile(file, part)
            part.rename(to)
