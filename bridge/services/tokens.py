"""Tokens by which programs of one shop use the interface: made, listed, revoked, recognised.

A token is random and shown once; only its hash is stored. Revoking keeps the row, for it says who did what.
"""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import update
from sqlmodel import Session, col, select

from bridge.errors import NotFound, Refused
from bridge.runtime import Runtime
from bridge.services import trail
from bridge.services.contact import find_shop
from bridge.storage.models import ApiToken

PREFIX = "rk_"
"""So that a token is recognised where it should not be, in a log or a public file."""

_USED_EVERY = timedelta(minutes=5)


class Scope(StrEnum):
    """What a token allows. Reading and writing are told apart; nothing includes anything else."""

    ACCOUNTS_READ = "accounts:read"
    ENTRIES_READ = "entries:read"
    ADJUST = "adjust"
    VOUCHERS_READ = "vouchers:read"
    VOUCHERS_WRITE = "vouchers:write"
    PARTNERS_READ = "partners:read"
    PARTNERS_WRITE = "partners:write"
    PROGRAMME_READ = "programme:read"
    PROGRAMME_WRITE = "programme:write"
    SIMULATE = "simulate"


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who asks: the token's number, the one shop it is for, what it allows, and what people call it."""

    token: int
    shop: int
    scopes: frozenset[str]
    label: str = ""

    @property
    def name(self) -> str:
        """Whom the books name as the one who did it."""
        return f"token:{self.token}"

    @property
    def known_as(self) -> str:
        """Whom the trail names, as people know the token."""
        return f"{self.name} ({self.label})"


def make(runtime: Runtime, shop_id: int, name: str, scopes: Collection[str]) -> tuple[int, str]:
    """A new token: its number and its text, which is kept nowhere. ``Refused`` without a name or a scope."""
    if not name.strip() or not scopes:
        raise Refused("A token needs a name, and at least one --scope. Nothing was made.")
    text = PREFIX + secrets.token_urlsafe(32)
    with runtime.db.transaction() as session:
        find_shop(session, shop_id)
        row = ApiToken(
            shop_id=shop_id,
            name=name.strip(),
            token_hash=_hash(text),
            scopes=sorted(Scope(scope).value for scope in scopes),
            made_at=runtime.clock(),
        )
        session.add(row)
        session.flush()
        trail.note(session, runtime, None, "token made", f"token:{row.id}")
        return row.id or 0, text


def listed(runtime: Runtime) -> list[ApiToken]:
    """All tokens, also the revoked ones, oldest first."""
    with runtime.db.reading() as session:
        return list(session.exec(select(ApiToken).order_by(col(ApiToken.id))))


def revoke(runtime: Runtime, token_id: int) -> None:
    """End a token at once; ``NotFound`` when there is none that still works."""
    with runtime.db.transaction() as session:
        row = session.get(ApiToken, token_id)
        if row is None or row.revoked_at is not None:
            raise NotFound(f"There is no token {token_id} that still works; `rabattkonto token list` shows all.")
        row.revoked_at = runtime.clock()
        trail.note(session, runtime, None, "token revoked", f"token:{token_id}")


def revoke_all(session: Session, now: datetime) -> None:
    """End every token."""
    session.execute(update(ApiToken).where(col(ApiToken.revoked_at).is_(None)).values(revoked_at=now))


def recognise(runtime: Runtime, text: str) -> Bearer | None:
    """Whose token this is; None for one that was never made or was revoked."""
    with runtime.db.reading() as session:
        row = session.exec(select(ApiToken).where(col(ApiToken.token_hash) == _hash(text))).first()
    if row is None or row.revoked_at is not None:
        return None
    if row.used_at is None or runtime.clock() - row.used_at > _USED_EVERY:
        _note_used(runtime, row.id or 0)
    return Bearer(row.id or 0, row.shop_id, frozenset(row.scopes), row.name)


def _note_used(runtime: Runtime, token_id: int) -> None:
    with runtime.db.transaction() as session:
        session.get_one(ApiToken, token_id).used_at = runtime.clock()


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
