"""Vouchers: promotional codes that win customers. They are given away, never sold and never paid out.

They have records of their own, from issue to use, and are no part of the ledger of credit. The code is chosen
and stored before it is sent, so that an attempt whose answer was lost finds its own code again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from secrets import randbelow
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bridge.domain.calendar import local_day
from bridge.domain.speakable import COUNT, speakable, typed
from bridge.errors import NotFound, Refused, ShopError
from bridge.ports import CodeRef, CodeWritten, ShopClient, VoucherWrite
from bridge.runtime import Runtime
from bridge.services import contact
from bridge.services.connect import client_of
from bridge.services.contact import find_shop
from bridge.storage import vouchers
from bridge.storage.alone import alone
from bridge.storage.models import Shop, Voucher, VoucherBatch

MOST = 10_000
"""Codes in one batch: more are a mistake, and would keep the shop busy for minutes."""

_BATCH = 100


@dataclass(frozen=True, slots=True)
class Wish:
    """What a batch should be. Amounts are minor units as the shop states its prices; ``email`` empty: anybody.

    ``code`` is the merchant's own word for a single code; otherwise ``count`` codes are made up.
    """

    value: int
    last_day: date
    count: int = 1
    code: str = ""
    email: str = ""
    minimum: int = 0
    uses: int = 1
    prefix: str = "gutschein"


@dataclass(frozen=True, slots=True)
class Made:
    """A new batch. ``problem`` is why the shop does not have its codes yet; they are sent again by themselves."""

    batch: int
    codes: tuple[str, ...]
    problem: str = ""


def create(runtime: Runtime, shop_id: int, wish: Wish, by: str) -> Made:
    """Store a batch and tell the shop. ``Refused`` for a wish that makes no sense or a code that is taken."""
    with runtime.db.transaction() as session:
        shop = find_shop(session, shop_id)
        _refuse_nonsense(wish, shop, local_day(runtime.clock(), ZoneInfo(shop.timezone)))
        codes = _codes(session, shop, wish)
        batch = VoucherBatch(
            shop_id=shop_id,
            value=wish.value,
            minimum=wish.minimum,
            email=wish.email.strip().lower(),
            uses=wish.uses,
            last_day=wish.last_day,
            made_at=runtime.clock(),
            made_by=by,
        )
        number = vouchers.add(session, batch, codes)
    return Made(number, tuple(codes), push(runtime, shop_id))


def withdraw(runtime: Runtime, shop_id: int, batch: int | None = None, code: str | None = None) -> int:
    """Take a batch or one code out of the shop; how many codes that are. Orders that used one keep it.

    Raises ``NotFound`` when there is nothing to withdraw.
    """
    with runtime.db.transaction() as session:
        find_shop(session, shop_id)
        count = vouchers.withdraw(session, shop_id, batch, code)
    if not count:
        raise NotFound("There is no such voucher that could still be used. `rabattkonto voucher list` shows all.")
    push(runtime, shop_id)
    return count


def push(runtime: Runtime, shop_id: int) -> str:
    """Tell the shop of every code that it has still to hear of; why that stopped early, empty when it is done."""
    shop = contact.load_shop(runtime, shop_id)
    if contact.is_waiting(runtime, shop):
        return shop.problem
    with alone(runtime.db, f"vouchers-{shop_id}") as mine:
        if not mine:
            return ""
        try:
            client = client_of(runtime, shop)
            while _push_some(runtime, shop_id, client):
                pass
        except ShopError as error:
            contact.failed(runtime, shop_id, error)
            return str(error)
    return ""


def _push_some(runtime: Runtime, shop_id: int, client: ShopClient) -> bool:
    """Send one request's worth; whether there was anything."""
    with runtime.db.reading() as session:
        waiting = vouchers.waiting(session, shop_id, _BATCH)
    if not waiting:
        return False
    writes = [_write(voucher, batch) for voucher, batch in waiting]
    answers = _adopted(client, writes, client.write_vouchers(writes))
    rows = [_row(*told, answer) for told, answer in zip(waiting, answers, strict=True)]
    with runtime.db.transaction() as session:
        vouchers.write(session, rows)
    return True


def _write(voucher: Voucher, batch: VoucherBatch) -> VoucherWrite:
    return VoucherWrite(
        ref=CodeRef(voucher.code, voucher.external_id),
        value=batch.value,
        minimum=batch.minimum,
        email=batch.email,
        uses=batch.uses,
        last_day=batch.last_day,
        mark=f"batch:{batch.id}",
        withdrawn=voucher.state == "withdrawing",
    )


def _adopted(
    client: ShopClient, writes: Sequence[VoucherWrite], answers: Sequence[CodeWritten]
) -> list[CodeWritten]:
    """A code that the shop has already is ours when it carries our mark: an answer of the shop was lost."""
    doubled = [write for write, answer in zip(writes, answers, strict=True) if answer.exists]
    there = client.codes([write.ref for write in doubled]) if doubled else {}
    marks = {write.ref.code: write.mark for write in doubled}
    ours = {code: found for code, found in there.items() if found.voucher == marks.get(code)}
    again = {
        write.ref.code: _with_id(write, ours[write.ref.code].external_id)
        for write in doubled
        if write.ref.code in ours
    }
    written = dict(zip(again, client.write_vouchers(list(again.values())), strict=True)) if again else {}
    return [written.get(write.ref.code, answer) for write, answer in zip(writes, answers, strict=True)]


def _with_id(write: VoucherWrite, external_id: str) -> VoucherWrite:
    return VoucherWrite(
        CodeRef(write.ref.code, external_id), write.value, write.minimum, write.email, write.uses, write.last_day,
        write.mark, write.withdrawn,
    )  # fmt: skip


def _row(voucher: Voucher, batch: VoucherBatch, answer: CodeWritten) -> dict[str, Any]:
    state, problem = _outcome(voucher, batch, answer)
    external_id = answer.now.external_id if answer.now else voucher.external_id
    return {
        "the_voucher": voucher.id,
        "new_state": state,
        "new_external_id": external_id,
        "new_problem": problem,
    }


def _outcome(voucher: Voucher, batch: VoucherBatch, answer: CodeWritten) -> tuple[str, str]:
    if voucher.state == "withdrawing" and (answer.now is not None or answer.gone):
        return "withdrawn", voucher.problem
    if voucher.state == "withdrawing":
        return "live", answer.refusal or "The shop could not withdraw it; withdraw it again."
    if answer.exists:
        return "refused", "The shop has this code from somebody else."
    if answer.now is None:
        return "refused", answer.refusal or "The shop did not say what became of it."
    if batch.email and not answer.now.holders:
        # WooCommerce drops an address that it does not like without a word, and the code is open to everybody.
        return "withdrawing", f"The shop does not take the address {batch.email}; the code was withdrawn."
    return "live", ""


# --- what may be wished for -------------------------------------------------------------------------


def _refuse_nonsense(wish: Wish, shop: Shop, today: date) -> None:
    if wish.value <= 0 or wish.minimum < 0:
        raise Refused("A voucher needs a value above zero and no negative minimum. Nothing was made.")
    if wish.last_day < today:
        raise Refused(f"The last day {wish.last_day.isoformat()} is over already. Nothing was made.")
    if not 1 <= wish.count <= MOST or wish.uses < 1:
        raise Refused(f"Make 1 to {MOST} codes, each to be used at least once. Nothing was made.")
    if wish.code and wish.count != 1:
        raise Refused("A code of your own is one code; leave out --count or --code. Nothing was made.")
    if (wish.code or wish.prefix).lower().startswith(shop.code_prefix):
        raise Refused(f"Codes with “{shop.code_prefix}” are credit; choose another word. Nothing was made.")


def _codes(session: Session, shop: Shop, wish: Wish) -> list[str]:
    try:
        own, prefix = typed(wish.code) if wish.code else "", typed(wish.prefix)
    except ValueError as problem:
        raise Refused(f"{problem}. Nothing was made.") from None
    if own and vouchers.taken(session, shop.id or 0, [own]):
        raise Refused(f"The code {own} was given out before. Nothing was made.")
    return [own] if own else _made_up(session, shop.id or 0, prefix, wish.count)


def _made_up(session: Session, shop_id: int, prefix: str, count: int) -> list[str]:
    """Codes that nobody guesses: two speakable words each, close to fifty bits."""
    codes: set[str] = set()
    while len(codes) < count:
        fresh = {f"{prefix}-{_word()}-{_word()}" for _ in range(count - len(codes))}
        codes |= fresh - vouchers.taken(session, shop_id, fresh)
    return sorted(codes)


def _word() -> str:
    return speakable(randbelow(COUNT))
