"""Doctor: looks at everything an installation needs, one check at a time, and says what to do. Changes nothing."""

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib.metadata import packages_distributions
from urllib.parse import urlsplit

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import select

from bridge.doorbell import RedisBell
from bridge.errors import BridgeError
from bridge.runtime import Runtime
from bridge.services import health, shops
from bridge.storage.models import Shop

OURS = ("bridge", "adapters", "webhooks")
_NEEDED_SPACE = 500 * 1024 * 1024
_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, whether it is as it should be, what was seen, and the next step if not."""

    name: str
    ok: bool
    sentence: str
    remedy: str = ""


def examine(runtime: Runtime) -> list[Check]:
    """All checks. None of them shows a secret."""
    checks = [_plain(check(runtime)) for check in _CHECKS]
    if all(check.ok for check in checks if check.name in {"database", "schema"}):
        checks += _shops(runtime)
    return checks


def _plain(check: Check) -> Check:
    """Nobody needs a next step for what is as it should be."""
    return replace(check, remedy="") if check.ok else check


def _python(_runtime: Runtime) -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    return Check("python", sys.version_info >= (3, 11), f"Python {version}.", "Install Python 3.11 or newer.")


def _packages(_runtime: Runtime) -> Check:
    owners = packages_distributions()
    foreign = sorted({owner for name in OURS for owner in owners.get(name, []) if owner != "rabattkonto"})
    if not foreign:
        return Check("packages", ok=True, sentence="Nobody else's package has one of our names.")
    return Check(
        "packages",
        ok=False,
        sentence=f"{', '.join(foreign)} brings a package with one of our names.",
        remedy=f"Uninstall it here: pip uninstall {' '.join(foreign)}; then install rabattkonto again.",
    )


def _folder(runtime: Runtime) -> Check:
    folder = runtime.settings.data
    try:
        with tempfile.TemporaryFile(dir=folder):
            free = shutil.disk_usage(folder).free
    except OSError as problem:
        return Check("data folder", ok=False, sentence=f"{problem}.", remedy="Make RABATTKONTO_DATA writable.")
    sentence = f"{folder} is writable, {free // 2**20} MB free."
    return Check("data folder", free >= _NEEDED_SPACE, sentence, "Make room: below 500 MB a busy day may fill it.")


def _database(runtime: Runtime) -> Check:
    try:
        with runtime.db.reading() as session:
            mode = session.execute(text("PRAGMA journal_mode")).scalar() if runtime.db.sqlite else "postgresql"
    except SQLAlchemyError as problem:
        sentence = f"The database does not answer ({type(problem).__name__})."
        return Check("database", ok=False, sentence=sentence, remedy="Check DATABASE_URL or the data folder.")
    fine = mode in {"wal", "postgresql", "memory"}
    return Check("database", fine, f"It answers ({mode}).", "Keep the data folder on a local disk: WAL needs one.")


def _schema(runtime: Runtime) -> Check:
    try:
        obstacles = health.schema(runtime)
    except SQLAlchemyError:
        obstacles = ["The schema cannot be read."]
    sentence = obstacles[0] if obstacles else "The tables are those of this version."
    return Check("schema", not obstacles, sentence)


def _queue(runtime: Runtime) -> Check:
    url = runtime.settings.redis_url
    if url is None:
        return Check("queue", ok=True, sentence="Embedded: `rabattkonto serve` starts it.")
    reachable = RedisBell(url).reachable()
    sentence = "It answers." if reachable else "It does not answer."
    return Check("queue", reachable, sentence, "" if reachable else "Check REDIS_URL; nothing is lost meanwhile.")


def _address(runtime: Runtime) -> Check:
    address = runtime.settings.public_url
    parts = urlsplit(address)
    if parts.scheme == "https":
        return Check("address", ok=True, sentence=f"PUBLIC_URL is {address}.")
    where = "is not reachable from other machines" if parts.hostname in _LOCAL else "is not encrypted"
    remedy = "Set PUBLIC_URL to the https address under which shops reach rabattkonto."
    return Check("address", ok=False, sentence=f"PUBLIC_URL {address} {where}.", remedy=remedy)


_CHECKS: tuple[Callable[[Runtime], Check], ...] = (
    _python,
    _packages,
    _folder,
    _database,
    _schema,
    _queue,
    _address,
)


def _shops(runtime: Runtime) -> Iterator[Check]:
    with runtime.db.reading() as session:
        known = session.exec(select(Shop).order_by(Shop.name)).all()
    for shop in known:
        yield from _shop(runtime, shop)


def _shop(runtime: Runtime, shop: Shop) -> Iterator[Check]:
    name = f"shop {shop.id} ({shop.name})"
    try:
        findings = shops.check_shop(runtime, shop.id or 0)
    except BridgeError as problem:
        yield Check(name, ok=False, sentence=str(problem))
        return
    if not findings:
        yield Check(name, ok=True, sentence="It answers, and its settings are as they should be.")
    for finding in findings:
        yield Check(f"{name}, {finding.subject}", not finding.serious, finding.sentence, finding.remedy)
