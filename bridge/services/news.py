"""News for customers: once a day, one letter to everybody to whom something happened.

What is new is found in the ledger itself: the entries behind a kept place, and the open credit whose day has
come. A round first keeps where it ends, then writes its letters portion by portion, then makes that end the next
beginning. One that is interrupted is done again between the same two places, and a letter of the same round
is kept once: so none is lost and none is written twice.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, delete, exists, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from bridge.domain.calendar import local_day
from bridge.domain.news import MOST, Bookings, News, Told, Ways, letter
from bridge.domain.targets import Kind
from bridge.domain.why import sentence
from bridge.runtime import Runtime
from bridge.services import contact, guests, letters, mail, ways_in
from bridge.services.letters import Reader
from bridge.storage import programmes
from bridge.storage.alone import alone
from bridge.storage.codec import unpack_why
from bridge.storage.models import Account, Entry, EntryText, Lot, MailChoice, NewsRound, Person, Shop, ShopStatus

FROM_HOUR = 9
"""The hour of the shop's day from which letters are written."""

WARNINGS = (timedelta(days=30), timedelta(days=7))
"""How long before its last day it is said that credit lapses."""

_SETTLED = timedelta(minutes=10)
"""Entries younger than this are told tomorrow: one with a smaller number may still be on its way."""

_PORTION = 200

_SILENT = (Kind.REDEMPTION.value, Kind.EXPIRY.value)
"""Kinds that nobody is written to about when they take something: the order said so, or a warning did."""


@dataclass(frozen=True, slots=True)
class Span:
    """What one round tells of: entries after ``first`` up to ``last``, and what fell due in between."""

    shop: int
    first: int
    last: int
    since: datetime
    until: datetime
    zone: ZoneInfo

    def warned(self) -> list[tuple[date, date]]:
        """The last days that are warned of: after the one, up to the other."""
        days = [local_day(self.since, self.zone), local_day(self.until, self.zone)]
        return [(days[0] + ahead, days[1] + ahead) for ahead in WARNINGS]


def is_due(runtime: Runtime, session: Session, shop: Shop, now: datetime) -> bool:
    """Whether today's letters to the shop's customers have still to be written."""
    if not mail.possible(runtime) or not _speaks(shop):
        return False
    zone = ZoneInfo(shop.timezone)
    known = session.get(NewsRound, shop.id)
    if known is None or known.aim_until is not None:
        return True
    local = now.astimezone(zone)
    return local.hour >= FROM_HOUR and local_day(known.told_until, zone) < local.date()


def tell(runtime: Runtime, shop_id: int) -> int:
    """Write today's letters; how many. Does nothing when they are written already."""
    with alone(runtime.db, f"news-{shop_id}") as mine:
        zone = _zone_if_due(runtime, shop_id)
        if not mine or zone is None:
            return 0
        span = _begin(runtime, shop_id, zone)
        count = sum(_write(runtime, span, portion) for portion in _portions(runtime, span)) if span else 0
        _end(runtime, shop_id)
    runtime.bell.ring("mail", 0)
    return count


def begin_anew(session: Session) -> None:
    """After a restore nobody knows what was told since: the next round passes over everything up to itself."""
    session.execute(delete(NewsRound))


def _zone_if_due(runtime: Runtime, shop_id: int) -> ZoneInfo | None:
    with runtime.db.reading() as session:
        shop = contact.find_shop(session, shop_id)
        if not is_due(runtime, session, shop, runtime.clock()):
            return None
        return programmes.zone(programmes.timeline(session, shop_id), shop)


def _speaks(shop: Shop) -> bool:
    """A shop that rests, is being left, only watches for now or was not read since a restore writes to nobody."""
    return shop.status == ShopStatus.ACTIVE and not shop.observing and shop.restored_from is None


def _begin(runtime: Runtime, shop_id: int, zone: ZoneInfo) -> Span | None:
    """The round at hand, new or interrupted. None for the first of all: the past is no news."""
    now = runtime.clock()
    with runtime.db.transaction() as session:
        known = session.get(NewsRound, shop_id)
        if known is None:
            session.add(NewsRound(shop_id=shop_id, entry_id=_last(session, shop_id, now), told_until=now))
            return None
        if known.aim_until is None:
            known.aim_entry_id, known.aim_until = _last(session, shop_id, now - _SETTLED), now
        last = max(known.aim_entry_id or 0, known.entry_id)
        return Span(shop_id, known.entry_id, last, known.told_until, known.aim_until, zone)


def _end(runtime: Runtime, shop_id: int) -> None:
    with runtime.db.transaction() as session:
        known = session.get_one(NewsRound, shop_id)
        if known.aim_until is not None:
            known.entry_id = max(known.aim_entry_id or 0, known.entry_id)
            known.told_until, known.aim_entry_id, known.aim_until = known.aim_until, None, None


def _last(session: Session, shop_id: int, before: datetime) -> int:
    statement = select(func.max(col(Entry.id))).where(col(Entry.shop_id) == shop_id, col(Entry.booked_at) <= before)
    return session.execute(statement).scalar_one() or 0


# --- who has news -------------------------------------------------------------------------------------------


def _portions(runtime: Runtime, span: Span) -> Iterator[list[int]]:
    with runtime.db.reading() as session:
        booked = session.execute(_within(span, select(col(Entry.account_id)).distinct())).scalars()
        due = session.execute(_lots(span, select(col(Lot.account_id)).distinct())).scalars()
        wanted = sorted({*booked, *due})
    for start in range(0, len(wanted), _PORTION):
        yield wanted[start : start + _PORTION]


def _within(span: Span, statement: Any) -> Any:
    return statement.where(
        col(Entry.shop_id) == span.shop,
        col(Entry.id) > span.first,
        col(Entry.id) <= span.last,
        col(Entry.moves).is_(False),
        or_(col(Entry.amount) > 0, col(Entry.kind).not_in(_SILENT)),
    )


def _lots(span: Span, statement: Any) -> Any:
    return (
        statement.join(Account, col(Account.id) == col(Lot.account_id))
        .where(col(Account.shop_id) == span.shop, col(Lot.rest) > 0)
        .where(or_(_became_usable(span), *(_lapses(*days) for days in span.warned())))
    )


def _became_usable(span: Span) -> Any:
    """Credit that waited and waits no more. What is booked in this round says itself from when on it is usable."""
    first = aliased(Entry)
    known = exists().where(
        col(first.account_id) == col(Lot.account_id),
        col(first.kind) == col(Lot.kind),
        col(first.source) == col(Lot.source),
        col(first.id) <= span.first,
    )
    return and_(col(Lot.usable_at) > span.since, col(Lot.usable_at) <= span.until, known)


def _lapses(after: date, up_to: date) -> Any:
    return and_(col(Lot.expires_on) > after, col(Lot.expires_on) <= up_to)


# --- what is told -------------------------------------------------------------------------------------------


def _write(runtime: Runtime, span: Span, accounts: Sequence[int]) -> int:
    """The letters to these accounts, in one transaction; how many were kept."""
    with runtime.db.transaction() as session:
        readers = _readers(session, runtime, accounts)
        found = _news(session, span, readers)
        written = sum(_keep(session, runtime, span, readers[i], news) for i, news in found.items() if news)
        return written + _tell_guests(session, runtime, span, accounts)


def _tell_guests(session: Session, runtime: Runtime, span: Span, accounts: Sequence[int]) -> int:
    if not guests.are_written_to(runtime):
        return 0
    readers = _readers(session, runtime, accounts, guest=True)
    booked = _bookings(session, span, readers, up=True)
    return guests.tell(session, runtime, readers.values(), {i: each.total for i, each in booked.items()})


def _keep(session: Session, runtime: Runtime, span: Span, reader: Reader, news: News) -> bool:
    off = letters.off_address(runtime, reader.account)
    ways = Ways(
        ways_in.link(runtime, reader.account.token, reader.email, ways_in.LINK_KEEPS),
        letters.terms_address(runtime, reader.shop),
        off,
    )
    content = letter(news, reader.language, reader.account.currency, reader.shop.name, ways)
    key = f"news:{reader.account.id}:{span.first}:{span.since.isoformat()}"
    return mail.keep(session, runtime, letters.written(key, reader, content, off), span.shop, reader.account.id)


def _readers(
    session: Session, runtime: Runtime, accounts: Collection[int], *, guest: bool = False
) -> dict[int, Reader]:
    """Those who can be written to and have not said no. A guest's mailbox is not proven: no news goes there."""
    rows = session.execute(
        select(Account, Shop, col(Person.email), col(MailChoice.language))
        .join(Shop, col(Shop.id) == col(Account.shop_id))
        .join(Person, col(Person.account_id) == col(Account.id))
        .join(MailChoice, col(MailChoice.account_id) == col(Account.id), isouter=True)
        .where(col(Account.id).in_(list(accounts)), col(Person.email) != "", col(Account.guest).is_(guest))
        .where(col(Account.merged_into).is_(None), col(Account.erased_at).is_(None))
        .where(col(MailChoice.silent_since).is_(None))
        .order_by(col(Account.id))
    )
    speaks = runtime.settings.language
    return {account.id: Reader(account, shop, email, language or speaks) for account, shop, email, language in rows}


def _news(session: Session, span: Span, readers: Mapping[int, Reader]) -> dict[int, News]:
    booked, back = (_bookings(session, span, readers, up=up) for up in (True, False))
    usable = _sums(session, span, readers, _became_usable(span))
    lapsing = _lapsing(session, span, readers)
    return {
        i: News(
            booked=booked.get(i, Bookings()),
            back=back.get(i, Bookings()),
            usable=usable.get(i, 0),
            lapsing=tuple(sorted(lapsing.get(i, {}).items())),
            balance=reader.account.balance,
            available=max(0, reader.account.balance - reader.account.pending),
            automatic=reader.account.automatic,
        )
        for i, reader in readers.items()
    }


def _bookings(session: Session, span: Span, readers: Mapping[int, Reader], *, up: bool) -> dict[int, Bookings]:
    """What went up, or down, for each account: the newest one by one, and all in sum."""
    sign = col(Entry.amount) > 0 if up else col(Entry.amount) < 0
    theirs = _within(span, select(col(Entry.account_id), func.count(), func.sum(col(Entry.amount)))).where(
        col(Entry.account_id).in_(list(readers)), sign
    )
    told = _told(session, span, readers, sign)
    return {
        account: Bookings(tuple(told[account]), count, int(total))
        for account, count, total in session.execute(theirs.group_by(col(Entry.account_id)))
    }


def _told(session: Session, span: Span, readers: Mapping[int, Reader], sign: Any) -> dict[int, list[Told]]:
    rank = func.row_number().over(partition_by=col(Entry.account_id), order_by=col(Entry.id).desc())
    ranked = _within(span, select(col(Entry.id), rank.label("rank"))).where(
        col(Entry.account_id).in_(list(readers)), sign
    )
    ranked = ranked.subquery()
    rows = session.execute(
        select(Entry, col(EntryText.text))
        .join(ranked, ranked.c.id == col(Entry.id))
        .join(EntryText, col(EntryText.entry_id) == col(Entry.id), isouter=True)
        .where(ranked.c.rank <= MOST)
        .order_by(col(Entry.id))
    )
    found: dict[int, list[Told]] = defaultdict(list)
    for entry, text in rows:
        found[entry.account_id].append(_as_told(entry, text or "", readers[entry.account_id], span))
    return found


def _as_told(entry: Entry, text: str, reader: Reader, span: Span) -> Told:
    reason = sentence(unpack_why(entry.explanation), reader.language, entry.currency, text)
    waits = entry.amount > 0 and entry.usable_at > span.until
    return Told(reason, entry.amount, local_day(entry.usable_at, span.zone) if waits else None)


def _sums(session: Session, span: Span, readers: Mapping[int, Reader], which: Any) -> dict[int, int]:
    rows = session.execute(
        select(col(Lot.account_id), func.sum(col(Lot.rest)))
        .where(col(Lot.account_id).in_(list(readers)), col(Lot.rest) > 0, which)
        .group_by(col(Lot.account_id))
    )
    return {account: int(total) for account, total in rows}


def _lapsing(session: Session, span: Span, readers: Mapping[int, Reader]) -> dict[int, dict[date, int]]:
    rows = session.execute(
        select(col(Lot.account_id), col(Lot.expires_on), func.sum(col(Lot.rest)))
        .where(col(Lot.account_id).in_(list(readers)), col(Lot.rest) > 0)
        .where(or_(*(_lapses(*days) for days in span.warned())))
        .group_by(col(Lot.account_id), col(Lot.expires_on))
    )
    found: dict[int, dict[date, int]] = defaultdict(dict)
    for account, day, total in rows:
        if day is not None:
            found[account][day] = int(total)
    return found
