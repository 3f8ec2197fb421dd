"""What must be true once all is at rest: I1 to I11 by the product's own verify, and by a look from outside."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from sqlmodel import Session, col, select

from bridge.services.verify import verify
from bridge.storage.models import Account, Case, Delivery, Identity, Offer, OrderState, Person
from bridge.storage.people import survivors
from tests.simulation.oracle import Name
from tests.simulation.rules import Rules
from tests.simulation.world import Held, World


def problems(world: World, rules: Rules) -> list[str]:
    """Everything that is not as it must be."""
    found = [f"{f.invariant} {f.subject}: {f.sentence}" for f in verify(world.runtime)]
    with world.runtime.db.reading() as session:
        books = Books(session, world)
    found += _stuck(world, books)
    found += _codes(world, books, rules)
    if rules.simple:
        found += _balances(world, books, rules)
    return found


class Books:
    """What the bridge says at the end."""

    def __init__(self, session: Session, world: World) -> None:
        self.accounts = {a.id or 0: a for a in session.exec(select(Account))}
        self.people = {p.account_id: p for p in session.exec(select(Person))}
        self.orders = list(session.exec(select(OrderState)))
        self.deliveries = list(session.exec(select(Delivery)))
        self.cases = list(session.exec(select(Case).where(col(Case.closed_at).is_(None))))
        self.offers = list(session.exec(select(Offer)))
        now = survivors(session, list(self.accounts))
        self.named = {(i.kind, i.value): now[i.account_id] for i in session.exec(select(Identity))}
        self._fingerprint = world.runtime.vault.fingerprint
        self.owners: dict[str, int] = {o.code: now[o.account_id] for o in self.offers}
        self.cased = {case.subject for case in self.cases}

    def account(self, name: Name) -> int | None:
        kind, value = name
        return self.named.get((kind, value if kind == "customer" else self._fingerprint(value)))


def _stuck(world: World, books: Books) -> Iterator[str]:
    for delivery in books.deliveries:
        if delivery.state in {"received", "waiting"}:
            yield f"I5 delivery {delivery.id} ({delivery.topic}) is still {delivery.state}: {delivery.reason}"
        if delivery.state == "attention":
            yield f"delivery {delivery.id} ({delivery.topic}) needs attention: {delivery.reason}"
    for order in books.orders:
        if order.dirty or order.suspect:
            yield f"I11 order {order.order_id} is dirty or suspect"
    for account in books.accounts.values():
        if account.stale and f"account:{account.token}" not in books.cased:
            yield f"I11 account {account.id} is stale, and no case says why"
        if account.stale and not _is_excused(world, books, account):
            yield f"I11 account {account.id} is stale for no good reason"


def _is_excused(world: World, books: Books, account: Account) -> bool:
    """Whether only a person can help: the shop drops the address, or counts a use that no order shows."""
    person = books.people.get(account.id or 0)
    if person and "&" in person.email:
        return True
    carried = world.carried()
    return any(code.used and code.code not in carried for code in world.codes() if code.owner == account.token)


def _codes(world: World, books: Books, rules: Rules) -> Iterator[str]:
    live: dict[str, list[Held]] = defaultdict(list)
    for code in world.codes():
        if code.live:
            live[code.owner].append(code)
    tokens = {a.token: a for a in books.accounts.values()}
    for owner in live.keys() - tokens.keys():
        yield f"I4 live codes of nobody ({owner}): {[c.code for c in live[owner]]}"
    for token, account in tokens.items():
        yield from _codes_of(world, books, rules, account, live.get(token, []))


def _codes_of(world: World, books: Books, rules: Rules, account: Account, live: list[Held]) -> Iterator[str]:
    who = f"account {account.id}"
    if len(live) > 1:
        yield f"I4 {who} has {len(live)} live codes: {[(c.code, c.amount) for c in live]}"
        return
    person = books.people.get(account.id or 0)
    wanted = _face(world, rules, account) if person and world.holder(person) else 0
    has = live[0].amount if live else 0
    if has > wanted or (has != wanted and not _is_excused(world, books, account)):
        yield f"I4 {who} has a code of {has} instead of {wanted} (available {account.balance - account.pending})"
    if live and person and live[0].holders != (world.holder(person),):
        yield f"I4 the code of {who} is open to {live[0].holders} instead of its owner"


def _face(world: World, rules: Rules, account: Account) -> int:
    available = max(0, account.balance - account.pending)
    allowed = account.merged_into is None and ((rules.guests and world.ties_guests) or not account.guest)
    if not allowed or available < rules.minimum:
        return 0
    if world.gross:
        return available
    return int(
        Fraction(available) / (1 + Fraction(max(world.shop.settings.rates.values(), default=Decimal(0))) / 100)
    )


def _balances(world: World, books: Books, rules: Rules) -> Iterator[str]:
    """The ledger and the oracle, to the cent."""
    names: dict[int, Name] = {account: name for name, account in books.named.items()}
    expected: dict[int, int] = defaultdict(int)
    owners = {code: ("account", str(account)) for code, account in books.owners.items()}
    for name, amount in world.balances(rules, owners).items():
        owner = int(name[1]) if name[0] == "account" else books.account(name)
        if owner is not None:
            expected[owner] += amount
        elif amount:
            yield f"oracle: {name} should have {amount}, but has no account"
    for number, account in books.accounts.items():
        if account.balance != expected[number]:
            who = f"account {number} {names.get(number)}"
            yield f"oracle: {who} should have {expected[number]} instead of {account.balance}"
