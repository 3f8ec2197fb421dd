"""News of an account since its owner was last written to, and the letter that tells them. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bridge.domain.letter import Content, Item, Link, Part
from bridge.domain.tongue import Texts, Tongue

MOST = 12
"""Bookings that are told one by one; of more, the number is told."""

TEXTS: Texts = {
    "subject, booked": (
        "{amount} Guthaben für Ihren nächsten Einkauf",
        "{amount} of credit for your next purchase",
    ),
    "subject, back": ("Guthaben wurde zurückgebucht", "Credit was taken back"),
    "subject, usable": ("{amount} Guthaben sind jetzt einlösbar", "{amount} of credit can be redeemed now"),
    "subject, lapsing": ("{amount} Guthaben verfallen bald", "{amount} of credit lapses soon"),
    "opening": ("Das ist neu in Ihrem Rabatt-Konto bei {shop}.", "This is new in your discount account at {shop}."),
    "booked": ("Neu gebucht", "Newly booked"),
    "back": ("Zurückgebucht", "Taken back"),
    "usable": ("Jetzt einlösbar", "Redeemable now"),
    "usable, item": ("wird bei Ihrer nächsten Bestellung abgezogen", "comes off your next order"),
    "usable, saving": ("angespart, da Sie nichts abziehen lassen", "saved up, as you have nothing taken off"),
    "lapsing": ("Verfällt, wenn es nicht eingelöst wird", "Lapses unless it is redeemed"),
    "lapsing, item": ("einlösbar bis einschließlich {day}", "to be redeemed up to and including {day}"),
    "from": ("{reason}, einlösbar ab {day}", "{reason}, redeemable from {day} on"),
    "more": ("und {count} weitere Buchungen, zusammen", "and {count} more entries, in all"),
    "standing": (
        "Jetzt einlösbar: {available}. Guthaben: {balance}.",
        "Redeemable now: {available}. Balance: {balance}.",
    ),
    "nothing to pay": (
        "Sie müssen nichts zahlen: Was zurückgebucht wurde, wird mit späterem Guthaben verrechnet.",
        "You do not have to pay anything: what was taken back is counted against later credit.",
    ),
    "way": ("Alle Buchungen ansehen (der Link gilt 7 Tage)", "See all bookings (the link works for 7 days)"),
    "terms": ("So funktioniert Ihr Rabatt-Konto", "How your discount account works"),
    "off": ("Keine Mails mehr über mein Guthaben", "No more mails about my credit"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A booking with its reason in a sentence. ``usable_from`` is the day in the shop's time, None for now."""

    reason: str
    amount: int
    usable_from: date | None = None


@dataclass(frozen=True, slots=True)
class Bookings:
    """Some bookings one by one, and how many there are in all, with their sum."""

    told: tuple[Told, ...] = ()
    count: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class News:
    """What has happened to one account. Amounts are minor units, those of ``back`` below zero.

    ``lapsing`` is by last usable day.
    """

    booked: Bookings
    back: Bookings
    usable: int
    lapsing: tuple[tuple[date, int], ...]
    balance: int
    available: int
    automatic: bool

    def __bool__(self) -> bool:
        """Whether there is anything worth a mail."""
        return bool(self.booked.count or self.back.count or self.usable or self.lapsing)


@dataclass(frozen=True, slots=True)
class Ways:
    """Where the links of the letter lead."""

    account: str
    terms: str
    off: str


def letter(news: News, language: str, currency: str, shop: str, ways: Ways) -> Content:
    """The one letter that tells all the news, in “en” or else in German."""
    tongue = Tongue(language, currency, TEXTS)
    standing = tongue.say("standing", available=tongue.money(news.available), balance=tongue.money(news.balance))
    calming = [tongue.say("nothing to pay")] if news.back.count or news.balance < 0 else []
    return Content(
        language=language,
        subject=_subject(news, tongue),
        opening=tongue.say("opening", shop=shop),
        parts=tuple(_parts(news, tongue)),
        closing=(standing, *calming),
        way=Link(tongue.say("way"), ways.account),
        foot=(Link(tongue.say("terms"), ways.terms), Link(tongue.say("off"), ways.off)),
        sender=shop,
    )


def _subject(news: News, tongue: Tongue) -> str:
    """The most pleasant thing first, but what may be lost before it is."""
    if news.lapsing:
        return tongue.say("subject, lapsing", amount=tongue.money(sum(amount for _, amount in news.lapsing)))
    if news.booked.count:
        return tongue.say("subject, booked", amount=tongue.money(news.booked.total))
    if news.usable:
        return tongue.say("subject, usable", amount=tongue.money(news.usable))
    return tongue.say("subject, back")


def _parts(news: News, tongue: Tongue) -> Iterator[Part]:
    if news.booked.count:
        yield Part(tongue.say("booked"), tuple(_items(news.booked, tongue)))
    if news.usable:
        name = "usable, item" if news.automatic else "usable, saving"
        yield Part(tongue.say("usable"), (Item(tongue.say(name), tongue.money(news.usable)),))
    if news.back.count:
        yield Part(tongue.say("back"), tuple(_items(news.back, tongue)))
    if news.lapsing:
        yield Part(tongue.say("lapsing"), tuple(_lapsing(news.lapsing, tongue)))


def _items(bookings: Bookings, tongue: Tongue) -> Iterator[Item]:
    for each in bookings.told:
        reason = each.reason
        if each.usable_from is not None:
            reason = tongue.say("from", reason=reason, day=tongue.day(each.usable_from))
        yield Item(reason, tongue.money(each.amount))
    rest = bookings.count - len(bookings.told)
    if rest:
        yield Item(
            tongue.say("more", count=rest),
            tongue.money(bookings.total - sum(each.amount for each in bookings.told)),
        )


def _lapsing(lapsing: Sequence[tuple[date, int]], tongue: Tongue) -> Iterator[Item]:
    for day, amount in lapsing:
        yield Item(tongue.say("lapsing, item", day=tongue.day(day)), tongue.money(amount))
