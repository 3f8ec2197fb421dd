"""Letters to customers: a link that was asked for, an answer, the news. Each is kept once, in the outbox.

Without a mail server nothing is written, and pages do not offer it.
"""

import json
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import cache
from hmac import compare_digest
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, Template
from sqlmodel import Session, col, select

from bridge.domain.letter import Content, Link, as_text
from bridge.domain.tongue import Texts, Tongue
from bridge.runtime import Runtime
from bridge.services import mail, ways_in
from bridge.services.mail import Letter
from bridge.storage import people
from bridge.storage.models import Account, MailChoice, Person, Question, Shop
from bridge.storage.people import MAILBOX, Name

PAUSE = timedelta(minutes=5)
"""For so long an address that asked for a link gets no second one."""

TEXTS: Texts = {
    "link": ("Ihr Zugang zum Rabatt-Konto bei {shop}", "Your way into the discount account at {shop}"),
    "link, opening": (
        "Jemand, hoffentlich Sie, hat um einen Link zu Ihrem Rabatt-Konto gebeten.",
        "Somebody, hopefully you, has asked for a link to your discount account.",
    ),
    "link, way": ("Rabatt-Konto öffnen (gilt eine Stunde)", "Open the discount account (works for one hour)"),
    "link, closing": (
        "Waren Sie es nicht? Dann müssen Sie nichts tun: Ohne diese Mail kommt niemand hinein.",
        "Was it not you? Then there is nothing to do: nobody gets in without this mail.",
    ),
    "answer": ("Antwort auf Ihre Frage an {shop}", "Answer to your question to {shop}"),
    "answer, opening": (
        "Der Shop hat Ihre Frage zu einer Buchung beantwortet.",
        "The shop has answered your question about an entry.",
    ),
    "answer, question": ("Ihre Frage: {text}", "Your question: {text}"),
    "answer, answer": ("Die Antwort: {text}", "The answer: {text}"),
    "answer, way": ("Im Rabatt-Konto ansehen (gilt 7 Tage)", "See it in the discount account (works for 7 days)"),
    "terms": ("So funktioniert Ihr Rabatt-Konto", "How your discount account works"),
}


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody to write to, in “de” or “en”."""

    account: Account
    shop: Shop
    email: str
    language: str


def can_be_sent(runtime: Runtime) -> bool:
    """Whether there is a mail server."""
    return mail.possible(runtime)


def send_link(runtime: Runtime, shop_id: int, email: str, language: str) -> None:
    """Write to the address on file, if there is an account with this one. Says nothing, and takes as long, if not.

    Whatever the address, it is remembered that it was asked for, and nothing is sent a second time for a while.
    """
    fingerprint = runtime.vault.fingerprint(email)
    now = runtime.clock()
    bucket = int(now.timestamp() // PAUSE.total_seconds())
    with runtime.db.transaction() as session:
        fresh = ways_in.claim_once(session, f"asked:{shop_id}:{fingerprint}:{bucket}", now, now + PAUSE)
        shop = session.get(Shop, shop_id)
        if not fresh or shop is None:
            return
        owners = _owners(session, shop_id, email, fingerprint)
        if not owners:
            _write_in_vain(runtime, shop, language)
        for account, address in owners:
            reader = Reader(account, shop, address, language)
            _keep(session, runtime, f"link:{account.id}:{bucket}", reader, _link(runtime, reader))
    runtime.bell.ring("mail", 0)


def tell_answer(session: Session, runtime: Runtime, question: Question) -> None:
    """Keep the letter that brings an answer, in the transaction that keeps the answer itself."""
    reader = reader_of(session, runtime, question.account_id)
    if reader is not None and question.answered_at is not None:
        key = f"answer:{question.id}:{question.answered_at.isoformat()}"
        _keep(session, runtime, key, reader, _answer(runtime, reader, question))


def reader_of(session: Session, runtime: Runtime, account_id: int) -> Reader | None:
    """Whom to write to for an account; None where nobody is known, or the owner was erased."""
    account, person = session.get_one(Account, account_id), session.get(Person, account_id)
    if person is None or not person.email or account.erased_at is not None or account.merged_into is not None:
        return None
    choice = session.get(MailChoice, account_id)
    language = (choice.language if choice else "") or runtime.settings.language
    return Reader(account, session.get_one(Shop, account.shop_id), person.email, language)


def terms_address(runtime: Runtime, shop: Shop) -> str:
    """Where the shop's terms can be read."""
    return f"{runtime.settings.public_url}/terms/{shop.id}"


def off_address(runtime: Runtime, account: Account) -> str:
    """Where one click, or a mail program's own button, ends the mails about news. It opens nothing else."""
    return f"{runtime.settings.public_url}/mails/off/{account.token}.{_off_proof(runtime, account.token)}"


def whose_mails(runtime: Runtime, link: str) -> int | None:
    """The account whose mails such a link ends; None for a link that is not ours."""
    token, _, proof = link.partition(".")
    if not compare_digest(proof.encode(), _off_proof(runtime, token).encode()):
        return None
    with runtime.db.reading() as session:
        return session.exec(select(Account.id).where(col(Account.token) == token)).first()


def written(key: str, reader: Reader, content: Content, unsubscribe: str = "") -> Letter:
    """A content as the mail it becomes: the same in plain text and in HTML."""
    return Letter(key, reader.email, content.subject, as_text(content), unsubscribe, as_html(content))


def as_html(content: Content) -> str:
    """The mail for whoever reads HTML."""
    return _template().render(letter=content)


def _off_proof(runtime: Runtime, token: str) -> str:
    return runtime.vault.token("no news", token)


def _keep(session: Session, runtime: Runtime, key: str, reader: Reader, content: Content) -> None:
    mail.keep(session, runtime, written(key, reader, content), reader.shop.id, reader.account.id)


def _owners(session: Session, shop_id: int, email: str, fingerprint: str) -> list[tuple[Account, str]]:
    """Every living account at the shop that this address is on file for, with the address as it stands there."""
    named = people.find(session, shop_id, [Name(MAILBOX, fingerprint)])
    accounts = {*named.values(), *people.with_address(session, shop_id, email)}
    rows = session.exec(
        select(Account, Person.email)
        .join(Person)
        .where(col(Account.id).in_(accounts), col(Account.erased_at).is_(None))
        .where(col(Account.merged_into).is_(None), col(Person.email) != "")
    )
    asked = email.strip().casefold()
    return [(account, address) for account, address in rows if address.strip().casefold() == asked]


def _write_in_vain(runtime: Runtime, shop: Shop, language: str) -> None:
    """What writing a letter takes, without one: or the answer would come sooner where there is no account."""
    account = Account(token=shop.token, shop_id=shop.id or 0, currency=shop.currency)
    reader = Reader(account, shop, "nobody@example.org", language)
    letter = written("in vain", reader, _link(runtime, reader))
    runtime.vault.seal("mail", letter.key, json.dumps(asdict(letter)))


def _link(runtime: Runtime, reader: Reader) -> Content:
    tongue = Tongue(reader.language, reader.account.currency, TEXTS)
    href = ways_in.link(runtime, reader.account.token, reader.email, ways_in.ASKED_KEEPS)
    return Content(
        language=reader.language,
        subject=tongue.say("link", shop=reader.shop.name),
        opening=tongue.say("link, opening"),
        closing=(tongue.say("link, closing"),),
        way=Link(tongue.say("link, way"), href),
        foot=(Link(tongue.say("terms"), terms_address(runtime, reader.shop)),),
        sender=reader.shop.name,
    )


def _answer(runtime: Runtime, reader: Reader, question: Question) -> Content:
    tongue = Tongue(reader.language, reader.account.currency, TEXTS)
    href = ways_in.link(runtime, reader.account.token, reader.email, ways_in.LINK_KEEPS)
    return Content(
        language=reader.language,
        subject=tongue.say("answer", shop=reader.shop.name),
        opening=tongue.say("answer, opening"),
        closing=(
            tongue.say("answer, question", text=question.text),
            tongue.say("answer, answer", text=question.answer),
        ),
        way=Link(tongue.say("answer, way"), href),
        foot=(Link(tongue.say("terms"), terms_address(runtime, reader.shop)),),
        sender=reader.shop.name,
    )


@cache
def _template() -> Template:
    folder = FileSystemLoader(Path(__file__).with_name("templates"))
    return Environment(loader=folder, autoescape=True, trim_blocks=True).get_template("letter.html")
