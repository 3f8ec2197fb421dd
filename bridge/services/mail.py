"""Mails: kept in the transaction that gives cause for them, sent afterwards by a job.

A mail has a key that says what it is about, so the same cause never makes two. One process sends at a time and
each sending is noted before the next; only a process that dies between the mail server's yes and our note
repeats that one mail, with the same Message-ID, by which mail programs know it.
"""

import json
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import SplitResult, unquote, urlsplit

import structlog
from sqlalchemy import select, update
from sqlmodel import Session, col

from bridge.errors import SealBroken
from bridge.runtime import Runtime
from bridge.services import contact
from bridge.storage.alone import alone
from bridge.storage.cases import open_case
from bridge.storage.dialect import upsert
from bridge.storage.models import OutgoingMail

log = structlog.get_logger(__name__)

GIVE_UP = timedelta(days=3)
"""A mail that could not be sent for so long is no news any more."""

_PATIENCE = 20
_BATCH = 50
_PORTS = {"smtp": 587, "smtps": 465}
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to one person. ``key`` says what it is about and is unique for good; it names nobody.

    ``unsubscribe`` is an address for the List-Unsubscribe header, empty for none: a POST to it must do, without
    a login (RFC 8058). ``html`` says the same as ``text``, empty where that is all.
    """

    key: str
    to: str
    subject: str
    text: str
    unsubscribe: str = ""
    html: str = ""


def possible(runtime: Runtime) -> bool:
    """Whether this installation can send mails at all."""
    return runtime.settings.smtp_url is not None


def keep(
    session: Session, runtime: Runtime, letter: Letter, shop_id: int | None = None, account_id: int | None = None
) -> bool:
    """Keep a mail in the transaction at hand, to be sent once that is committed.

    False when one with this key was kept before, or when no mail server is set: nothing was kept then.
    """
    if not possible(runtime):
        return False
    now = runtime.clock()
    row = {
        "key": letter.key,
        "shop_id": shop_id,
        "account_id": account_id,
        "content": runtime.vault.seal("mail", letter.key, json.dumps(asdict(letter))),
        "state": "waiting",
        "kept_at": now,
        "due_at": now,
        "attempts": 0,
        "problem": "",
    }
    insert = upsert(session, OutgoingMail).values(row).on_conflict_do_nothing()
    return session.connection().execute(insert.returning(col(OutgoingMail.id))).first() is not None


def is_waiting(runtime: Runtime) -> bool:
    """Whether a mail is due to be sent."""
    if not possible(runtime):
        return False
    with runtime.db.reading() as session:
        return bool(_due(session, runtime.clock(), 1))


def send(runtime: Runtime, _nothing: int = 0) -> int:
    """Send every mail that is due; how many were. A mail server that is away is tried again later."""
    sent = 0
    if not possible(runtime):
        return sent
    with alone(runtime.db, "mail") as mine:
        # A portion of which nothing went out ends it: the sweep rings for the others.
        while mine and (rows := _next(runtime)) and (now_sent := _send(runtime, rows)):
            sent += now_sent
    return sent


def purge(runtime: Runtime, _shop_id: int = 0) -> None:
    """Throw away the content of mails that went out, or were given up, more than RAW_BODIES_DAYS ago."""
    before = runtime.clock() - timedelta(days=runtime.settings.raw_bodies_days)
    done = (col(OutgoingMail.state) != "waiting") & (col(OutgoingMail.kept_at) < before)
    with runtime.db.shredding() as session:
        session.execute(update(OutgoingMail).where(done).values(content=b"", problem=""))


def give_up_all(session: Session) -> None:
    """Send none of the mails that wait in a backup: since it was made, each of them may have gone out."""
    waiting = col(OutgoingMail.state) == "waiting"
    session.execute(update(OutgoingMail).where(waiting).values(state="failed", problem="It came from a backup."))


def renew(session: Session, runtime: Runtime) -> None:
    """Seal what is kept of mails with the newest key; what no key opens is left for the sending to tell."""
    kept = select(OutgoingMail).where(col(OutgoingMail.content) != b"")
    for row in session.execute(kept).scalars():
        with suppress(SealBroken):
            row.content = runtime.vault.renew(row.content)


def forgotten(session: Session, accounts: Sequence[int]) -> None:
    """Throw away all mails to the owners of these accounts, sent or not; their keys stay taken."""
    theirs = col(OutgoingMail.account_id).in_(accounts)
    session.execute(update(OutgoingMail).where(theirs).values(content=b"", problem=""))
    waiting = theirs & (col(OutgoingMail.state) == "waiting")
    session.execute(update(OutgoingMail).where(waiting).values(state="failed"))


# --- sending ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Fate:
    """What became of an attempt. ``again``: it may work later."""

    problem: str = ""
    again: bool = False


def _due(session: Session, now: datetime, limit: int) -> list[OutgoingMail]:
    rows = (
        select(OutgoingMail)
        .where(col(OutgoingMail.state) == "waiting", col(OutgoingMail.due_at) <= now)
        .order_by(col(OutgoingMail.due_at), col(OutgoingMail.id))
        .limit(limit)
    )
    return list(session.execute(rows).scalars())


def _next(runtime: Runtime) -> list[OutgoingMail]:
    with runtime.db.reading() as session:
        return _due(session, runtime.clock(), _BATCH)


def _send(runtime: Runtime, rows: Sequence[OutgoingMail]) -> int:
    """Over one connection. Whatever the server says, every row is put off, sent or given up: none is left due."""
    fates = _over_connection(runtime, rows)
    return sum(_note(runtime, row, fate) for row, fate in fates)


def _over_connection(runtime: Runtime, rows: Sequence[OutgoingMail]) -> Iterator[tuple[OutgoingMail, _Fate]]:
    try:
        with _connect(urlsplit(runtime.settings.smtp_url or "")) as server:
            for row in rows:
                yield row, _attempt(runtime, server, row)
    except (OSError, smtplib.SMTPException) as error:
        # Nobody is to blame but the connection: each row that is still due is put off.
        log.warning("mail server not reached", kind=type(error).__name__)
        with runtime.db.reading() as session:
            left = _due(session, runtime.clock(), len(rows))
        yield from ((row, _Fate(f"The mail server could not be used: {_said(error)}", again=True)) for row in left)


def _connect(address: SplitResult) -> smtplib.SMTP:
    """Encrypted, unless the server is this very machine. Raises ``OSError`` or ``smtplib.SMTPException``."""
    host, port = address.hostname or "", address.port or _PORTS[address.scheme]
    context = ssl.create_default_context()
    if address.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=_PATIENCE, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=_PATIENCE)
        if host not in _LOOPBACK:
            server.starttls(context=context)
    if address.username:
        server.login(unquote(address.username), unquote(address.password or ""))
    return server


def _attempt(runtime: Runtime, server: smtplib.SMTP, row: OutgoingMail) -> _Fate:
    """One mail. A connection that breaks raises; what the server says about this mail is its fate."""
    try:
        server.send_message(_message(runtime, row))
    except smtplib.SMTPServerDisconnected:
        raise
    except smtplib.SMTPRecipientsRefused as error:
        code, answer = next(iter(error.recipients.values()))
        return _Fate(f"The mail server refused it: {code} {_text(answer)}", again=code < 500)
    except smtplib.SMTPResponseException as error:
        return _Fate(f"The mail server refused it: {_said(error)}", again=error.smtp_code < 500)
    except (smtplib.SMTPException, SealBroken, ValueError) as error:
        return _Fate(f"It cannot be sent: {error}")
    return _Fate()


def _message(runtime: Runtime, row: OutgoingMail) -> EmailMessage:
    """Raises ``ValueError`` for an address that is none, ``SealBroken`` without the key."""
    letter = Letter(**json.loads(runtime.vault.unseal("mail", row.key, row.content)))
    sender = runtime.settings.mail_from
    message = EmailMessage()
    message["From"] = Address(addr_spec=sender)
    message["To"] = Address(addr_spec=letter.to)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(row.kept_at)
    message["Message-ID"] = f"<{runtime.vault.token('mail', row.key)}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    if letter.unsubscribe:
        message["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text)
    if letter.html:
        message.add_alternative(letter.html, subtype="html")
    return message


def _note(runtime: Runtime, row: OutgoingMail, fate: _Fate) -> bool:
    """Keep what became of it; whether it was sent."""
    now = runtime.clock()
    with runtime.db.transaction() as session:
        kept = session.get_one(OutgoingMail, row.id)
        kept.attempts += 1
        kept.problem = fate.problem
        if not fate.problem:
            kept.state, kept.sent_at = "sent", now
        elif fate.again and now + _pause(kept.attempts) < kept.kept_at + GIVE_UP:
            kept.due_at = now + _pause(kept.attempts)
        else:
            kept.state = "failed"
            _tell(session, kept, now)
    return not fate.problem


def _tell(session: Session, mail: OutgoingMail, now: datetime) -> None:
    log.warning("mail given up", key=mail.key)
    if mail.shop_id is not None:
        sentence = f"A mail could not be delivered and was given up. {mail.problem}"
        open_case(session, mail.shop_id, f"mail:{mail.id}", "mail", sentence, now)


def _pause(attempts: int) -> timedelta:
    pause: timedelta = min(timedelta(minutes=1) * 2 ** min(attempts - 1, 10), contact.LONGEST)
    return pause


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return str(error) or type(error).__name__


def _text(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
