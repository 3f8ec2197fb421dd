"""The settings: read once from the environment and ``.env`` into a frozen value.

Every problem is told at once. The environment wins over ``.env``. An empty value counts as not set.
"""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from dotenv import dotenv_values
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bridge.errors import SettingsError

T = TypeVar("T")

NAMES = (
    "RABATTKONTO_DATA",
    "DATABASE_URL",
    "REDIS_URL",
    "PUBLIC_URL",
    "HOST",
    "PORT",
    "SECRET_KEY",
    "SECRET_KEY_FILE",
    "ALLOW_PRIVATE_SHOPS",
    "MAX_BODY_BYTES",
    "LOG_LEVEL",
    "LOG_FORMAT",
    "RABATTKONTO_LANGUAGE",
    "WORKERS",
    "RECONCILE_EVERY",
    "CLAIM",
    "MAIL_GUESTS",
    "CODE_PREFIX",
    "TRUSTED_PROXIES",
    "BACKUP_DAYS",
    "RAW_BODIES_DAYS",
    "SMTP_URL",
    "MAIL_FROM",
    "METRICS_TOKEN",
)
"""Every setting there is; ``.env.example`` explains the same ones."""

_NOT_OURS = frozenset({"RABATTKONTO_REQUIRE", "RABATTKONTO_ENV"})
"""Read by the test suite and the bootstrap, so they are no misspelt settings."""

_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_KEY_BYTES = 32
_SHORTEST_TOKEN = 20


@dataclass(frozen=True, slots=True)
class Settings:
    """How this installation runs.

    ``keys`` is empty when no key was given: ``vault.open_vault`` then uses the one in the data folder.
    ``redis_url`` None asks for the embedded Valkey. ``reconcile_every`` is in seconds. ``backup_days`` is how
    long nightly backups are kept, 0 for making none. Without ``smtp_url`` no mail is kept or sent; without
    ``metrics_token`` there is no ``/metrics``.
    """

    data: Path
    database_url: str = field(repr=False)
    redis_url: str | None = field(default=None, repr=False)
    public_url: str = "http://127.0.0.1:8890"
    host: str = "127.0.0.1"
    port: int = 8890
    keys: tuple[bytes, ...] = field(default=(), repr=False)
    allow_private_shops: frozenset[str] = frozenset()
    max_body_bytes: int = 5 * 1024 * 1024
    log_level: str = "INFO"
    log_format: str = "plain"
    language: str = "de"
    workers: int = 1
    reconcile_every: int = 60
    claim: str = "mailbox"
    mail_guests: str = "no"
    code_prefix: str = "guthaben-"
    trusted_proxies: int = 0
    backup_days: int = 14
    raw_bodies_days: int = 30
    smtp_url: str | None = field(default=None, repr=False)
    mail_from: str = ""
    metrics_token: str | None = field(default=None, repr=False)

    @classmethod
    def load(cls, environ: Mapping[str, str], dotenv_path: Path | None = None) -> "Settings":
        """Read all settings; ``SettingsError`` names everything that is wrong and what to write instead."""
        reader = _Reader(_merged(environ, dotenv_path))
        settings = _read(reader)
        if reader.problems:
            raise SettingsError(reader.problems)
        return settings

    @property
    def running_lock(self) -> Path:
        """The file that is locked by whoever runs this installation or puts another database in its place."""
        return self.data / "serve.lock"

    @property
    def embedded_queue(self) -> bool:
        """Whether our own Valkey runs, for want of a ``REDIS_URL``."""
        return self.redis_url is None

    def environ(self) -> dict[str, str]:
        """The variables from which ``load`` builds these settings again: how child processes get them."""
        values = {
            "RABATTKONTO_DATA": str(self.data),
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url or "",
            "PUBLIC_URL": self.public_url,
            "HOST": self.host,
            "PORT": str(self.port),
            "SECRET_KEY": ",".join(base64.urlsafe_b64encode(key).decode() for key in self.keys),
            "SECRET_KEY_FILE": "",
            "ALLOW_PRIVATE_SHOPS": ",".join(sorted(self.allow_private_shops)),
            "MAX_BODY_BYTES": str(self.max_body_bytes),
            "LOG_LEVEL": self.log_level,
            "LOG_FORMAT": self.log_format,
            "RABATTKONTO_LANGUAGE": self.language,
            "WORKERS": str(self.workers),
            "RECONCILE_EVERY": str(self.reconcile_every),
            "CLAIM": self.claim,
            "MAIL_GUESTS": self.mail_guests,
            "CODE_PREFIX": self.code_prefix,
            "TRUSTED_PROXIES": str(self.trusted_proxies),
            "BACKUP_DAYS": str(self.backup_days),
            "RAW_BODIES_DAYS": str(self.raw_bodies_days),
            "SMTP_URL": self.smtp_url or "",
            "MAIL_FROM": self.mail_from,
            "METRICS_TOKEN": self.metrics_token or "",
        }
        return {name: value for name, value in values.items() if value}

    def webhook_url(self, platform: str, token: str) -> str:
        """The address that a shop sends its deliveries to."""
        return f"{self.public_url}/webhooks/{platform}/{token}"


def _merged(environ: Mapping[str, str], dotenv_path: Path | None) -> dict[str, str]:
    file = dotenv_values(dotenv_path, interpolate=False) if dotenv_path and dotenv_path.is_file() else {}
    values = {name: value for name, value in file.items() if value is not None}
    values.update(environ)
    return {name: value.strip() for name, value in values.items() if value.strip()}


class _Reader:
    """Takes settings one by one and collects what is wrong with them."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values
        self.problems = [
            f"{name} is not a setting of rabattkonto; see .env.example for their names"
            for name in sorted(values)
            if name.startswith("RABATTKONTO_") and name not in NAMES and name not in _NOT_OURS
        ]

    def take(self, name: str, default: T, parse: Callable[[str], T]) -> T:
        """The parsed value. A ``ValueError`` of ``parse`` becomes a problem: it says what to write."""
        text = self.values.get(name)
        if text is None:
            return default
        try:
            return parse(text)
        except ValueError as problem:
            self.problems.append(f"{name} {problem}")
            return default


def _read(reader: _Reader) -> Settings:
    data = reader.take("RABATTKONTO_DATA", Path("data").absolute(), _folder)
    host = reader.take("HOST", "127.0.0.1", str)
    port = reader.take("PORT", 8890, _whole(1, 65535))
    return Settings(
        data=data,
        database_url=reader.take("DATABASE_URL", f"sqlite:///{data / 'rabattkonto.db'}", _database),
        redis_url=reader.take("REDIS_URL", None, _redis),
        public_url=reader.take("PUBLIC_URL", _own_address(host, port), _address),
        host=host,
        port=port,
        keys=_keys(reader),
        allow_private_shops=reader.take("ALLOW_PRIVATE_SHOPS", frozenset(), _hosts),
        max_body_bytes=reader.take("MAX_BODY_BYTES", 5 * 1024 * 1024, _whole(64 * 1024, 100 * 1024 * 1024)),
        log_level=reader.take("LOG_LEVEL", "INFO", lambda text: _one_of(*_LEVELS)(text.upper())),
        log_format=reader.take("LOG_FORMAT", "plain", _one_of("plain", "json")),
        language=reader.take("RABATTKONTO_LANGUAGE", "de", _one_of("de", "en")),
        workers=reader.take("WORKERS", 1, _whole(1, 64)),
        reconcile_every=reader.take("RECONCILE_EVERY", 60, _whole(1, 7 * 24 * 3600)),
        claim=reader.take("CLAIM", "mailbox", _one_of("mailbox", "registration")),
        mail_guests=reader.take("MAIL_GUESTS", "no", _one_of("no", "yes")),
        code_prefix=reader.take("CODE_PREFIX", "guthaben-", _prefix),
        trusted_proxies=reader.take("TRUSTED_PROXIES", 0, _whole(0, 10)),
        backup_days=reader.take("BACKUP_DAYS", 14, _whole(0, 3650)),
        raw_bodies_days=reader.take("RAW_BODIES_DAYS", 30, _whole(1, 3650)),
        smtp_url=reader.take("SMTP_URL", None, _smtp),
        mail_from=_sender(reader),
        metrics_token=reader.take("METRICS_TOKEN", None, _long),
    )


def _smtp(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ValueError("is not the address of a mail server; write smtps://user:password@mail.example.com")
    return text


def _sender(reader: _Reader) -> str:
    sender = reader.take("MAIL_FROM", "", _mailbox)
    if "SMTP_URL" in reader.values and "MAIL_FROM" not in reader.values:
        reader.problems.append("MAIL_FROM is missing beside SMTP_URL; write the address that mails come from")
    return sender


def _mailbox(text: str) -> str:
    if len(text.split()) != 1 or not 0 < text.find("@") < len(text) - 1:
        raise ValueError(f"is “{text}”; write one address without a name, like credit@shop.example.com")
    return text


def _long(text: str) -> str:
    if len(text) < _SHORTEST_TOKEN:
        raise ValueError(f"is too short to be safe; write at least {_SHORTEST_TOKEN} random characters")
    return text


def _own_address(host: str, port: int) -> str:
    reachable = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared, not bound
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"


def _folder(text: str) -> Path:
    return Path(text).expanduser().absolute()


def _database(text: str) -> str:
    for short in ("postgres://", "postgresql://"):
        if text.startswith(short):
            text = "postgresql+psycopg://" + text.removeprefix(short)
    try:
        driver = make_url(text).drivername
    except ArgumentError:
        driver = ""
    if driver not in {"sqlite", "postgresql+psycopg"}:
        raise ValueError("is not an address of a database; write postgresql://user:password@host/name")
    return text


def _redis(text: str) -> str:
    if urlsplit(text).scheme not in {"redis", "rediss", "unix"}:
        raise ValueError("is not an address of a queue; write redis://host:6379/0, or leave it out")
    return text


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(f"is “{text}”; write the address that shops can reach, like https://credit.example.com")
    return text.rstrip("/")


def _hosts(text: str) -> frozenset[str]:
    hosts = [part.strip().lower() for part in text.split(",") if part.strip()]
    wrong = [host for host in hosts if "/" in host or "@" in host or " " in host]
    if wrong:
        raise ValueError(
            f"has “{wrong[0]}”; write host names, with a port where it matters: shop.lan:8080,shop2.lan"
        )
    return frozenset(hosts)


def _prefix(text: str) -> str:
    allowed = set("abcdefghijklmnopqrstuvwxyz0123456789-")
    if not set(text) <= allowed or not 2 <= len(text) <= 20:
        raise ValueError("must be 2 to 20 characters of a-z, 0-9 and “-”, like guthaben-")
    return text


def _whole(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        # int() also takes "1_000" and "+5", which nobody means in a settings file.
        number = int(text) if text.isascii() and text.isdigit() else -1
        if not least <= number <= most:
            raise ValueError(f"is “{text}”; write a whole number from {least} to {most}")
        return number

    return parse


def _one_of(*words: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in words:
            raise ValueError(f"is “{text}”; write one of: {', '.join(words)}")
        return text

    return parse


def _keys(reader: _Reader) -> tuple[bytes, ...]:
    if "SECRET_KEY" in reader.values and "SECRET_KEY_FILE" in reader.values:
        reader.problems.append("SECRET_KEY and SECRET_KEY_FILE are both set; keep one of them")
        return ()
    none: tuple[bytes, ...] = ()
    given = reader.take("SECRET_KEY", none, parse_keys)
    return given or reader.take("SECRET_KEY_FILE", none, lambda text: parse_keys(_content(Path(text))))


def _content(path: Path) -> str:
    try:
        return path.expanduser().read_text("utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise ValueError(f"cannot be read ({problem}); name a file with one key per line") from None


def parse_keys(text: str) -> tuple[bytes, ...]:
    """The keys of a list parted by commas or lines, newest first; ``ValueError`` says what is wrong."""
    words = text.replace(",", " ").split()
    keys = tuple(_key(word) for word in words)
    if not keys:
        raise ValueError("has no key in it; `rabattkonto` makes one itself when the setting is left out")
    return keys


def _key(word: str) -> bytes:
    # The text itself must never be repeated in a message: it may be a mistyped secret.
    try:
        key = base64.b64decode(word, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _KEY_BYTES:
        raise ValueError(
            "has a key that is not 32 random bytes in base64; make one with: python3 -c "
            '"import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())"'
        )
    return key
