"""What must be true once all is at rest: I1 to I11 by the product's own verify, and by a look from outside."""

from collections import defaultdict
from collections.abc import Iterator

from sqlmodel import Session, col, select

from bridge.services.verify import verify
from bridge.storage.codec import unpack_order
from bridge.storage.models import Account, Case, Delivery, Identity, Offer, OrderState, Person
from bridge.storage.people import survivors
from tests.simulation.oracle import Name
from tests.simulation.rules import Rules
from tests.simulation.sites import Held, Site
from tests.simulation.world import World


def problems(world: World, rules: Rules) -> list[str]:
    """Everything that is not as it must be."""
    found = [f"{f.invariant} {f.subject}: {f.sentence}" for f in verify(world.runtime)]
    for site in world.sites:
        with world.runtime.db.reading() as session:
            books = Books(session, world, site.shop_id)
        found += _stuck(books)
        found += _codes(site, books, rules)
        found += _forgotten(books)
        if rules.simple:
            found += _balances(site, books, rules)
    return found


class Books:
    """What the bridge says of one shop at the end."""

    def __init__(self, session: Session, world: World, shop: int) -> None:
        self.accounts = {a.id or 0: a for a in session.exec(select(Account).where(Account.shop_id == shop))}
        self.people = {p.account_id: p for p in session.exec(select(Person))}
        self.orders = list(session.exec(select(OrderState).where(OrderState.shop_id == shop)))
        self.deliveries = list(session.exec(select(Delivery).where(Delivery.shop_id == shop)))
        cases = session.exec(select(Case).where(Case.shop_id == shop, col(Case.closed_at).is_(None)))
        self.offers = list(session.exec(select(Offer).where(Offer.shop_id == shop)))
        now = survivors(session, list(self.accounts))
        identities = session.exec(select(Identity).where(Identity.shop_id == shop))
        self.named = {(i.kind, i.value): now[i.account_id] for i in identities}
        self._fingerprint = world.runtime.vault.fingerprint
        self.owners: dict[str, int] = {o.code: now[o.account_id] for o in self.offers}
        self.cased = {case.subject for case in cases}
        known = {order.order_id: unpack_order(order.body).customer for order in self.orders}
        self.placed_by = {order: customer for order, customer in known.items() if customer}

    def account(self, name: Name) -> int | None:
        kind, value = name
        return self.named.get((kind, value if kind == "customer" else self._fingerprint(value)))


def _stuck(books: Books) -> Iterator[str]:
    for delivery in books.deliveries:
        if delivery.state in {"received", "waiting"}:
            yield f"I5 delivery {delivery.id} ({delivery.topic}) is still {delivery.state}: {delivery.reason}"
        if delivery.state == "attention":
            yield f"delivery {delivery.id} ({delivery.topic}) needs attention: {delivery.reason}"
    for order in books.orders:
        if order.dirty or order.suspect or order.adjusting:
            yield f"I11 order {order.order_id} is dirty, suspect or still being lowered"
    for account in books.accounts.values():
        if account.stale and f"account:{account.token}" not in books.cased:
            yield f"I11 account {account.id} is stale, and no case says why"
        if account.stale and not _is_excused(books, account):
            yield f"I11 account {account.id} is stale for no good reason"


def _is_excused(books: Books, account: Account) -> bool:
    """Whether only a person can help: the shop drops the address."""
    person = books.people.get(account.id or 0)
    return person is not None and "&" in person.email


def _codes(site: Site, books: Books, rules: Rules) -> Iterator[str]:
    live: dict[str, list[Held]] = defaultdict(list)
    for code in site.codes():
        if code.live:
            live[code.owner].append(code)
    tokens = {a.token: a for a in books.accounts.values()}
    for owner in live.keys() - tokens.keys():
        yield f"I4 live codes of nobody ({owner}): {[c.code for c in live[owner]]}"
    for token, account in tokens.items():
        yield from _codes_of(site, books, rules, account, live.get(token, []))


def _codes_of(site: Site, books: Books, rules: Rules, account: Account, live: list[Held]) -> Iterator[str]:
    who = f"account {account.id}"
    if len(live) > 1:
        yield f"I4 {who} has {len(live)} live codes: {[(c.code, c.amount) for c in live]}"
        return
    person = books.people.get(account.id or 0)
    wanted = _face(site, rules, account) if person and site.holder(person) else 0
    has = live[0].amount if live else 0
    if has > wanted or (has != wanted and not _is_excused(books, account)):
        yield f"I4 {who} has a code of {has} instead of {wanted} (available {account.balance - account.pending})"
    if live and person and live[0].holders != (site.holder(person),):
        yield f"I4 the code of {who} is open to {live[0].holders} instead of its owner"


def _face(site: Site, rules: Rules, account: Account) -> int:
    available = max(0, account.balance - account.pending)
    alive = account.merged_into is None and account.erased_at is None
    allowed = alive and ((rules.guests and site.ties_guests) or not account.guest)
    return site.face(available) if allowed and available >= rules.minimum else 0


def _forgotten(books: Books) -> Iterator[str]:
    """Nothing of an erased person comes back, whatever the shop goes on telling."""
    for account in books.accounts.values():
        person = books.people.get(account.id or 0)
        if account.erased_at is not None and person and (person.email or person.name):
            yield f"privacy: the owner of account {account.id} was erased and is known again"


def _balances(site: Site, books: Books, rules: Rules) -> Iterator[str]:
    """The ledger and the oracle, to the cent."""
    names: dict[int, Name] = {account: name for name, account in books.named.items()}
    expected: dict[int, int] = defaultdict(int)
    owners = {code: ("account", str(account)) for code, account in books.owners.items()}
    for name, amount in site.balances(rules, owners, books.placed_by).items():
        owner = int(name[1]) if name[0] == "account" else books.account(name)
        if owner is not None:
            expected[owner] += amount
        elif amount:
            yield f"oracle: {name} should have {amount}, but has no account"
    for number, account in books.accounts.items():
        if account.balance != expected[number]:
            who = f"account {number} {names.get(number)}"
            yield f"oracle: {who} should have {expected[number]} instead of {account.balance}"
