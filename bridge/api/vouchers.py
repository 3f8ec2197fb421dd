"""Promotional codes: listing, making, withdrawing."""

from bridge.api import cursors, models
from bridge.api.models import money
from bridge.api.operations import Call, Nothing, Operation, shop_amount
from bridge.errors import Refused
from bridge.services import vouchers
from bridge.services.contact import load_shop
from bridge.services.tokens import Scope
from bridge.storage import vouchers as store
from bridge.storage.vouchers import Listed


def list_vouchers(call: Call[models.Paging, Nothing]) -> models.VoucherPage:
    """The shop's promotional codes, oldest first."""
    limit, currency = call.query.limit, load_shop(call.runtime, call.shop).currency
    with call.runtime.db.reading() as session:
        found = store.listed(session, call.shop, cursors.read(call.query.cursor), limit + 1)
    following = cursors.write(found[limit - 1].voucher.id or 0) if len(found) > limit else None
    return models.VoucherPage(items=[_voucher(item, currency) for item in found[:limit]], next=following)


def make_vouchers(call: Call[Nothing, models.VoucherWish]) -> models.VoucherBatch:
    """Make promotional codes and put them into the shop. Counts once for each Idempotency-Key."""
    by = f"{call.bearer.name} {call.mark}"
    with call.runtime.db.reading() as session:
        batch, codes = store.made_by(session, call.shop, by)
    if batch:
        return models.VoucherBatch(batch=batch, codes=codes, problem="")
    made = vouchers.create(call.runtime, call.shop, _wish(call), by)
    return models.VoucherBatch(batch=made.batch, codes=list(made.codes), problem=made.problem)


def withdraw_vouchers(call: Call[Nothing, models.Withdrawal]) -> models.Withdrawn:
    """Take codes out of the shop. Orders that used one keep what it took off."""
    batch, code = call.body.batch, call.body.code
    if (batch is None) == (code is None):
        raise Refused("Give either batch or code. Nothing was withdrawn.")
    return models.Withdrawn(withdrawn=vouchers.withdraw(call.runtime, call.shop, batch, code))


def _wish(call: Call[Nothing, models.VoucherWish]) -> vouchers.Wish:
    wish = call.body
    return vouchers.Wish(
        value=shop_amount(call, wish.value),
        last_day=wish.last_day,
        count=wish.count,
        code=wish.code,
        email=wish.email,
        minimum=shop_amount(call, wish.minimum) if wish.minimum else 0,
        uses=wish.uses,
        prefix=wish.prefix,
    )


def _voucher(item: Listed, currency: str) -> models.Voucher:
    return models.Voucher(
        code=item.voucher.code,
        batch=item.batch.id or 0,
        value=money(item.batch.value, currency),
        minimum=money(item.batch.minimum, currency),
        last_day=item.batch.last_day,
        uses=item.batch.uses,
        used=item.used,
        state=item.voucher.state,
        problem=item.voucher.problem,
    )


OPERATIONS = (
    Operation("GET", "/vouchers", Scope.VOUCHERS_READ, list_vouchers, models.VoucherPage, models.Paging),
    Operation(
        "POST",
        "/vouchers",
        Scope.VOUCHERS_WRITE,
        make_vouchers,
        models.VoucherBatch,
        body=models.VoucherWish,
        deed="vouchers made",
        status=201,
        keyed=True,
    ),
    Operation(
        "POST",
        "/vouchers/withdrawals",
        Scope.VOUCHERS_WRITE,
        withdraw_vouchers,
        models.Withdrawn,
        body=models.Withdrawal,
        deed="vouchers withdrawn",
    ),
)
