"""Customers as the shop knows them: addresses, groups, and guests' credit claimed by a proven mailbox."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from bridge.domain.targets import Change, Holding, Key, Kind
from bridge.ports import CustomerGone, CustomerSeen
from bridge.services.settlement import Settlement
from bridge.storage import ledger, orders, partners, people
from bridge.storage.facts import ALWAYS, Dated, Facts
from bridge.storage.movements import CLAIMED
from bridge.storage.people import CUSTOMER, MAILBOX, Name

_WITHOUT_ORDER = (Kind.ADJUSTMENT, Kind.OPENING, Kind.TRANSFER)


def absorb(settlement: Settlement, seen: Sequence[CustomerSeen], trust_registration: bool) -> None:
    """Take up what the shop says of customers now; must come before the orders of the same batch."""
    if not seen:
        return
    newest = {customer.id: customer for customer in seen}
    names = {Name(CUSTOMER, i): i for i in newest}
    session, now = settlement.session, settlement.now
    found = people.find_or_open(session, settlement.shop, names, now)
    accounts = {names[name]: account for name, account in found.items()}
    contacts = {accounts[i]: (i, customer.contact) for i, customer in newest.items()}
    settlement.book.touch(people.remember(session, contacts, now, override=True))
    _learn_groups(settlement, newest.values(), accounts)
    for customer in newest.values():
        if customer.contact.email and (customer.verified or trust_registration):
            claim(settlement, accounts[customer.id], customer.contact.email)


def _learn_groups(settlement: Settlement, seen: Iterable[CustomerSeen], accounts: dict[str, int]) -> None:
    """A group counts from the day it was learnt, the first one from the beginning."""
    facts = Facts(settlement.session, settlement.shop_id, [f"account:{a}" for a in accounts.values()])
    learnt: dict[datetime, set[int]] = {}
    for customer in seen:
        subject = f"account:{accounts[customer.id]}"
        history = facts.history(subject, "group")
        if not customer.group or (history and history[-1].value == customer.group):
            continue
        since = settlement.now if history else ALWAYS
        facts.learn(Dated(subject, "group", since, customer.group))
        learnt.setdefault(since, set()).add(accounts[customer.id])
    facts.save()
    # Whatever no rule asks for today may be asked for by the next programme, so orders keep the group they had.
    for since, whose in learnt.items():
        orders.flag_dirty(settlement.session, whose, since)


def claim(settlement: Settlement, account: int, email: str) -> bool:
    """The mailbox is proven: what waits under it belongs to the account now. Whether anything was claimed.

    A mailbox that names another registered account already stays there: an address alone never joins two.
    """
    mailbox = Name(MAILBOX, settlement.fingerprint(email))
    session, shop_id = settlement.session, settlement.shop_id
    waiting = people.find(session, shop_id, [mailbox]).get(mailbox)
    if waiting == account or (waiting is not None and not people.is_guest(session, waiting)):
        return False
    people.point(session, shop_id, mailbox, account, settlement.now)
    if waiting is None:
        return False
    people.merge_guest(session, shop_id, waiting, account)
    below = partners.hand_over(session, waiting, account)
    if below:
        orders.flag_dirty(session, below, ALWAYS)
    _transfer(settlement, waiting, account)
    settlement.book.touch([waiting, account])
    return True


def _transfer(settlement: Settlement, waiting: int, account: int) -> None:
    """Entries without an order move by a pair that keeps their dates; orders are settled again instead."""
    changes: list[Change] = []
    for kind in _WITHOUT_ORDER:
        held = ledger.held_of_kind(settlement.session, [waiting], kind).get(waiting, {})
        for holding in held.values():
            if holding.amount:
                changes += _pair(holding, account, settlement.now)
    settlement.book.lock([waiting, account])
    settlement.book.post(changes)


def _pair(holding: Holding, account: int, now: datetime) -> list[Change]:
    source = f"{holding.key.source}{CLAIMED}"

    def half(owner: int, amount: int) -> Change:
        return Change(
            key=Key(owner, Kind.TRANSFER, source),
            revision=1,
            amount=amount,
            happened_at=now,
            usable_at=holding.usable_at,
            expires_on=holding.expires_on,
            version=holding.version,
            order=None,
            why={"what": "transfer", "kind": holding.key.kind.value},
        )

    return [half(holding.key.account, -holding.amount), half(account, holding.amount)]


def forget_gone(settlement: Settlement, gone: Sequence[CustomerGone]) -> None:
    """A customer was deleted in the shop: the account stays, but nothing can be pushed for it any more."""
    names = [Name(CUSTOMER, customer.id) for customer in gone]
    if names:
        found = people.find(settlement.session, settlement.shop_id, names)
        people.detach(settlement.session, found.values())
        settlement.book.touch(found.values())
