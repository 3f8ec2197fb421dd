"""Backups: one archive with a copy of the database, what it holds, and who was erased until then.

The keys are never in it. Without them the books can be read, but each shop's access has to be entered again.
"""

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from bridge import __version__
from bridge.errors import CopyFailed
from bridge.runtime import Runtime
from bridge.services import erasures
from bridge.storage import copies

DATABASE, MANIFEST, ERASURES = "database", "manifest.json", "erasures.jsonl"
_FORMAT = 1
_NIGHTLY = "nightly-"

KEYS_ARE_APART = (
    "The keys are not in it: keep secret.key from the data folder (or SECRET_KEY) in another safe place. Without"
    " them the books can be read, but the access to each shop has to be entered again."
)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive says of itself. ``kind`` is sqlite or postgresql, ``created`` the moment (UTC) of the copy.

    ``heads`` is a digest of the last hash of every account's chain.
    """

    kind: str
    schema: str
    version: str
    created: datetime
    counts: Mapping[str, int]
    heads: str


@dataclass(frozen=True, slots=True)
class Backup:
    """An archive that was made, with its size in bytes."""

    file: Path
    size: int
    manifest: Manifest


def folder(runtime: Runtime) -> Path:
    """Where backups go that were not told another place."""
    return runtime.settings.data / "backups"


def backup(runtime: Runtime, to: Path | None = None, prefix: str = "") -> Backup:
    """Copy the database while it is in use, into ``to`` (a file or a folder). Raises ``CopyFailed``."""
    now = runtime.clock()
    file = _place(to or folder(runtime), f"{prefix}{now:%Y%m%dT%H%M%SZ}.zip")
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as workshop:
        copy, fresh = Path(workshop, DATABASE), Path(workshop, "archive")
        found = copies.take(runtime.db, copy)
        manifest = Manifest(_kind(runtime), found.schema, __version__, now, found.counts, found.heads)
        _pack(runtime, fresh, copy, manifest)
        fresh.replace(file)
    return Backup(file, file.stat().st_size, manifest)


def nightly(runtime: Runtime) -> Backup | None:
    """The nightly copy, None when it is switched off or one was made in the last hours by another shop's night."""
    days = runtime.settings.backup_days
    if not days:
        return None
    now = runtime.clock()
    made = {file: _made_at(file) for file in folder(runtime).glob(f"{_NIGHTLY}*.zip")}
    if any(at is not None and now - at < timedelta(hours=20) for at in made.values()):
        return None
    done = backup(runtime, prefix=_NIGHTLY)
    for file, at in made.items():
        if at is not None and now - at > timedelta(days=days):
            file.unlink(missing_ok=True)
    return done


def read_manifest(archive: Path) -> Manifest:
    """What an archive says of itself; ``CopyFailed`` for a file that is no backup."""
    try:
        with ZipFile(archive) as packed:
            found = json.loads(packed.read(MANIFEST))
        created = datetime.fromisoformat(found["created"])
        if found["format"] != _FORMAT:
            raise CopyFailed(f"{archive} was made by another version of rabattkonto: its format is not known here.")
        return Manifest(found["kind"], found["schema"], found["version"], created, found["counts"], found["heads"])
    except (OSError, BadZipFile, KeyError, ValueError, TypeError) as problem:
        raise CopyFailed(
            f"{archive} is not a backup of rabattkonto ({type(problem).__name__}: {problem})."
        ) from None


def _kind(runtime: Runtime) -> str:
    return "sqlite" if runtime.db.sqlite else "postgresql"


def _place(to: Path, name: str) -> Path:
    return to if to.suffix == ".zip" else to / name


def _made_at(file: Path) -> datetime | None:
    """The moment in the name of a nightly copy: copying files around changes their stamps, not their names."""
    try:
        return datetime.strptime(file.stem.removeprefix(_NIGHTLY), "%Y%m%dT%H%M%S%z")
    except ValueError:
        return None


def _pack(runtime: Runtime, target: Path, copy: Path, manifest: Manifest) -> None:
    """Write the archive durably, readable by its owner only: it holds names and addresses."""
    described = {"format": _FORMAT, **asdict(manifest), "created": manifest.created.isoformat()}
    handle = os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w+b") as file:
        with ZipFile(file, "w", ZIP_DEFLATED) as packed:
            packed.writestr(MANIFEST, json.dumps(described, indent=2))
            packed.writestr(ERASURES, erasures.whole_log(runtime.settings))
            packed.write(copy, DATABASE)
        file.flush()
        os.fsync(file.fileno())
