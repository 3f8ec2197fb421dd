"""Entries made by hand: corrections with a reason, and opening balances taken over from another system."""

from datetime import date
from uuid import uuid4

from sqlmodel import Session

from bridge.domain import money
from bridge.domain.earning import last_day
from bridge.domain.targets import Change, Holding, Key, Kind, Why
from bridge.errors import NotFound, Refused
from bridge.runtime import Runtime
from bridge.services import customers
from bridge.services.connect import client_of
from bridge.services.contact import find_shop
from bridge.services.settlement import Settlement
from bridge.storage import ledger, people
from bridge.storage.models import Account
from bridge.storage.people import CUSTOMER, Name


def adjust(runtime: Runtime, shop_id: int, customer: str, amount: int, reason: str, by: str, mark: str = "") -> int:
    """Give (positive) or take (negative) minor units by hand; the account's id.

    Usable at once, and expires as the programme of now says. The reason is kept erasably; ``by`` stays for
    ever, so it is a role or a user's number, never a name. The same ``mark`` is booked once. Raises ``Refused``
    without a reason or for zero, ``NotFound`` for a customer whom neither we nor the shop know.
    """
    refuse_empty(amount, reason)
    _introduce(runtime, shop_id, customer)
    name = Name(CUSTOMER, customer)
    with runtime.db.transaction() as session:
        account = people.find(session, shop_id, [name])[name]
        post_adjustment(runtime, session, account, amount, reason, by, mark)
    runtime.bell.ring("push", shop_id)
    return account


def adjust_account(runtime: Runtime, account_id: int, amount: int, reason: str, by: str) -> None:
    """The same for an account that is known by its id, a guest's as well."""
    refuse_empty(amount, reason)
    with runtime.db.transaction() as session:
        shop_id = post_adjustment(runtime, session, account_id, amount, reason, by)
    runtime.bell.ring("push", shop_id)


def refuse_empty(amount: int, reason: str) -> None:
    """``Refused`` for an entry that changes nothing, or that nobody could explain to the customer."""
    if not reason.strip():
        raise Refused("An adjustment needs a reason, which the customer will read. Nothing was booked.")
    if not amount:
        raise Refused("An adjustment of zero changes nothing. Nothing was booked.")


def post_adjustment(
    runtime: Runtime, session: Session, account_id: int, amount: int, reason: str, by: str, mark: str = ""
) -> int:
    """Book it within a transaction; the account's shop. ``Refused`` for an account that is part of another one."""
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound(f"There is no account {account_id} here. Nothing was booked.")
    if account.merged_into is not None:
        raise Refused("This account has become part of another one; make the entry there. Nothing was booked.")
    settlement = _settlement(runtime, session, account.shop_id, by)
    key = Key(account_id, Kind.ADJUSTMENT, f"{settlement.prefix}/adjust:{mark or uuid4().hex}")
    if mark and _held(settlement, key) is not None:
        return account.shop_id
    why = {"what": "adjustment", "amount": amount}
    _post(settlement, _entry(settlement, key, amount, _expiry(settlement, amount), why), reason.strip())
    return account.shop_id


def opening(
    runtime: Runtime, shop_id: int, customer: str, amount: int, expires: date | None, external_id: str
) -> int:
    """Take over a balance in minor units; the account's id. An unknown customer gets an account.

    ``expires`` is the last usable day, None for what the programme says. The same ``external_id`` is booked
    once, however often it comes; with another amount it is ``Refused``, as is anything not above zero.
    """
    if amount <= 0:
        raise Refused(f"The opening “{external_id}” is not above zero. Nothing was booked.")
    with runtime.db.transaction() as session:
        settlement = _settlement(runtime, session, shop_id, "opening")
        name = Name(CUSTOMER, customer)
        account = people.find_or_open(session, settlement.shop, [name], settlement.now)[name]
        key = Key(account, Kind.OPENING, f"{settlement.prefix}/opening:{external_id}")
        if not _is_booked(settlement, key, amount):
            day = expires or _expiry(settlement, amount)
            _post(settlement, _entry(settlement, key, amount, day, {"what": "opening", "amount": amount}))
    runtime.bell.ring("push", shop_id)
    return account


def _introduce(runtime: Runtime, shop_id: int, customer: str) -> None:
    """Make sure that the customer has an account; the shop is asked about one we have never met."""
    with runtime.db.reading() as session:
        shop = find_shop(session, shop_id)
        if people.find(session, shop_id, [Name(CUSTOMER, customer)]):
            return
    found = client_of(runtime, shop).customers([customer])
    if not found:
        raise NotFound(f"Neither this ledger nor the shop knows a customer {customer}. Nothing was booked.")
    with runtime.db.transaction() as session:
        settlement = _settlement(runtime, session, shop_id, "read of the shop")
        customers.absorb(settlement, found, runtime.settings.claim == "registration")
        settlement.close()


def _settlement(runtime: Runtime, session: Session, shop_id: int, cause: str) -> Settlement:
    shop = find_shop(session, shop_id)
    return Settlement(session, shop, runtime.vault.fingerprint, runtime.clock(), cause)


def _held(settlement: Settlement, key: Key) -> Holding | None:
    """What is booked for the key, with the account locked so that it stays so."""
    settlement.book.lock([key.account])
    return ledger.held_of_kind(settlement.session, [key.account], key.kind).get(key.account, {}).get(key)


def _is_booked(settlement: Settlement, key: Key, amount: int) -> bool:
    held = _held(settlement, key)
    if held is not None and held.amount != amount:
        name = key.source.removeprefix(f"{settlement.prefix}/opening:")
        before, now = (money.plain(figure, settlement.shop.currency) for figure in (held.amount, amount))
        raise Refused(
            f"The opening “{name}” was taken over before with {before} and now says {now}. Nothing was booked; "
            "correct the difference with an adjustment."
        )
    return held is not None


def _expiry(settlement: Settlement, amount: int) -> date | None:
    version = settlement.timeline.at(settlement.now)
    if version is None or amount < 0:
        return None
    return last_day(settlement.now, version.programme.expiry, version.programme.zone)


def _entry(settlement: Settlement, key: Key, amount: int, expires_on: date | None, why: Why) -> Change:
    now, version = settlement.now, settlement.timeline.at(settlement.now)
    return Change(
        key=key,
        revision=1,
        amount=amount,
        happened_at=now,
        usable_at=now,
        expires_on=expires_on,
        version=version.number if version else None,
        order=None,
        why=why,
    )


def _post(settlement: Settlement, change: Change, text: str = "") -> None:
    settlement.book.post([change], text)
    settlement.accounts([change.key.account])
    settlement.close()
