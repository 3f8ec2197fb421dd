"""The adviser's choice about referral credit: until it is recorded, a merchant may keep such credit locked."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from bridge.errors import Refused
from bridge.runtime import Runtime
from bridge.services.contact import find_shop
from bridge.services.settle import settle_accounts
from bridge.storage import gates
from bridge.storage.models import Entry


@dataclass(frozen=True, slots=True)
class Choice:
    """What holds for referral credit, who said so and when (UTC); without a decision it can be used."""

    locked: bool = False
    choice: str = ""
    by: str = ""
    at: datetime | None = None


def standing(session: Session, shop_id: int) -> Choice:
    """What holds now."""
    found = gates.newest(session, shop_id)
    if found is None:
        return Choice()
    at, said = found
    return Choice(bool(said["locked"]), said["choice"], said["by"], at)


def lock(runtime: Runtime, shop_id: int, by: str) -> None:
    """From now on referral credit is pending, also what could be used so far; what was spent stays spent."""
    _turn(runtime, shop_id, locked=True, choice="", by=by)


def record(runtime: Runtime, shop_id: int, choice: str, by: str) -> None:
    """Keep the adviser's choice and let referral credit be used. ``Refused`` without words or a name."""
    if not choice.strip() or not by.strip():
        raise Refused("Say what the adviser chose (--choice) and who records it (--by). Nothing was changed.")
    _turn(runtime, shop_id, locked=False, choice=choice.strip(), by=by.strip())


def _turn(runtime: Runtime, shop_id: int, *, locked: bool, choice: str, by: str) -> None:
    with runtime.db.transaction() as session:
        find_shop(session, shop_id)
        gates.turn(session, shop_id, runtime.clock(), locked=locked, choice=choice, by=by)
        owners = select(Entry.account_id).where(Entry.shop_id == shop_id, Entry.kind == "referral").distinct()
        accounts = list(session.exec(owners.order_by(col(Entry.account_id))))
    settle_accounts(runtime, shop_id, accounts)
    runtime.bell.ring("push", shop_id)
