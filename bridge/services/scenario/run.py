"""Tells a story to the real ledger in memory and compares what is said with what must be true."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import singledispatchmethod
from pathlib import Path
from secrets import token_bytes
from zoneinfo import ZoneInfo

import tomli_w
from sqlmodel import Session, col, select

from bridge.config import Settings
from bridge.domain import document, money
from bridge.domain.calendar import local_day, midnight
from bridge.domain.orders import CodeUse, Credit, Line, Order
from bridge.errors import BridgeError
from bridge.ports import Contact, CustomerSeen, OrderSeen
from bridge.runtime import Runtime
from bridge.services import adjust, budget, customers, partners, push, settle
from bridge.services.connect import Secrets, seal
from bridge.services.contact import find_shop
from bridge.services.scenario.shop import MemoryShop
from bridge.services.scenario.story import (
    ActivateTold,
    AdjustTold,
    CustomerTold,
    Event,
    Expectation,
    OpeningTold,
    OrderTold,
    Person,
    SponsorTold,
    Story,
    StoryError,
    Table,
    document_in,
    parse,
    read,
)
from bridge.services.settlement import Settlement
from bridge.storage import people, programmes
from bridge.storage.db import Database
from bridge.storage.facts import ALWAYS, Dated, write
from bridge.storage.models import Account, Entry, Offer, Shop
from bridge.storage.people import CUSTOMER, MAILBOX, Name
from bridge.vault import Vault


@dataclass(frozen=True, slots=True)
class Result:
    """How a scenario ended: what differs from what must be true, one sentence each."""

    title: str
    differences: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether everything held."""
        return not self.differences


def run_file(path: Path) -> Result:
    """Run a scenario file."""
    return run_text(path.read_text("utf-8"))


def run_text(text: str) -> Result:
    """Run a scenario; the document is read as a merchant's would be, with the same errors."""
    try:
        table = parse(text)
    except StoryError as error:
        return Result("", (str(error),))
    return Result(str(table.get("title", "")), tuple(_differences(table, text)))


def _differences(table: Table, text: str) -> Iterator[str]:
    """What differs; a document that must be refused is judged before anything of its story is read."""
    error = table.get("error", "")
    try:
        document.build(document_in(table), text)
        yield from _told(read(text))
    except document.ProgrammeError as refusal:
        yield from _refusal(error, str(refusal))
    except (StoryError, BridgeError) as problem:
        yield str(problem)
    else:
        if error:
            yield f"the document was taken, but “{error}” must be refused"


def _told(story: Story) -> Iterator[str]:
    teller = Teller(story)
    try:
        yield from teller.tell()
    finally:
        teller.close()


def _refusal(error: str, message: str) -> Iterator[str]:
    if not error:
        yield f"the document was refused: {message}"
    elif error not in message:
        yield f"the refusal must hold “{error}”, but says: {message}"


class Teller:
    """One story on its way through the ledger. The clock is the story's."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.now = min((step.at for step in story.events), default=datetime(2000, 1, 1, tzinfo=UTC))
        basics = document.build(story.document, story.text).programme
        self.currency = basics.currency
        known = {person.name: person for person in story.people}
        self.shop = MemoryShop(basics.currency, basics.timezone, known)
        self.db = Database("sqlite://")
        self.db.migrate()
        self.runtime = Runtime(
            settings=Settings(data=Path(), database_url="sqlite://"),
            db=self.db,
            vault=Vault([token_bytes(32)]),
            platform=lambda _name: self.shop,
            bell=_NoBell(),
            clock=lambda: self.now,
        )
        self._document = dict(story.document)
        self._used: dict[tuple[str, str], str] = {}
        self.shop_id = self._open()

    def close(self) -> None:
        """Forget everything."""
        self.db.close()

    def tell(self) -> Iterator[str]:
        """Let the events happen in time and yield each difference from what must be true."""
        steps: list[Event | Expectation] = [*self.story.events, *self.story.expectations]
        # An expectation of the same moment looks at what has happened by then.
        for step in sorted(steps, key=lambda s: (s.at, isinstance(s, Expectation))):
            self._wait_until(step.at)
            if isinstance(step, Expectation):
                yield from self._compare(step)
            else:
                self._happen(step.what)
                self._settle()

    # --- the beginning ------------------------------------------------------------------------------

    def _open(self) -> int:
        with self.db.transaction() as session:
            token = "scenario"  # noqa: S105 - nothing is reachable under it
            shop = Shop(
                platform="memory",
                name="memory",
                url="memory:",
                token=token,
                currency=self.currency,
                timezone=self.shop.timezone,
                secrets=seal(self.runtime, token, Secrets("", "", ())),
                added_at=self.now,
            )
            session.add(shop)
            session.flush()
            programmes.add(session, shop.id or 0, tomli_w.dumps(self._document), None, self.now, "scenario")
            self._introduce(session, shop)
            return shop.id or 0

    def _introduce(self, session: Session, shop: Shop) -> None:
        for person in self.story.people:
            account = self._account(session, shop, person.name)
            facts = [Dated(f"account:{account}", "group", ALWAYS, person.group)] if person.group else []
            if person.employee:
                facts.append(Dated(f"account:{account}", "employee", ALWAYS, True))
            write(session, shop.id or 0, facts)
            if person.sponsor:
                above = self._account(session, shop, person.sponsor)
                people.sponsor(session, [people.Binding(account, ALWAYS, above, "scenario")])

    def _account(self, session: Session, shop: Shop, name: str) -> int:
        person = self.shop.people.get(name) or Person(name, f"{name}@kunden.example")
        key = Name(CUSTOMER, name)
        account = people.find_or_open(session, shop, [key], self.now)[key]
        contact = Contact(person.email, person.name)
        people.remember(session, {account: (name, contact)}, self.now, override=False)
        return account

    # --- time ---------------------------------------------------------------------------------------

    def _wait_until(self, moment: datetime) -> None:
        """Let everything happen that falls due up to the moment, each at its own time."""
        while (due := self._next_due(moment)) is not None:
            self.now = max(self.now, due[0])
            settle.settle_accounts(self.runtime, self.shop_id, due[1])
            budget.decide(self.runtime, self.shop_id)
            self._settle()
        self.now = max(self.now, moment)

    def _next_due(self, moment: datetime) -> tuple[datetime, list[int]] | None:
        with self.db.reading() as session:
            rows = session.exec(
                select(Account.due_at, Account.id)
                .where(col(Account.due_at) <= moment)
                .order_by(col(Account.due_at))
            ).all()
        nights = [night] if (night := self._night(moment)) is not None else []
        first = min([*nights, *(at for at, _ in rows[:1] if at is not None)], default=None)
        return (first, [i for at, i in rows if at == first and i is not None]) if first else None

    def _night(self, moment: datetime) -> datetime | None:
        """The next shop midnight up to the moment, where a budget has to be looked at."""
        if "budget" not in self._document:
            return None
        zone = ZoneInfo(self.shop.timezone)
        night = midnight(local_day(self.now, zone) + timedelta(days=1), zone)
        return night if night <= moment else None

    def _settle(self) -> None:
        settle.settle_marked(self.runtime, self.shop_id)
        push.push(self.runtime, self.shop_id)

    # --- what happens ---------------------------------------------------------------------------------

    @singledispatchmethod
    def _happen(self, what: object) -> None:
        raise TypeError(f"a story cannot tell of {what!r}")

    @_happen.register
    def _(self, told: OrderTold) -> None:
        contact = Contact(email=told.guest) if told.guest else Contact()
        with self.db.reading() as session:
            shop = find_shop(session, self.shop_id)
        result = settle.absorb(self.runtime, shop, [OrderSeen(self._order(told), contact)], "scenario")
        if result.problems:
            raise StoryError("; ".join(result.problems.values()))

    @_happen.register
    def _(self, told: CustomerTold) -> None:
        seen = CustomerSeen(told.id, Contact(told.email, told.id), told.group, told.verified)
        known = self.shop.people.get(told.id)
        group = told.group or (known.group if known else "")
        self.shop.people = {**self.shop.people, told.id: Person(told.id, told.email, group)}
        with self.db.transaction() as session:
            settlement = self._settlement(session)
            customers.absorb(settlement, [seen], trust_registration=False)
            settlement.close()

    @_happen.register
    def _(self, told: SponsorTold) -> None:
        partners.bind(self.runtime, self.shop_id, told.customer, told.sponsor, self.now, "scenario")

    @_happen.register
    def _(self, told: AdjustTold) -> None:
        with self.db.transaction() as session:
            self._account(session, find_shop(session, self.shop_id), told.customer)
        adjust.adjust(self.runtime, self.shop_id, told.customer, told.amount, told.reason, "scenario")

    @_happen.register
    def _(self, told: OpeningTold) -> None:
        name = f"{told.customer}-{self.now.isoformat()}"
        adjust.opening(self.runtime, self.shop_id, told.customer, told.amount, told.expires, name)

    @_happen.register
    def _(self, told: ActivateTold) -> None:
        basics = {**self._document["programme"], **told.parts.get("programme", {})}
        self._document |= {**told.parts, "programme": basics}
        document.build(self._document)
        with self.db.transaction() as session:
            text = tomli_w.dumps(self._document)
            programmes.add(session, self.shop_id, text, self.now, self.now, "scenario")

    def _settlement(self, session: Session) -> Settlement:
        shop = find_shop(session, self.shop_id)
        return Settlement(session, shop, self.runtime.vault.fingerprint, self.now, "scenario")

    def _order(self, told: OrderTold) -> Order:
        buyer = told.customer or told.guest
        lines = tuple(
            Line(
                id=line.id,
                article=line.article,
                quantity=line.quantity,
                paid=line.paid,
                net=line.net,
                tax=line.tax,
                credits=self._credits(told.id, line.credit_of or buyer, line.credit),
                refunded_quantity=line.refunded_quantity,
                refunded=line.refunded,
            )
            for line in told.lines
        )
        taken: dict[str, int] = {}
        for line in lines:
            for part in line.credits:
                taken[part.code] = taken.get(part.code, 0) + part.amount
        order = Order(
            id=told.id,
            number=told.id,
            currency=self.currency,
            state=told.state,
            updated=told.updated,
            placed=told.placed or told.updated,
            lines=lines,
            customer=told.customer or None,
            paid_at=told.paid_at,
            refund_without_lines=told.refund_without_lines,
            status=told.state.value,
        )
        return replace(order, codes=tuple(CodeUse(code, face) for code, face in taken.items()))

    def _credits(self, order: str, owner: str, amount: int) -> tuple[Credit, ...]:
        return (Credit(self._code(order, owner), amount),) if amount else ()

    def _code(self, order: str, owner: str) -> str:
        """The code that the owner had when the order first showed it; the story may use one never issued."""
        if (order, owner) not in self._used:
            with self.db.transaction() as session:
                shop = find_shop(session, self.shop_id)
                account = self._find(session, owner) or self._account(session, shop, owner)
                self._used[order, owner] = self._live(session, account) or self._invent(session, account)
        return self._used[order, owner]

    def _live(self, session: Session, account: int) -> str | None:
        statement = select(Offer.code).where(Offer.account_id == account, Offer.state == "live")
        return session.exec(statement).first()

    def _invent(self, session: Session, account: int) -> str:
        code = f"guthaben-told-{account}"
        if session.exec(select(Offer.id).where(Offer.code == code)).first() is None:
            session.add(
                Offer(
                    shop_id=self.shop_id,
                    account_id=account,
                    sequence=0,
                    code=code,
                    state="retired",
                    created_at=self.now,
                )
            )
        return code

    # --- what must be true ------------------------------------------------------------------------------

    def _find(self, session: Session, name: str) -> int | None:
        names = [Name(CUSTOMER, name), Name(MAILBOX, self.runtime.vault.fingerprint(name))]
        found = people.find(session, self.shop_id, names)
        return found.get(names[0]) or found.get(names[1])

    def _compare(self, wanted: Expectation) -> Iterator[str]:
        with self.db.reading() as session:
            account_id = self._find(session, wanted.account)
            account = session.get(Account, account_id) if account_id else None
            entries = self._entries(session, account_id)
            offer = self._offer(session, account_id)
        balance, pending = (account.balance, account.pending) if account else (0, 0)
        found = {
            "balance": balance,
            "pending": pending,
            "available": max(0, balance - pending),
            "offer": offer,
        }
        place = f"{wanted.at.isoformat()} {wanted.account}"
        for key, value in found.items():
            must = getattr(wanted, key)
            if must is not None and must != value:
                yield f"{place}: {key} is {self._plain(value)}, must be {self._plain(must)}"
        if wanted.entries is not None and list(wanted.entries) != entries:
            yield f"{place}: entries are {entries}, must be {list(wanted.entries)}"

    def _entries(self, session: Session, account: int | None) -> list[str]:
        rows = session.exec(select(Entry).where(Entry.account_id == account, col(Entry.moves).is_(False)))
        return sorted(f"{row.kind} {self._plain(row.amount)}" for row in rows)

    def _offer(self, session: Session, account: int | None) -> int:
        """What the codes that live in the shop for this account are worth together."""
        codes = session.exec(select(Offer.code).where(Offer.account_id == account)).all()
        held = [self.shop.held[code] for code in codes if code in self.shop.held]
        return sum(code.face for code in held if not code.expired)

    def _plain(self, amount: int) -> str:
        return money.plain(amount, self.currency)


class _NoBell:
    def ring(self, task: str, shop_id: int) -> None:
        """The story itself says when things happen."""
