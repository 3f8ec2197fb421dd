"""Tokens that a shop gives out for a while: kept sealed, and renewed by one process at a time."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bridge.errors import SealBroken, ShopAway
from bridge.ports import Token
from bridge.runtime import Runtime
from bridge.storage.alone import alone
from bridge.storage.models import Shop, ShopToken

_PATIENCE = 30.0
"""Seconds that somebody else's renewal may take."""

_PAUSE = 0.1


@dataclass(frozen=True, slots=True)
class KeptTokens:
    """The token of one stored shop, see ``bridge.ports.Tokens``. ``token`` is the shop's own, which seals it."""

    runtime: Runtime
    shop_id: int
    token: str

    def current(self) -> Token | None:
        """The token as it is kept; one that no key opens is asked for anew."""
        with self.runtime.db.reading() as session:
            row = session.get(ShopToken, self.shop_id)
        if row is None:
            return None
        try:
            kept = json.loads(self.runtime.vault.unseal(self.token, "token", row.sealed))
        except SealBroken:
            return None
        return Token(kept["value"], datetime.fromisoformat(kept["expires_at"]))

    def renew(self, known: Token | None, ask: Callable[[], Token]) -> Token:
        """Another token than ``known``; whoever finds a renewal under way waits for it and takes its token."""
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            with alone(self.runtime.db, f"token-{self.shop_id}") as mine:
                if mine:
                    kept = self.current()
                    return kept if kept is not None and kept != known else self._keep(ask())
            time.sleep(_PAUSE)
        raise ShopAway(
            "Another process has been renewing the access to this shop for too long. We ask again later."
        )

    def _keep(self, token: Token) -> Token:
        text = json.dumps({"value": token.value, "expires_at": token.expires_at.isoformat()})
        sealed = self.runtime.vault.seal(self.token, "token", text)
        with self.runtime.db.transaction() as session:
            session.merge(ShopToken(shop_id=self.shop_id, sealed=sealed))
        return token


def forget(session: Session, shop: Shop) -> None:
    """Throw the kept token away: the access it was given for is another one now, or none."""
    row = session.get(ShopToken, shop.id or 0)
    if row is not None:
        session.delete(row)
