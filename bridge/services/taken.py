"""An order on its way into the ledger: its newest state, and what facts say beside it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bridge.domain import bonus, earning
from bridge.domain.calendar import period_of
from bridge.domain.orders import Order, State
from bridge.domain.programme import Membership, Programme, Timeline, Version
from bridge.domain.targets import Change, Key, Kind
from bridge.ports import Contact
from bridge.storage import catalogue, contributions, people
from bridge.storage.codec import pack_order
from bridge.storage.facts import BUDGET, Dated, Facts

NOBODY = Contact()

CREDIT = "credit"
"""The fact of what each code took off an order since when."""


@dataclass(slots=True)
class Taken:
    """An order whose newest state is being settled, with what is learnt about it on the way.

    ``state`` is stored as the shop sent it, as ``body``; ``order`` is the same with the facts about its articles.
    """

    state: Order
    read_at: datetime | None
    contact: Contact = NOBODY
    suspect: bool = False
    account: int | None = None
    version: Version | None = None
    group: str = ""
    employee: bool = False
    paid_at: datetime | None = None
    stopped: bool = False
    body: bytes = b""
    order: Order = field(init=False)

    def __post_init__(self) -> None:
        self.order = self.state
        self.body = self.body or pack_order(self.state)

    @property
    def changed_at(self) -> datetime:
        """When the order came to look like this: the shop's stamp, for a deleted one when we saw that."""
        if self.state.state is State.GONE and self.read_at is not None:
            return self.read_at
        return self.state.updated

    @property
    def subject(self) -> str:
        """What facts about this order are filed under."""
        return f"order:{self.state.id}"

    @property
    def who(self) -> str:
        """What facts about the buyer are filed under."""
        return f"account:{self.account}"


def buyer_name(order: Order) -> people.Name | None:
    """What names the buyer's account: the platform's customer id, for a guest the mailbox, or nothing."""
    if order.customer:
        return people.Name(people.CUSTOMER, order.customer)
    return people.Name(people.MAILBOX, order.mailbox) if order.mailbox else None


def learn(item: Taken, facts: Facts, articles: Mapping[str, catalogue.Known], timeline: Timeline) -> None:
    """Keep what the next state may no longer show, and take up what was kept before."""
    order = item.state
    item.version = timeline.at(order.placed)
    if order.state is State.PAID:
        note_payment(item, facts)
    paid = facts.first(item.subject, "paid")
    item.paid_at = paid.at if paid else None
    item.order = _with_articles(order, item.subject, facts, articles)
    item.group = facts.at(item.who, "group", order.placed) or ""
    item.employee = bool(facts.at(item.who, "employee", order.placed))
    item.stopped = item.version is not None and _stopped(item.version.programme, order.placed, facts)
    if item.version is not None and (order.codes or facts.history(item.subject, CREDIT)):
        _note_credit(item, item.version.programme, facts)


def _note_credit(item: Taken, programme: Programme, facts: Facts) -> None:
    """Keep when credit was taken and when it came back: which lots can still take it depends on the day."""
    lines = earning.kept(item.order, programme, item.group)
    now = earning.credit_kept(item.order, lines)
    history = facts.history(item.subject, CREDIT)
    if now != (history[-1].value if history else {}):
        facts.learn(Dated(item.subject, CREDIT, item.changed_at if history else item.order.placed, now))


def retold(
    item: Taken, facts: Facts, owners: Mapping[str, int], prefix: str, held: Collection[Key]
) -> list[Change]:
    """The redemptions of an order as they happened, step by step, for a ledger that holds none of them yet."""
    history = facts.history(item.subject, CREDIT)
    if len(history) < 2 or item.version is None or any(key.kind is Kind.REDEMPTION for key in held):
        return []
    changes: list[Change] = []
    revisions: dict[int, tuple[int, int]] = {}
    for fact in history:
        taken = earning.by_owner(fact.value, owners)
        for account in sorted(taken.keys() | revisions.keys()):
            before, revision = revisions.get(account, (0, 0))
            rest = before - taken.get(account, 0)
            if rest:
                changes.append(_step(item, account, prefix, revision + 1, rest, fact.at))
                revisions[account] = (taken.get(account, 0), revision + 1)
    return changes


def _step(item: Taken, account: int, prefix: str, revision: int, amount: int, at: datetime) -> Change:
    why = {"what": "redemption", "own": account == item.account, "number": item.order.number}
    return Change(
        key=Key(account, Kind.REDEMPTION, f"{prefix}/order:{item.order.id}"),
        revision=revision,
        amount=amount,
        happened_at=at,
        usable_at=item.order.placed,
        expires_on=None,
        version=item.version.number if item.version else None,
        order=item.order.id,
        why=why if revision == 1 else {"what": "difference", "delta": amount, "now": why},
        reverses=revision - 1 or None,
    )


def note_payment(item: Taken, facts: Facts) -> bool:
    """Keep when a paid state says that it was paid; whether that is earlier than all that was known."""
    before = facts.first(item.subject, "paid")
    facts.learn(Dated(item.subject, "paid", item.state.paid_at or item.state.updated))
    return facts.first(item.subject, "paid") is not before


def _with_articles(order: Order, subject: str, facts: Facts, articles: Mapping[str, catalogue.Known]) -> Order:
    """The order with what was known of its articles when they were first resolved."""
    known: dict[str, catalogue.Known] = {}
    for fact in facts.history(subject, "articles"):
        known = {**fact.value, **known}
    new = {
        line.id: found
        for line in order.lines
        if line.id not in known
        and (found := catalogue.told(line.article, articles.get(line.article.id))) is not None
    }
    if new:
        facts.learn(Dated(subject, "articles", order.updated, new))
    known |= new
    if not known:
        return order
    return replace(order, lines=tuple(catalogue.frozen(line, known.get(line.id)) for line in order.lines))


def _stopped(programme: Programme, placed: datetime, facts: Facts) -> bool:
    """Whether the budget of the order's period had run out when it was placed."""
    budget = programme.budget
    if budget is None or budget.action != "stop":
        return False
    label = period_of(placed, budget.period, programme.zone).label
    return any(stop.at <= placed for stop in facts.history(BUDGET, label))


def contribution(item: Taken, facts: Facts) -> contributions.Owned | None:
    """What the order adds to its buyer's periods, None unless it is paid and counts."""
    order = item.order
    counts = order.state is State.PAID and not order.test and not item.employee
    if not counts or item.version is None or item.account is None or item.paid_at is None:
        return None
    lines = earning.kept(order, item.version.programme, item.group)
    value = bonus.Contribution(
        order.id,
        order.placed,
        item.paid_at,
        earning.turnover(lines),
        not earning.wholly_returned(lines),
        item.group,
        tuple(_memberships(item, lines, item.version, facts)),
    )
    return item.account, value


def _memberships(
    item: Taken, lines: Iterable[earning.Kept], version: Version, facts: Facts
) -> Iterable[bonus.Bought]:
    skus = {s for rule in version.programme.bonus if isinstance(rule, Membership) for s in rule.sku}
    for kept in lines:
        if kept.line.article.sku not in skus:
            continue
        returned_at = None
        if not kept.pieces or not kept.share:
            name = f"returned:{kept.line.id}"
            facts.learn(Dated(item.subject, name, item.order.updated))
            first = facts.first(item.subject, name)
            returned_at = first.at if first else None
        yield bonus.Bought(kept.line.id, kept.line.article.sku, returned_at)
