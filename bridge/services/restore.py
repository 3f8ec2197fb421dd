"""Restore: put a backup in the place of the database. The shops are read before anything is pushed to them."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zipfile import ZipFile

from filelock import FileLock, Timeout
from sqlmodel import col, delete, select, update

from bridge.errors import CopyFailed, Refused
from bridge.runtime import Runtime
from bridge.services import backup, erasures, keys, mail, news, privacy, tokens
from bridge.services.backup import Manifest
from bridge.storage import copies, migrations
from bridge.storage.models import LoginSession, Shop, ShopStatus, Ticket


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back. ``former`` is where the database from before lies.

    ``erased`` accounts were erased again, ``locked`` shops need their access entered again.
    """

    created: datetime
    former: Path | None
    shops: list[int]
    erased: int
    locked: list[int]


def restore(runtime: Runtime, archive: Path) -> Restored:
    """Put a backup in the place of the database at hand, which is kept beside it.

    ``Refused`` while rabattkonto runs, for a newer schema or another kind of database; ``CopyFailed`` for
    an archive that is damaged. Up to the very end of the checks nothing is changed.
    """
    with _alone(runtime), tempfile.TemporaryDirectory(dir=runtime.settings.data, prefix=".restore-") as workshop:
        manifest = backup.read_manifest(archive)
        _refuse_misfit(runtime, manifest)
        copy = _unpack(archive, Path(workshop), manifest)
        erasures.merge(runtime.settings, _member(archive, backup.ERASURES))
        former = _save_former(runtime)
        former = copies.put_back(runtime.db, copy) or former
        runtime.db.migrate()
        return _resume(runtime, manifest, former)


@contextmanager
def _alone(runtime: Runtime) -> Iterator[None]:
    runtime.settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = FileLock(runtime.settings.running_lock, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise Refused(
            "rabattkonto is running on this data folder. Stop it first; nothing was changed, and no order is lost"
            " meanwhile: it is read from the shop afterwards."
        ) from None
    try:
        _refuse_while_used(runtime)
        yield
    finally:
        lock.release()


def _refuse_while_used(runtime: Runtime) -> None:
    others = copies.others_at_work(runtime.db)
    if others:
        raise Refused(
            f"{others} other connections use the database. Stop every part of rabattkonto (web, workers, clock) and"
            " whatever else reads it, then restore again. Nothing was changed."
        )


def _refuse_misfit(runtime: Runtime, manifest: Manifest) -> None:
    here = "sqlite" if runtime.db.sqlite else "postgresql"
    if manifest.kind != here:
        raise Refused(
            f"The backup is of a {manifest.kind} database, but DATABASE_URL names a {here} one. Nothing was"
            " changed; restore it where DATABASE_URL fits."
        )
    if manifest.schema not in migrations.known():
        raise Refused(
            f"The backup has schema {manifest.schema or 'none'}, made by rabattkonto {manifest.version}, which is"
            f" newer than this program knows ({migrations.newest()}). Nothing was changed; update it first."
        )


def _unpack(archive: Path, workshop: Path, manifest: Manifest) -> Path:
    """The database out of the archive, once it has proven to be whole and to be what the manifest says."""
    copy = workshop / backup.DATABASE
    with ZipFile(archive) as packed, packed.open(backup.DATABASE) as source, copy.open("wb") as target:
        shutil.copyfileobj(source, target)
    copies.check(manifest.kind, copy)
    if manifest.kind == "sqlite":
        found = copies.contents_of_file(copy)
        if (found.schema, found.heads) != (manifest.schema, manifest.heads):
            raise CopyFailed("The database in the backup is not the one that was put in. Nothing was changed.")
    return copy


def _member(archive: Path, name: str) -> bytes:
    with ZipFile(archive) as packed:
        return packed.read(name)


def _save_former(runtime: Runtime) -> Path | None:
    """PostgreSQL has no file to move aside, so what is there now becomes an archive first."""
    if runtime.db.sqlite or migrations.current(runtime.db.engine) is None:
        return None
    return backup.backup(runtime, prefix="before-restore-").file


def _resume(runtime: Runtime, manifest: Manifest, former: Path | None) -> Restored:
    with runtime.db.transaction() as session:
        # Who had logged in then must not be let in now by an old cookie, nor by an address that worked once.
        session.execute(delete(LoginSession))
        session.execute(delete(Ticket))
        mail.give_up_all(session)
        news.begin_anew(session)
        # One that was revoked since would work again: nobody can tell, so all of them end.
        tokens.revoke_all(session, runtime.clock())
        session.execute(
            update(Shop).where(col(Shop.status) != ShopStatus.REMOVED).values(restored_from=manifest.created)
        )
        shops = list(
            session.exec(select(Shop.id).where(col(Shop.restored_from).is_not(None)).order_by(col(Shop.id)))
        )
    locked = keys.examine(runtime)
    erased = privacy.erase_again(runtime)
    return Restored(manifest.created, former, [shop for shop in shops if shop is not None], erased, locked)
