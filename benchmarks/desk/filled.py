"""A ledger as if a shop had run for two years, written directly: settling a million entries would take an hour.

Its sums agree with each other, so the pages show what they would show; its hash chains are not made.
"""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, text
from sqlmodel import Session, SQLModel

from bridge.domain.orders import Article, CodeUse, Credit, Line, Order, State
from bridge.runtime import Runtime
from bridge.services.connect import Secrets, seal
from bridge.storage import search, totals
from bridge.storage.codec import pack_order, pack_why
from bridge.storage.models import (
    Account,
    ArticleState,
    Case,
    Contribution,
    Delivery,
    Entry,
    Identity,
    Lot,
    Offer,
    OrderState,
    OwnCredit,
    Partner,
    Person,
    ProgrammeVersion,
    Proposal,
    Shop,
    ShopTotal,
    Sponsorship,
)

PER_ACCOUNT = 10
"""Entries of an account: six purchases, two redemptions, a bonus and a correction."""

_PAGE = 20_000

PROGRAMME = """[programme]
name = "Teekonto"
currency = "EUR"
available_after_days = 14

[[earn]]
id = "tee"
category = ["Tee"]
percent = "5"

[[earn]]
id = "alles"
percent = "2"

[[bonus]]
id = "quartal"
kind = "turnover"
period = "quarter"
minimum = "100.00"
amount = "5.00"

[referral]
levels = ["10"]

[redeem]
minimum = "1.00"

[expiry]
months = 36
"""

_FIRST = (
    "Anna",
    "Bernd",
    "Çelik",
    "Doris",
    "Émile",
    "Frieda",
    "Georg",
    "Heike",
    "Ines",
    "Jürgen",
    "Klara",
    "Lotte",
)
_LAST = ("Müller", "Schmidt", "Weiß", "Öztürk", "Lüdenscheidt", "Vogel", "Amsel", "Buchfink", "Groß", "Nuñez")
_ARTICLES = ("Assam", "Darjeeling", "Sencha", "Earl Grey", "Rooibos", "Kamille", "Kanne", "Sieb", "Tasse", "Dose")


def fill(runtime: Runtime, entries: int, now: datetime | None = None, seed: int = 7) -> int:
    """Write a shop with so many entries; its number. ``now`` ends its two years; the clock's unless given."""
    maker = _Maker(runtime, entries // PER_ACCOUNT, now or runtime.clock(), random.Random(seed))  # noqa: S311 - data
    return maker.make()


class _Maker:
    def __init__(self, runtime: Runtime, accounts: int, now: datetime, chance: random.Random) -> None:
        self._runtime = runtime
        self._accounts = accounts
        self._now = now.replace(microsecond=0)
        self._chance = chance
        self._orders = 0

    def make(self) -> int:
        with self._runtime.db.transaction() as session:
            shop_id = self._shop(session)
            self._articles(session, shop_id)
            for start in range(1, self._accounts + 1, _PAGE // PER_ACCOUNT):
                page = range(start, min(start + _PAGE // PER_ACCOUNT, self._accounts + 1))
                self._page(session, shop_id, page)
            self._desk(session, shop_id)
            totals.count_anew(session, shop_id, ZoneInfo("Europe/Berlin"))
            made = totals.stand_made(session, shop_id)
            session.merge(
                ShopTotal(shop_id=shop_id, accounts=made.accounts, owed=made.owed, pending=made.pending,
                          overspent=made.overspent)
            )  # fmt: skip
        with self._runtime.db.engine.connect() as connection:
            connection.execute(text("ANALYZE"))
            connection.commit()
        return shop_id

    # --- the shop -------------------------------------------------------------------------------

    def _shop(self, session: Session) -> int:
        shop = Shop(
            platform="woocommerce", name="Teeladen am Markt", url="https://teeladen.example",
            token="filled",
            currency="EUR", timezone="Europe/Berlin", added_at=self._now - timedelta(days=730),
            secrets=seal(self._runtime, "filled", Secrets("k", "s", ("w",))),
            profile={"codes_enabled": True, "read_at": self._now.isoformat()},
            reconciled_at=self._now - timedelta(minutes=2), round_done_at=self._now - timedelta(hours=5),
        )  # fmt: skip
        session.add(shop)
        session.flush()
        session.add(ProgrammeVersion(shop_id=shop.id or 0, number=1, document=PROGRAMME, activated_at=self._now))
        return shop.id or 0

    def _articles(self, session: Session, shop_id: int) -> None:
        rows = [
            {
                "shop_id": shop_id, "article_id": str(1000 + n), "product_id": str(1000 + n), "sku": f"TEE-{n:04}",
                "name": f"{_ARTICLES[n % len(_ARTICLES)]} {50 * (1 + n % 9)} g", "categories": ["Tee"], "tags": [],
                "credit": 50 if n % 7 == 0 else None, "seen_at": self._now,
            }
            for n in range(2000)
        ]  # fmt: skip
        session.execute(insert(ArticleState), rows)
        own = [
            {"shop_id": shop_id, "sku": f"TEE-{n:04}", "credit": 75, "set_at": self._now} for n in range(0, 2000, 9)
        ]
        session.execute(insert(OwnCredit), own)

    # --- accounts, orders, entries --------------------------------------------------------------

    def _page(self, session: Session, shop_id: int, numbers: range) -> None:
        rows: dict[type[SQLModel], list[dict[str, Any]]] = {
            table: []
            for table in (Account, Identity, Person, OrderState, Contribution, Entry, Lot, Offer, Delivery, Partner,
                          Sponsorship)
        }  # fmt: skip
        for number in numbers:
            for table, row in self._account(shop_id, number):
                rows[table].append(row)
        for table, wanted in rows.items():
            if wanted:
                session.execute(insert(table), wanted)
        search.index(session, {row["account_id"]: (row["email"], row["name"]) for row in rows[Person]})

    def _account(self, shop_id: int, number: int) -> Iterator[tuple[type[SQLModel], dict[str, Any]]]:
        first, last = self._chance.choice(_FIRST), self._chance.choice(_LAST)
        opened = self._now - timedelta(days=self._chance.randint(1, 720), seconds=self._chance.randint(0, 86_000))
        booked = list(self._entries(shop_id, number, opened))
        balance = sum(entry["amount"] for entry in booked)
        pending = min(max(balance, 0), sum(e["amount"] for e in booked if e["usable_at"] > self._now))
        yield Account, {
            "id": number, "shop_id": shop_id, "token": f"{number:016x}", "currency": "EUR", "balance": balance,
            "pending": pending, "entries": len(booked), "head": b"", "opened_at": opened, "stale": False,
            "shown": "", "automatic": True,
        }  # fmt: skip
        yield (
            Identity,
            {"shop_id": shop_id, "kind": "customer", "value": str(number), "account_id": number, "since": opened},
        )
        yield Person, {
            "account_id": number, "email": f"{first}.{last}.{number}@kunden.example".lower(),
            "name": f"{first} {last}", "customer": str(number), "updated_at": opened,
        }  # fmt: skip
        for entry in booked:
            yield Entry, entry
        yield from self._orders_of(shop_id, number, booked)
        if balance > 0:
            yield Lot, {
                "account_id": number, "number": 1, "kind": "accrual", "source": booked[0]["source"],
                "rest": balance,
                "usable_at": booked[-1]["usable_at"], "expires_on": None,
            }  # fmt: skip
        if balance - pending > 100:
            yield Offer, {
                "shop_id": shop_id, "account_id": number, "sequence": 1, "code": f"guthaben-{number:08x}",
                "state": "live", "worth": balance - pending, "face": balance - pending, "taken": 0, "order_id": "",
                "holder": "", "external_id": "", "problem": "", "created_at": opened,
            }  # fmt: skip
        if number % 50 == 0:
            yield Partner, {"account_id": number, "shop_id": shop_id, "code": f"partner-{number}", "since": opened}
        elif number > 50 and number % 5 == 0:
            yield Sponsorship, {
                "account_id": number, "since": opened, "sponsor_id": number // 50 * 50, "cause": "", "by": "",
                "order_id": "",
            }  # fmt: skip

    def _entries(self, shop_id: int, number: int, opened: datetime) -> Iterator[dict[str, Any]]:
        for place in range(PER_ACCOUNT):
            order = self._orders + place + 1
            at = min(
                self._now, opened + (self._now - opened) * (place / PER_ACCOUNT) * self._chance.uniform(0.6, 1)
            )
            kind, source, amount, why = self._booking(place, order)
            yield {
                "shop_id": shop_id, "account_id": number, "number": place + 1, "kind": kind,
                "source": f"shop:{shop_id}/{source}", "revision": 1, "amount": amount, "currency": "EUR",
                "happened_at": at, "booked_at": at, "usable_at": at + timedelta(days=14 if amount > 0 else 0),
                "expires_on": None, "version": 1, "order_id": f"id{order}" if "order:" in source else None,
                "moves": False, "explanation": pack_why(why), "cause": f"delivery:{order}", "hash": b"",
            }  # fmt: skip
        self._orders += PER_ACCOUNT

    def _booking(self, place: int, order: int) -> tuple[str, str, int, dict[str, Any]]:
        if place in (3, 7):
            amount = -self._chance.randint(100, 900)
            return (
                "redemption",
                f"order:id{order}",
                amount,
                {"what": "redemption", "own": True, "number": str(order)},
            )
        if place == 5:
            why = {"what": "turnover", "period": "2026-Q1", "amount": 500, "minimum": 10000, "percent": ""}
            return "bonus", f"bonus:quartal/period:{order}", 500, why
        if place == 8:
            return "adjustment", f"adjust:{order}", 100, {"what": "adjustment", "amount": 100}
        paid = self._chance.randint(1500, 9000)
        rule, percent = ("tee", "5") if place % 2 else ("alles", "2")
        amount = paid * int(percent) // 100
        why = {
            "what": "percent", "basis": "gross", "article": self._chance.choice(_ARTICLES), "percent": percent,
            "of": paid, "amount": amount, "tax": "19", "pieces": 1, "returned": 0,
        }  # fmt: skip
        return "accrual", f"order:id{order}/line:1/rule:{rule}", amount, why

    def _orders_of(
        self, shop_id: int, account: int, booked: list[dict[str, Any]]
    ) -> Iterator[tuple[type[SQLModel], dict[str, Any]]]:
        for entry in booked:
            if entry["order_id"] is None:
                continue
            name, at = entry["order_id"], entry["happened_at"]
            unpaid = entry["kind"] == "redemption" and self._chance.random() < 0.001
            order = self._order(name, at, entry, unpaid=unpaid)
            yield OrderState, {
                "shop_id": shop_id, "order_id": name, "number": name.removeprefix("id"), "account_id": account,
                "state": order.state.value, "updated": at, "placed": at, "body": pack_order(order), "dirty": False,
                "suspect": False, "problem": "", "status": "on-hold" if unpaid else "completed", "method": "bacs",
                "adjusting": "",
            }  # fmt: skip
            yield Contribution, {
                "shop_id": shop_id, "order_id": name, "account_id": account, "placed": at, "paid_at": at,
                "turnover": 4200, "kept": True, "group_name": "", "memberships": [],
            }  # fmt: skip
            body = b'{"id": %s, "status": "completed", "total": "42.00"}' % name.removeprefix("id").encode()
            yield Delivery, {
                "shop_id": shop_id, "received_at": at, "topic": "order.updated", "origin": "https://teeladen.example",
                "headers": {"X-WC-Webhook-ID": "3"}, "body": body, "state": "settled", "order_id": name,
                "reason": "", "attempts": 1, "settled_at": at,
            }  # fmt: skip

    def _order(self, name: str, at: datetime, entry: dict[str, Any], *, unpaid: bool) -> Order:
        taken = -entry["amount"] if entry["kind"] == "redemption" else 0
        line = Line(
            "1", Article("1001", sku="TEE-0001", name="Assam 100 g"), 1, 4200, 3529, tax="19",
            credits=(Credit("guthaben-x", taken),) if taken else (),
        )  # fmt: skip
        return Order(
            id=name, number=name.removeprefix("id"), currency="EUR", state=State.OPEN if unpaid else State.PAID,
            updated=at, placed=at, lines=(line,), customer="1", paid_at=None if unpaid else at,
            codes=(CodeUse("guthaben-x", taken),) if taken else (), status="on-hold", method="bacs",
        )  # fmt: skip

    # --- what waits for the merchant ------------------------------------------------------------

    def _desk(self, session: Session, shop_id: int) -> None:
        token = f"{3:016x}"
        for subject, reason, sentence in (
            (
                "order:id12",
                "code used twice",
                "The code guthaben-x was used on order 12 although order 9 carries it.",
            ),
            (f"account:{token}", "no address", "This customer has credit to use, but the shop knows no address."),
            ("status:versandt/bacs", "paid table", "Orders can be “versandt” in the shop."),
            ("night", "backup", "The backup of this night failed: no space left on device"),
        ):
            session.add(
                Case(shop_id=shop_id, subject=subject, reason=reason, sentence=sentence,
                     opened_at=self._now - timedelta(hours=9))
            )  # fmt: skip
        for number, (state, reason) in enumerate(
            (
                ("attention", "The order cannot be understood: its line 2 has a negative price."),
                ("waiting", "the shop has to be asked, and is away"),
            )
        ):
            session.add(
                Delivery(shop_id=shop_id, received_at=self._now - timedelta(minutes=3 + number),
                         topic="order.created",
                         headers={}, body=b'{"id": 77}', state=state, order_id="77", reason=reason, attempts=2)
            )  # fmt: skip
        session.add(
            Proposal(shop_id=shop_id, account_id=3, amount=7500, reason="Kulanz nach Reklamation", asked_by=1,
                     asked_at=self._now - timedelta(hours=2))
        )  # fmt: skip
