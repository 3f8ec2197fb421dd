"""Settling, inside one transaction: states of orders go in, entries that make the ledger agree come out.

There is one path for everything: deliveries, reads of the shop, returns, replays, claims.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bridge.domain import bonus, earning
from bridge.domain.orders import Order, State
from bridge.domain.targets import Change, Holding, Key, Kind, Target, differences
from bridge.errors import Unsettled
from bridge.ports import OrderGone, OrderSeen
from bridge.services import doubled, sponsors
from bridge.services.binding import Binder
from bridge.services.taken import NOBODY, Taken, buyer_name, contribution, learn, note_payment, retold
from bridge.storage import catalogue, codes, contributions, ledger, orders, people, programmes, vouchers
from bridge.storage.cases import open_case
from bridge.storage.facts import BUDGET, Facts
from bridge.storage.models import Shop


@dataclass(slots=True)
class Outcome:
    """What one transaction did: the orders whose state was taken, those for which something was booked."""

    settled: list[Taken] = field(default_factory=list)
    booked: set[str] = field(default_factory=set)
    entries: int = 0


class Settlement:
    """One transaction's worth of settling. ``cause`` (by order: ``causes``) is kept with every entry."""

    def __init__(
        self,
        session: Session,
        shop: Shop,
        fingerprint: Callable[[str], str],
        now: datetime,
        cause: str,
        causes: Mapping[str, str] | None = None,
    ) -> None:
        if shop.id is None:
            raise ValueError("the shop has not been stored yet")
        self.session = session
        self.shop = shop
        self.shop_id: int = shop.id
        self.now = now
        self.fingerprint = fingerprint
        self.timeline = programmes.timeline(session, shop.id)
        self.book = ledger.Book(session, shop.id, self.zone, now, cause, causes)
        self.outcome = Outcome()
        self._bonus_due: dict[int, datetime | None] = {}

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which days are counted."""
        return programmes.zone(self.timeline, self.shop)

    @property
    def prefix(self) -> str:
        """What every source of this shop begins with."""
        return f"shop:{self.shop_id}"

    @property
    def moved(self) -> frozenset[int]:
        """The accounts whose periods these orders have moved."""
        return frozenset(self._bonus_due)

    # --- the orders -----------------------------------------------------------------------------

    def take(self, seen: Sequence[OrderSeen | OrderGone]) -> Outcome:
        """Settle the states that are newer than the stored ones; the others change nothing."""
        ids = {item.order.id if isinstance(item, OrderSeen) else item.id for item in seen}
        stored = orders.load(self.session, self.shop_id, ids)
        self._settle(self._newest(seen, stored), stored)
        return self.outcome

    def again(self, ids: Sequence[str]) -> Outcome:
        """Settle stored states once more, because something beside them has changed."""
        stored = orders.load(self.session, self.shop_id, ids)
        self._settle([Taken(s.order, s.read_at, body=s.body) for s in stored.values()], stored)
        return self.outcome

    def grounds(self, ids: Sequence[str]) -> list[tuple[Order, earning.Facts | None]]:
        """Stored orders, each with what its targets follow from; nothing is written."""
        stored = orders.load(self.session, self.shop_id, ids).values()
        taken = [Taken(s.order, s.read_at, account=s.account) for s in stored]
        self._learn(taken)
        _, grounds = self._grounds(taken)
        return [(t.order, grounds[t.order.id]) for t in taken]

    def _newest(self, seen: Sequence[OrderSeen | OrderGone], stored: Mapping[str, orders.Stored]) -> list[Taken]:
        newest: dict[str, Taken] = {}
        late: list[Taken] = []
        for item in seen:
            taken = self._state(item, stored)
            if taken is None:
                continue
            known = newest.get(taken.order.id)
            beside = _as_stored(known) if known else stored.get(taken.order.id)
            match orders.rank(taken.state, taken.body, taken.read_at, beside):
                case orders.Rank.NEWER:
                    newest[taken.order.id] = taken
                case orders.Rank.UNCLEAR:
                    self._ask_again(taken, known)
                case orders.Rank.OLDER:
                    late.append(taken)
                case orders.Rank.SAME:
                    pass
        self._note_payments([item for item in late if item.state.state is State.PAID])
        return list(newest.values())

    def _note_payments(self, late: Sequence[Taken]) -> None:
        """A state that comes too late still says when the order was paid; an earlier payment settles it again."""
        facts = Facts(self.session, self.shop_id, {item.subject for item in late})
        earlier = [item.state.id for item in late if note_payment(item, facts)]
        facts.save()
        if earlier:
            orders.flag_again(self.session, self.shop_id, earlier)

    def _state(self, item: OrderSeen | OrderGone, stored: Mapping[str, orders.Stored]) -> Taken | None:
        """The normalised state of an order, None when there is nothing to settle."""
        if isinstance(item, OrderGone):
            before = stored.get(item.id)
            if before is None or before.order.state is State.GONE:
                return None
            return Taken(replace(before.order, state=State.GONE), item.read_at or self.now)
        order = item.order
        if order.state is State.DRAFT:
            return None
        if order.currency != self.shop.currency:
            raise Unsettled(
                f"Order {order.number} is in {order.currency}, but the accounts of this shop are kept in "
                f"{self.shop.currency}. Nothing was booked; its credit has to be entered by hand."
            )
        mailbox = self.fingerprint(item.contact.email) if item.contact.email else order.mailbox
        state = order if order.mailbox == mailbox else replace(order, mailbox=mailbox)
        return Taken(state, item.read_at, item.contact, suspect=bool(item.lacks))

    def _ask_again(self, taken: Taken, known: Taken | None) -> None:
        if known is not None:
            known.suspect = True
        else:
            orders.flag_suspect(self.session, self.shop_id, [taken.order.id])

    def _settle(self, taken: list[Taken], known: Mapping[str, orders.Stored]) -> None:
        """Settle these states; ``known`` are those that are stored so far."""
        if not taken:
            return
        self._name_buyers(taken)
        Binder(self.session, self.shop_id, self.timeline, self.fingerprint, self.now).bind(taken)
        vouchers.note_uses(self.session, self.shop_id, [t.order for t in taken])
        facts = self._learn(taken)
        facts.save()
        self._contribute(taken, facts)
        self._book(taken, facts)
        states = [orders.Settled(t.state, t.body, t.account, t.read_at, t.suspect) for t in taken]
        orders.save(self.session, self.shop_id, states, known)
        doubled.flag(self.session, self.shop_id, [t.order for t in taken], known, self.now)
        self.outcome.settled += taken

    def _learn(self, taken: Sequence[Taken]) -> Facts:
        """Take up what facts say of these orders and learn what they tell for the first time; saves nothing."""
        facts = Facts(self.session, self.shop_id, {BUDGET, *(s for t in taken for s in (t.subject, t.who))})
        known_articles = self._catalogue(taken, facts)
        for item in taken:
            learn(item, facts, known_articles, self.timeline)
        return facts

    def _name_buyers(self, taken: Sequence[Taken]) -> None:
        names = {t.order.id: name for t in taken if (name := buyer_name(t.order)) is not None}
        accounts = people.find_or_open(self.session, self.shop, names.values(), self.now)
        contacts = {}
        for item in taken:
            item.account = accounts[names[item.order.id]] if item.order.id in names else None
            if item.account is not None and item.contact != NOBODY:
                contacts[item.account] = (item.order.customer or "", item.contact)
        if contacts:
            people.remember(self.session, contacts, self.now, override=False)

    def _catalogue(self, taken: Sequence[Taken], facts: Facts) -> Mapping[str, catalogue.Known]:
        """What the catalogue says of articles that no fact speaks of yet."""
        open_ = [t.order for t in taken if not facts.history(t.subject, "articles")]
        ids = catalogue.article_ids(open_)
        return catalogue.known(self.session, self.shop_id, ids) if ids else {}

    # --- what the orders add to periods ---------------------------------------------------------

    def _contribute(self, taken: Sequence[Taken], facts: Facts) -> None:
        before = contributions.of_orders(self.session, self.shop_id, [t.order.id for t in taken])
        now = {t.order.id: owned for t in taken if (owned := contribution(t, facts)) is not None}
        moved = contributions.replace(self.session, self.shop_id, before, now)
        facts.save()
        if moved:
            sponsors.flag_dependents(self.session, self.shop_id, self.timeline, _moves(before, now))
            self._bonus_due |= dict.fromkeys(moved)

    # --- what is booked -------------------------------------------------------------------------

    def _book(self, taken: Sequence[Taken], facts: Facts) -> None:
        owners, grounds = self._grounds(taken)
        held = ledger.held_for_orders(self.session, self.shop_id, [t.order.id for t in taken])
        changes: list[Change] = []
        for item in taken:
            ground = grounds[item.order.id]
            wanted = earning.targets(item.order, ground) if ground else []
            found = self._differences(item, held.get(item.order.id, {}), wanted, facts, owners)
            if found:
                self.outcome.booked.add(item.order.id)
            changes += found
        # All at once, since locks that are taken one after the other can make two workers wait for each other.
        self.book.lock({*(change.key.account for change in changes), *owners.values(), *self._bonus_due})
        self.outcome.entries += self.book.post(changes)
        self._mark_codes(taken, owners)

    def _differences(
        self,
        item: Taken,
        held: Mapping[Key, Holding],
        wanted: list[Target],
        facts: Facts,
        owners: Mapping[str, int],
    ) -> list[Change]:
        """What must be booked for an order; redemptions that a new ledger never saw are told step by step."""
        told = retold(item, facts, owners, self.prefix, held.keys())
        if told:
            wanted = [target for target in wanted if target.key.kind is not Kind.REDEMPTION]
        return told + differences(held, wanted, item.changed_at)

    def _grounds(self, taken: Sequence[Taken]) -> tuple[Mapping[str, int], dict[str, earning.Facts | None]]:
        """Whose the codes on these orders are, and by order what its targets follow from."""
        owners = codes.owners(self.session, self.shop_id, [t.order for t in taken])
        asked = {
            t.order.id: sponsors.Asked(t.account, t.order.placed, t.version.programme)
            for t in taken
            if t.account is not None and t.version is not None
        }
        above = sponsors.Sponsors(self.session, self.shop_id, asked.values())
        return owners, {t.order.id: self._ground(t, owners, above, asked.get(t.order.id)) for t in taken}

    def _ground(
        self, item: Taken, owners: Mapping[str, int], above: sponsors.Sponsors, asked: sponsors.Asked | None
    ) -> earning.Facts | None:
        """None for an order that was placed before there was any programme."""
        if item.version is None:
            return None
        return earning.Facts(
            buyer=item.account or 0,
            version=item.version,
            prefix=self.prefix,
            group=item.group,
            employee=item.employee or item.account is None,
            paid_at=item.paid_at,
            owners=owners,
            upline=above.upline(asked) if asked else (),
            stopped=item.stopped,
        )

    def _mark_codes(self, taken: Sequence[Taken], owners: Mapping[str, int]) -> None:
        """A code seen on an order is used up, whatever becomes of the order."""
        touched = codes.mark_used(self.session, self.shop_id, [t.order for t in taken])
        self.book.touch(touched)
        for item in taken:
            for use in item.order.codes:
                if use.code.lower() not in owners:
                    self._unknown_code(item.order, use.code)

    def _unknown_code(self, order: Order, code: str) -> None:
        open_case(
            self.session,
            self.shop_id,
            f"order:{order.id}",
            "unknown code",
            f"Order {order.number} carries the code {code}, which looks like ours but was never issued here. "
            "What it took off was booked on nobody; find out where it comes from and enter it by hand.",
            self.now,
        )

    # --- what follows for accounts --------------------------------------------------------------

    def accounts(self, ids: Iterable[int]) -> None:
        """Look at these accounts: what has become due since, and what their bonuses are now."""
        wanted = list(ids)
        self.book.touch(wanted)
        self._bonus_due |= dict.fromkeys(wanted)

    def put_off(self, bonuses_of: Iterable[int] = ()) -> None:
        """In place of ``close`` where nobody asks for balances yet; books the bonuses of these accounts."""
        self._bonus_due = dict.fromkeys(bonuses_of)
        if self._bonus_due:
            self.book_bonuses()
        self.book.put_off()

    def close(self) -> list[ledger.Standing]:
        """Book bonuses and expiries, write balances and lots. Call once, last."""
        self.book_bonuses()
        return self.book.close(self._bonus_due)

    def _with_bonuses(self) -> set[int]:
        """The accounts whose bonuses may move. Where time moves them, every touched account says when next."""
        if not any(version.programme.bonus for version in self.timeline.versions):
            return set()
        timed = any(version.programme.bonuses_wait for version in self.timeline.versions)
        return self._bonus_due.keys() | (self.book.touched if timed else set())

    def book_bonuses(self) -> None:
        """Make the bonuses of the accounts at hand what they are now, without looking at anything else of them."""
        accounts = sorted(self._with_bonuses())
        if not accounts:
            return
        self.book.lock(accounts)
        history = contributions.of_accounts(self.session, accounts)
        held = ledger.held_of_kind(self.session, accounts, Kind.BONUS)
        changes: list[Change] = []
        for account in accounts:
            due = bonus.due(account, self.prefix, history.get(account, []), self.timeline, self.now)
            self._bonus_due[account] = due.next_at
            changes += differences(held.get(account, {}), due.targets, self.now)
        self.book.touch(accounts)
        self.outcome.entries += self.book.post(changes)


def _moves(
    before: Mapping[str, contributions.Owned], now: Mapping[str, contributions.Owned]
) -> list[sponsors.Moved]:
    """By how much the turnover of which account has moved, and at which moment."""
    gone = [(account, item.placed, -item.turnover) for account, item in before.values()]
    come = [(account, item.placed, item.turnover) for account, item in now.values()]
    return gone + come


def _as_stored(taken: Taken) -> orders.Stored:
    return orders.Stored(taken.state, taken.account, taken.read_at, taken.body)
