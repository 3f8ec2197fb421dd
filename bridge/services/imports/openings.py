"""Opening balances from a list. The same name is booked once, however often the list comes."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlmodel import Session

from bridge.domain import money
from bridge.domain.earning import last_day
from bridge.domain.targets import Change, Key, Kind
from bridge.errors import Refused
from bridge.ports import Contact
from bridge.runtime import Runtime
from bridge.services.contact import find_shop
from bridge.services.imports.formats import FORMATS, Opening, Terms
from bridge.services.imports.result import Imported, Portion, all_or_nothing, chunks
from bridge.services.settlement import Settlement
from bridge.storage import ledger, people, programmes
from bridge.storage.people import CUSTOMER, MAILBOX, Name


def import_openings(
    runtime: Runtime,
    shop_id: int,
    path: Path,
    layout: str = "own",
    terms: Terms | None = None,
    cut_over: datetime | None = None,
    preview: bool = False,
) -> Imported:
    """Take over the balances in a list, all or none of them.

    ``cut_over`` is the moment (UTC) up to which the other programme counted: openings are dated to it, and
    ``Refused`` is raised if our own programme counts orders from before it. The same name with another amount is
    a problem of its row, as is an amount below zero; zero is nothing to take over.
    """
    with runtime.db.reading() as session:
        shop = find_shop(session, shop_id)
        _refuse_overlap(session, shop_id, cut_over)
        merged = people.merged_guests(session, shop_id)
    moment = cut_over or runtime.clock()

    def portions(result: Imported) -> Iterator[Portion]:
        for openings in chunks(FORMATS[layout](path, terms or Terms(shop.currency), result)):
            yield partial(_portion, runtime, shop_id, openings, moment, merged, result)

    result = all_or_nothing(runtime, portions, preview)
    if result.kept:
        runtime.bell.ring("push", shop_id)
    return result


def _portion(
    runtime: Runtime,
    shop_id: int,
    openings: Sequence[Opening],
    moment: datetime,
    merged: Mapping[int, Collection[int]],
    result: Imported,
    session: Session,
) -> None:
    shop = find_shop(session, shop_id)
    settlement = Settlement(session, shop, runtime.vault.fingerprint, runtime.clock(), "import")
    _take(settlement, openings, moment, merged, result)
    settlement.close()
    session.expunge_all()


def _refuse_overlap(session: Session, shop_id: int, cut_over: datetime | None) -> None:
    """Orders from before the cut-over are in the balances already and must not earn a second time."""
    versions = programmes.timeline(session, shop_id).versions
    if cut_over is None or not versions:
        return
    first = versions[0].valid_from
    if first is None or first < cut_over:
        begins = "from the beginning" if first is None else f"from {first.isoformat()}"
        raise Refused(
            f"The first programme counts orders {begins}, so those before {cut_over.isoformat()} would count twice."
            " Nothing was booked. Activate the first programme with --from the cut-over date, or later."
        )


def _take(
    settlement: Settlement,
    openings: Sequence[Opening],
    moment: datetime,
    merged: Mapping[int, Collection[int]],
    result: Imported,
) -> None:
    accounts = _accounts(settlement, openings)
    booked = _booked(settlement.session, set(accounts.values()), merged)
    changes: dict[Key, Change] = {}
    for opening in openings:
        account = accounts[_who(settlement, opening)]
        key = Key(account, Kind.OPENING, f"{settlement.prefix}/opening:{_name(settlement, opening)}")
        before = changes[key].amount if key in changes else booked.get((account, key.source))
        problem = _problem(opening, before, settlement.shop.currency)
        if problem:
            result.add(opening.line, problem)
        elif before is not None or not opening.amount:
            result.known += 1
        else:
            changes[key] = _change(settlement, key, opening, moment)
            result.taken += 1
            result.total += opening.amount
    settlement.book.lock(key.account for key in changes)
    settlement.book.post(list(changes.values()))


def _booked(
    session: Session, accounts: set[int], merged: Mapping[int, Collection[int]]
) -> dict[tuple[int, str], int]:
    """What openings the accounts hold, also those that they took over from a waiting account."""
    owner = {guest: account for account in accounts for guest in merged.get(account, ())}
    held = ledger.held_of_kind(session, accounts | owner.keys(), Kind.OPENING)
    return {
        (owner.get(account, account), key.source): holding.amount
        for account, holdings in held.items()
        for key, holding in holdings.items()
    }


def _problem(opening: Opening, before: int | None, currency: str) -> str:
    if opening.amount < 0:
        return "A balance below zero cannot be taken over."
    if before is not None and before != opening.amount:
        was, now = (money.plain(figure, currency) for figure in (before, opening.amount))
        return f"It was taken over before with {was} and now says {now}; correct the difference with an adjustment."
    return ""


def _change(settlement: Settlement, key: Key, opening: Opening, moment: datetime) -> Change:
    version = settlement.timeline.at(settlement.now)
    expires = opening.expires
    if expires is None and version is not None:
        expires = last_day(moment, version.programme.expiry, version.programme.zone)
    return Change(
        key=key,
        revision=1,
        amount=opening.amount,
        happened_at=moment,
        usable_at=moment,
        expires_on=expires,
        version=version.number if version else None,
        order=None,
        why={"what": "opening", "amount": opening.amount},
    )


# --- whose it is ----------------------------------------------------------------------------------------


def _who(settlement: Settlement, opening: Opening) -> Name:
    if opening.customer:
        return Name(CUSTOMER, opening.customer)
    return Name(MAILBOX, settlement.fingerprint(opening.email))


def _name(settlement: Settlement, opening: Opening) -> str:
    """What tells the opening apart for ever; an address never enters the ledger, only its fingerprint."""
    if "@" in opening.name:
        return f"mailbox:{settlement.fingerprint(opening.name)}"
    name = _who(settlement, opening)
    return opening.name or f"{name.kind}:{name.value}"


def _accounts(settlement: Settlement, openings: Sequence[Opening]) -> Mapping[Name, int]:
    """The account of each; a mailbox is its registered customer's where there is exactly one, else it waits."""
    session, shop, now = settlement.session, settlement.shop, settlement.now
    names = {_who(settlement, opening): opening for opening in openings}
    known = people.find(session, settlement.shop_id, list(names))
    mailboxes = {n: o.email for n, o in names.items() if n.kind == MAILBOX and n not in known}
    registered = people.registered(session, settlement.shop_id, mailboxes.values())
    owned = {name: registered[mail.lower()] for name, mail in mailboxes.items() if mail.lower() in registered}
    opened = people.find_or_open(session, shop, names.keys() - known.keys() - owned.keys(), now)
    guests = {account: ("", Contact(mailboxes[n])) for n, account in opened.items() if n in mailboxes}
    if guests:
        people.remember(session, guests, now, override=False)
    return known | owned | opened
