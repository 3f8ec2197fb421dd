"""Accounts and their entries, and entries by hand."""

from typing import Any

from sqlmodel import Session

from bridge.api import cursors, models
from bridge.api.models import money
from bridge.api.operations import Call, Nothing, Operation, shop_amount
from bridge.domain.why import sentence
from bridge.reports import accounts as reports
from bridge.reports.accounts import Named, Row
from bridge.reports.standing import Dated, standing
from bridge.reports.statement import LiveOffer, figures
from bridge.services.adjust import adjust
from bridge.services.tokens import Scope
from bridge.storage import leaves
from bridge.storage.books import Booked
from bridge.storage.leaves import Place
from bridge.storage.models import Account


def list_accounts(call: Call[models.AccountsQuery, Nothing]) -> models.AccountPage:
    """The shop's accounts, oldest first."""
    query = call.query
    with call.runtime.db.reading() as session:
        after = cursors.read(query.cursor)
        found = reports.accounts(session, call.shop, query.limit + 1, after, query.customer)
        items = [_account(call, session, named) for named in found[: query.limit]]
    more = len(found) > query.limit
    return models.AccountPage(
        items=items, next=cursors.write(found[query.limit - 1].account.id or 0) if more else None
    )


def read_account(call: Call[Nothing, Nothing]) -> models.AccountDetails:
    """One account with its live code, its goals, and what happens to its credit on which day."""
    with call.runtime.db.reading() as session:
        named = reports.account(session, call.shop, call.path["account"])
        basics = _account(call, session, named)
        now = standing(session, named.account, call.runtime.clock(), call.language)
    return models.AccountDetails(
        **dict(basics),
        code=_code(now.offer, now.currency),
        usable_later=[_dated(each, now.currency) for each in now.later],
        lapsing=[_dated(each, now.currency) for each in now.lapsing],
        goals=[
            models.Goal(rule=g.goal.rule, kind=g.goal.kind, until=g.goal.until, sentence=g.sentence)
            for g in now.goals
        ],
    )


def list_account_entries(call: Call[models.Paging, Nothing]) -> models.EntryPage:
    """The entries of one account, newest first, with the balance after each."""
    place = Place(*cursors.read_pair(call.query.cursor)) if call.query.cursor else None
    with call.runtime.db.reading() as session:
        account = reports.account(session, call.shop, call.path["account"]).account
        leaf = leaves.leaf(session, account, call.query.limit, place)
    following = cursors.write(leaf.next.before, leaf.next.balance) if leaf.next else None
    items = [_booked(call, account, entry, entry.balance_after) for entry in leaf.entries]
    return models.EntryPage(items=items, next=following)


def list_entries(call: Call[models.Paging, Nothing]) -> models.EntryPage:
    """All entries of the shop that are a minute old, oldest first. With the last ``next`` you get what is new."""
    with call.runtime.db.reading() as session:
        found = reports.entries(
            session, call.shop, call.query.limit, call.runtime.clock(), cursors.read(call.query.cursor)
        )
    # At the end, too, the place is given: what is booked later follows it.
    place = cursors.write(found[-1].entry.id or 0) if found else call.query.cursor
    return models.EntryPage(items=[_row(call, row) for row in found], next=place or None)


def adjust_account(call: Call[Nothing, models.Adjustment]) -> models.Entry:
    """Give or take credit by hand; the entry that was booked. Counts once for each Idempotency-Key."""
    wish, runtime = call.body, call.runtime
    amount = shop_amount(call, wish.amount)
    number = adjust(runtime, call.shop, wish.customer, amount, wish.reason, call.bearer.name, call.mark)
    with runtime.db.reading() as session:
        account = session.get_one(Account, number)
        booked = leaves.entry_of(session, account, reports.adjusted(session, account, call.mark))
    return _booked(call, account, booked, None)


def _account(call: Call[Any, Any], session: Session, named: Named) -> models.Account:
    account = named.account
    pending, available = figures(session, account, call.runtime.clock())
    return models.Account(
        id=account.token,
        customer=named.customer or None,
        guest=account.guest,
        balance=money(account.balance, account.currency),
        pending=money(pending, account.currency),
        available=money(available, account.currency),
        automatic=account.automatic,
        opened_at=account.opened_at,
    )


def _code(offer: LiveOffer | None, currency: str) -> models.LiveCode | None:
    if offer is None:
        return None
    return models.LiveCode(code=offer.code, worth=money(offer.worth, currency), state=offer.state)


def _dated(each: Dated, currency: str) -> models.Dated:
    return models.Dated(day=each.day, amount=money(each.amount, currency))


def _booked(call: Call[Any, Any], account: Account, entry: Booked, balance: int | None) -> models.Entry:
    currency = account.currency
    return models.Entry(
        id=entry.id,
        account=account.token,
        kind=entry.kind,
        amount=money(entry.amount, currency),
        balance_after=None if balance is None else money(balance, currency),
        source=entry.source,
        revision=entry.revision,
        order=entry.order,
        happened_at=entry.happened_at,
        booked_at=entry.booked_at,
        usable_at=entry.usable_at,
        expires_on=entry.expires_on,
        explanation=sentence(entry.why, call.language, currency, entry.text),
    )


def _row(call: Call[Any, Any], row: Row) -> models.Entry:
    entry = row.entry
    return models.Entry(
        id=entry.id or 0,
        account=row.account,
        kind=entry.kind,
        amount=money(entry.amount, entry.currency),
        balance_after=None,
        source=entry.source,
        revision=entry.revision,
        order=entry.order_id,
        happened_at=entry.happened_at,
        booked_at=entry.booked_at,
        usable_at=entry.usable_at,
        expires_on=entry.expires_on,
        explanation=sentence(row.why, call.language, entry.currency, row.text),
    )


OPERATIONS = (
    Operation("GET", "/accounts", Scope.ACCOUNTS_READ, list_accounts, models.AccountPage, models.AccountsQuery),
    Operation("GET", "/accounts/{account}", Scope.ACCOUNTS_READ, read_account, models.AccountDetails),
    Operation(
        "GET",
        "/accounts/{account}/entries",
        Scope.ENTRIES_READ,
        list_account_entries,
        models.EntryPage,
        models.Paging,
    ),
    Operation("GET", "/entries", Scope.ENTRIES_READ, list_entries, models.EntryPage, models.Paging),
    Operation(
        "POST",
        "/adjustments",
        Scope.ADJUST,
        adjust_account,
        models.Entry,
        body=models.Adjustment,
        deed="entry by hand",
        status=201,
        keyed=True,
    ),
)
