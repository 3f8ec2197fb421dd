"""I6: no entry was changed, added beside the ledger or cut off; the triggers that refuse it are in place."""

from collections.abc import Iterator
from itertools import groupby

from sqlmodel import Session, col, select

from bridge.runtime import Runtime
from bridge.services.checks.pages import Finding, account_pages, name_of, scopes
from bridge.storage import books, chain
from bridge.storage.migrations import guard
from bridge.storage.models import Account, Entry, EntryText


def check(runtime: Runtime) -> Iterator[Finding]:
    """The triggers, then every account's chain from its first entry on."""
    yield from _triggers(runtime)
    for scope in scopes(runtime):
        for session, accounts in account_pages(runtime, scope.shop_id):
            yield from _page(session, accounts)


def _triggers(runtime: Runtime) -> Iterator[Finding]:
    with runtime.db.reading() as session:
        for trigger in guard.missing(session.connection()):
            sentence = "The trigger that refuses changes is missing. Compare with a backup before making it again."
            yield Finding("I6", f"trigger {trigger}", sentence)


def _page(session: Session, accounts: list[Account]) -> Iterator[Finding]:
    by_id = {account.id or 0: account for account in accounts}
    texts = _texts(session, list(by_id))
    empty = set(by_id)
    for account_id, entries in groupby(books.chained(session, list(by_id)), lambda entry: entry.account_id):
        empty.discard(account_id)
        yield from _chain(by_id[account_id], entries, texts)
    for account_id in sorted(empty):
        yield from _chain(by_id[account_id], iter(()), texts)


def _texts(session: Session, ids: list[int]) -> dict[int, bytes]:
    """What the chain must hold of each text that was not erased, by entry."""
    rows = session.exec(
        select(EntryText.entry_id, EntryText.salt, EntryText.text)
        .join(Entry, col(Entry.id) == col(EntryText.entry_id))
        .where(col(Entry.account_id).in_(ids))
    )
    return {entry: chain.commit_to(salt, text) for entry, salt, text in rows}


def _chain(account: Account, entries: Iterator[Entry], texts: dict[int, bytes]) -> Iterator[Finding]:
    """The first entry that does not fit ends the walk: all after it hang on it."""
    head, count = b"", 0
    for entry in entries:
        count += 1
        head = chain.read_again(head, account.token, entry)
        if head != entry.hash:
            yield Finding("I6", f"entry {entry.id}", f"It was changed, or one before it: the hash does not fit "
                          f"(number {count} of {name_of(account)}, {entry.kind} {entry.source}).")  # fmt: skip
            return
        if texts.get(entry.id or 0, entry.commitment) != entry.commitment:
            yield Finding("I6", f"entry {entry.id}", "Its reason was changed: it is not the one that was booked.")
    if head != account.head or count != account.entries:
        sentence = (
            f"The account remembers {account.entries} entries, but {count} are there or the last one differs."
        )
        yield Finding("I6", name_of(account), sentence)
