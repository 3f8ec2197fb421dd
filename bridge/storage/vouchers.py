"""Vouchers as they are stored: promotional codes with their own record, apart from the ledger."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlmodel import Session, col

from bridge.domain.orders import LIVE, Order
from bridge.storage.dialect import upsert
from bridge.storage.models import Voucher, VoucherBatch, VoucherUse

OPEN = ("planned", "withdrawing")
"""States in which the shop has still to be told."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A code with the batch it belongs to, and how many orders carry it."""

    voucher: Voucher
    batch: VoucherBatch
    used: int


def add(session: Session, batch: VoucherBatch, codes: Sequence[str]) -> int:
    """Store a batch with its codes, before the shop hears of them; the batch's id."""
    session.add(batch)
    session.flush()
    rows = [{"batch_id": batch.id, "shop_id": batch.shop_id, "code": code} for code in codes]
    session.execute(
        insert(Voucher), [{**row, "state": "planned", "external_id": "", "problem": ""} for row in rows]
    )
    return batch.id or 0


def taken(session: Session, shop_id: int, codes: Collection[str]) -> set[str]:
    """Those of the codes that this shop has had already."""
    statement = select(col(Voucher.code)).where(col(Voucher.shop_id) == shop_id, col(Voucher.code).in_(list(codes)))
    return set(session.execute(statement).scalars())


def waiting(session: Session, shop_id: int, limit: int) -> list[tuple[Voucher, VoucherBatch]]:
    """Codes that the shop has still to be told of."""
    statement = (
        select(Voucher, VoucherBatch)
        .join(VoucherBatch, col(VoucherBatch.id) == col(Voucher.batch_id))
        .where(col(Voucher.shop_id) == shop_id, col(Voucher.state).in_(OPEN))
        .order_by(col(Voucher.id))
        .limit(limit)
    )
    return [(row[0], row[1]) for row in session.execute(statement)]


def write(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Keep what became of codes: ``the_voucher`` (its id), ``new_state``, ``new_external_id``, ``new_problem``."""
    if rows:
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in ("state", "external_id", "problem")}
        statement = update(Voucher).where(col(Voucher.id) == bindparam("the_voucher")).values(values)
        session.connection().execute(statement, list(rows))
        session.expire_all()


def withdraw(session: Session, shop_id: int, batch: int | None, code: str | None) -> int:
    """Mark a batch or one code for withdrawal; how many codes that are."""
    found = (col(Voucher.shop_id) == shop_id, col(Voucher.state).in_(("planned", "live")))
    which = col(Voucher.batch_id) == batch if batch is not None else col(Voucher.code) == (code or "").lower()
    statement = select(col(Voucher.id)).where(*found, which)
    ids = list(session.execute(statement).scalars())
    session.execute(update(Voucher).where(*found, which).values(state="withdrawing"))
    return len(ids)


def listed(session: Session, shop_id: int, after: int = 0, limit: int | None = None) -> list[Listed]:
    """Codes of the shop, oldest batch first: all, or so many with greater ids than ``after``."""
    uses = (
        select(col(VoucherUse.voucher_id), func.count().label("used"))
        .where(col(VoucherUse.shop_id) == shop_id, col(VoucherUse.counts))
        .group_by(col(VoucherUse.voucher_id))
        .subquery()
    )
    statement = (
        select(Voucher, VoucherBatch, func.coalesce(uses.c.used, 0))
        .join(VoucherBatch, col(VoucherBatch.id) == col(Voucher.batch_id))
        .join(uses, uses.c.voucher_id == col(Voucher.id), isouter=True)
        .where(col(Voucher.shop_id) == shop_id, col(Voucher.id) > after)
        .order_by(col(Voucher.id))
        .limit(limit)
    )
    return [Listed(*row) for row in session.execute(statement)]


def made_by(session: Session, shop_id: int, by: str) -> tuple[int, list[str]]:
    """The batch that somebody made under this name, with its codes; 0 and none when there is none."""
    rows = session.execute(
        select(col(Voucher.batch_id), col(Voucher.code))
        .join(VoucherBatch, col(VoucherBatch.id) == col(Voucher.batch_id))
        .where(col(VoucherBatch.shop_id) == shop_id, col(VoucherBatch.made_by) == by)
        .order_by(col(Voucher.id))
    ).all()
    return (rows[0].batch_id, [row.code for row in rows]) if rows else (0, [])


def note_uses(session: Session, shop_id: int, orders: Iterable[Order]) -> None:
    """Keep which orders carry a voucher now; a cancelled order, or one that lost its code, gives the use back."""
    seen = list(orders)
    session.execute(
        update(VoucherUse)
        .where(col(VoucherUse.shop_id) == shop_id, col(VoucherUse.order_id).in_([order.id for order in seen]))
        .values(counts=False)
    )
    codes = {code for order in seen for code in order.coupons}
    if not codes:
        return
    known = _ids(session, shop_id, codes)
    rows = [
        {
            "shop_id": shop_id,
            "order_id": order.id,
            "voucher_id": known[code],
            "placed": order.placed,
            "counts": order.state in LIVE and not order.test,
        }
        for order in seen
        for code in order.coupons
        if code in known
    ]
    if rows:
        statement = upsert(session, VoucherUse)
        newest = {"counts": statement.excluded["counts"]}
        keys = ["shop_id", "order_id", "voucher_id"]
        session.execute(statement.on_conflict_do_update(index_elements=keys, set_=newest), rows)


def _ids(session: Session, shop_id: int, codes: Collection[str]) -> dict[str, int]:
    rows = session.execute(
        select(col(Voucher.code), col(Voucher.id)).where(
            col(Voucher.shop_id) == shop_id, col(Voucher.code).in_(list(codes))
        )
    )
    return {row.code: row.id for row in rows}
