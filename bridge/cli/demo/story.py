"""The story: what Anna and the shop's owner do, and after each step what must be seen then, in ledger and shop."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlmodel import col, func, select

from bridge.cli.demo.stage import Stage
from bridge.domain import money
from bridge.reports.statement import Statement, find_account, statement
from bridge.storage.models import Delivery


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found at one look, and whether it is what must be."""

    ok: bool
    what: str


@dataclass(frozen=True, slots=True)
class Step:
    """One sentence of the story: what happens, and how to look for what must come of it."""

    what: str
    happen: Callable[[], None]
    look: Callable[[], Seen]


class Story:
    """One customer from her first order to a webhook that never came."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._shop = stage.shop
        self._orders: list[str] = []

    def steps(self) -> Iterator[Step]:
        """The steps in their order; each begins when the one before was seen."""
        yield Step("Anna orders two T-shirts and a mug and will pay later", self._first_order, self._kept)
        yield Step("The money comes in: 2 × 1.50 and 3 % of the mug are booked", self._money, self._books("3.30"))
        yield Step("Her credit is live in the shop as one code", _nothing, self._code("3.30"))
        yield Step(
            "Her next basket takes it by itself, and three T-shirts earn anew", self._next, self._took("3.30")
        )
        yield Step("What it earned is her new code, the old one is retired", _nothing, self._code("4.50"))
        yield Step("A basket smaller than the credit takes only what it costs", self._small, self._took("2.50"))
        yield Step("The rest lives on as the next code", _nothing, self._code("2.00"))
        yield Step("One T-shirt of the first order comes back: its 1.50 goes", self._return, self._books("0.50"))
        yield Step("The code in the shop is lowered to what is left", _nothing, self._code("0.50"))
        yield Step("Anna buys a mug, but every message of the shop is lost", self._lost, self._silence)
        yield Step("Reading the shop finds the order and books it", _nothing, self._healed)
        yield Step("The books prove themselves", _nothing, self._proof)

    # --- what happens ---------------------------------------------------------------------------

    def _first_order(self) -> None:
        self._buy([("TEE-RED", 2), ("MUG", 1)], later=True)

    def _money(self) -> None:
        self._shop.pay(self._orders[0])

    def _next(self) -> None:
        self._buy([("TEE-RED", 3)])

    def _small(self) -> None:
        self._buy([("STICKER", 1)])

    def _return(self) -> None:
        self._shop.take_back_one(self._orders[0])

    def _lost(self) -> None:
        self._shop.fall_silent()
        self._buy([("MUG", 1)])

    def _buy(self, items: list[tuple[str, int]], later: bool = False) -> None:
        self._orders.append(self._shop.buy(items, later))

    # --- what must be seen ----------------------------------------------------------------------

    def _kept(self) -> Seen:
        count = self._messages(self._orders[0])
        return Seen(count > 0, f"{count} messages from the shop settled, nothing booked before it is paid")

    def _books(self, balance: str) -> Callable[[], Seen]:
        def look() -> Seen:
            account = self._account()
            return Seen(_plain(account, account.balance) == balance, _figures(account))

        return look

    def _code(self, worth: str) -> Callable[[], Seen]:
        def look() -> Seen:
            live = self._shop.live()
            amounts = [money.plain(amount, "EUR") for _, amount in live]
            shown = self._shop.shown() in {code for code, _ in live}
            codes = ", ".join(f"{code} worth {amount}" for (code, _), amount in zip(live, amounts, strict=True))
            return Seen(amounts == [worth] and shown, codes or "no live code in the shop")

        return look

    def _took(self, amount: str) -> Callable[[], Seen]:
        def look() -> Seen:
            order = self._orders[-1]
            used, booked = money.plain(self._shop.taken(order), "EUR"), self._redeemed(order)
            return Seen(used == amount == booked, f"order {order} took {used}, booked as redeemed: {booked}")

        return look

    def _silence(self) -> Seen:
        order = self._orders[-1]
        arrived = self._shop.has_said_all() and self._messages(order) == 0
        if arrived:
            self._shop.speak_again()
        return Seen(arrived, f"no message about order {order} has arrived")

    def _healed(self) -> Seen:
        account = self._account()
        booked = self._redeemed(self._orders[-1])
        whole = booked == "0.50" and self._messages(self._orders[-1]) == 0
        return Seen(whole and _plain(account, account.balance) == "0.28", _figures(account))

    def _proof(self) -> Seen:
        from bridge.services import verify

        findings = verify.verify(self._stage.runtime)
        found = "; ".join(f"{finding.subject}: {finding.sentence}" for finding in findings)
        return Seen(not findings, found or "every balance, code and hash was calculated again and agrees")

    # --- looking --------------------------------------------------------------------------------

    def _account(self) -> Statement:
        runtime = self._stage.runtime
        with runtime.db.reading() as session:
            account = find_account(session, self._stage.shop_id, customer=self._shop.anna)
            return statement(session, account, runtime.clock(), language="en")

    def _messages(self, order: str) -> int:
        with self._stage.runtime.db.reading() as session:
            settled = select(func.count()).select_from(Delivery).where(Delivery.state == "settled")
            return session.exec(settled.where(col(Delivery.order_id) == order)).one()

    def _redeemed(self, order: str) -> str:
        account = self._account()
        lines = [line.entry for line in account.lines if line.entry.kind == "redemption"]
        amount = sum(entry.amount for entry in lines if f"/order:{order}" in entry.source)
        return _plain(account, -amount)


def _nothing() -> None:
    """What was begun goes on by itself; this step only looks."""


def _plain(account: Statement, amount: int) -> str:
    return money.plain(amount, account.currency)


def _figures(account: Statement) -> str:
    entries = ", ".join(f"{line.entry.kind} {_plain(account, line.entry.amount)}" for line in account.lines[-2:])
    return f"balance {_plain(account, account.balance)}; newest: {entries or 'none'}"
