"""The one letter to a guest: that credit waits under their mailbox, and how to get at it.

Nobody has proven a guest's mailbox, and nobody there has asked for mails. So it is written only where the merchant
has switched it on (MAIL_GUESTS), only because of an order, never a second time, and names no article.
"""

from collections.abc import Iterable, Mapping

from sqlmodel import Session

from bridge.domain.letter import Content, Link
from bridge.domain.tongue import Texts, Tongue
from bridge.runtime import Runtime
from bridge.services import letters, mail, ways_in
from bridge.services.letters import Reader

TEXTS: Texts = {
    "subject": ("{amount} Guthaben für Ihren nächsten Einkauf", "{amount} of credit for your next purchase"),
    "opening": (
        "Zu Ihrer Bestellung bei {shop} wurden {amount} Guthaben gebucht. Sie werden von einer späteren Bestellung"
        " abgezogen und sind nicht auszahlbar.",
        "{amount} of credit was booked for your order at {shop}. It comes off a later order and cannot be paid"
        " out.",
    ),
    "waits": (
        "Sie haben als Gast bestellt; das Guthaben wartet unter dieser E-Mail-Adresse. Der Link zeigt jede Buchung"
        " und ab wann sie einlösbar ist.",
        "You ordered as a guest; the credit waits under this e-mail address. The link shows every entry and from"
        " when on it can be redeemed.",
    ),
    "claim": (
        "Mit einem Kundenkonto unter dieser Adresse können Sie es übernehmen: Lassen Sie sich danach auf der Seite"
        " Ihres Rabatt-Kontos einen neuen Link schicken; so ist sicher, dass das Postfach Ihnen gehört.",
        "With a customer account under this address you can take it over: afterwards, have a new link sent to you"
        " on the page of your discount account, so that it is certain that the mailbox is yours.",
    ),
    "once": ("Das schreiben wir Ihnen nur dieses eine Mal.", "We write this to you only this once."),
    "way": ("Guthaben ansehen (der Link gilt 7 Tage)", "See the credit (the link works for 7 days)"),
    "account": ("Einen neuen Link anfordern", "Ask for a new link"),
    "terms": ("So funktioniert Ihr Rabatt-Konto", "How your discount account works"),
    "off": ("Keine Mails über mein Guthaben", "No mails about my credit"),
}


def are_written_to(runtime: Runtime) -> bool:
    """Whether the merchant wants guests to be told."""
    return runtime.settings.mail_guests == "yes" and mail.possible(runtime)


def tell(session: Session, runtime: Runtime, readers: Iterable[Reader], booked: Mapping[int, int]) -> int:
    """Keep the letter for those who never got it and have credit; how many. ``booked`` is by account."""
    due = [each for each in readers if booked.get(each.account.id or 0, 0) > 0 and each.account.balance > 0]
    return sum(_keep(session, runtime, reader) for reader in due)


def _keep(session: Session, runtime: Runtime, reader: Reader) -> bool:
    off = letters.off_address(runtime, reader.account)
    letter = letters.written(f"guest:{reader.account.id}", reader, _content(runtime, reader, off), off)
    return mail.keep(session, runtime, letter, reader.shop.id, reader.account.id)


def _content(runtime: Runtime, reader: Reader, off: str) -> Content:
    tongue = Tongue(reader.language, reader.account.currency, TEXTS)
    amount = tongue.money(reader.account.balance)
    way = ways_in.link(runtime, reader.account.token, reader.email, ways_in.LINK_KEEPS)
    return Content(
        language=reader.language,
        subject=tongue.say("subject", amount=amount),
        opening=tongue.say("opening", amount=amount, shop=reader.shop.name),
        closing=(tongue.say("waits"), tongue.say("claim"), tongue.say("once")),
        way=Link(tongue.say("way"), way),
        foot=(
            Link(tongue.say("account"), ways_in.address(runtime, reader.shop.id or 0)),
            Link(tongue.say("terms"), letters.terms_address(runtime, reader.shop)),
            Link(tongue.say("off"), off),
        ),
        sender=reader.shop.name,
    )
