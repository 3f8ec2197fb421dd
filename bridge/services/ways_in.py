"""Ways in: how a customer comes to their account without a password of ours.

Either the shop vouches for whoever is logged in there, by signing a request that is good for a moment and once;
or we have written to the address on file, with a link that is good for some days. A link names the account, the
moment it ends, and proves both together with the address it was sent to: one that is changed ends its links.
"""

import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from bridge.errors import BridgeError, SealBroken
from bridge.runtime import Runtime
from bridge.services.connect import unseal
from bridge.storage import people
from bridge.storage.models import Account, Person, Shop, ShopStatus, UsedLink
from bridge.storage.people import CUSTOMER, Name

SIGNED_FOR = timedelta(seconds=90)
"""How long a request that the shop has signed lets in; clocks may differ by as much."""

LINK_KEEPS = timedelta(days=7)
"""How long a link in a mail about news lets in."""

ASKED_KEEPS = timedelta(hours=1)
"""How long a link that somebody has asked for lets in."""

_CUSTOMER = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_STAMP = re.compile(r"[0-9]{1,12}", re.ASCII)
_LINK = re.compile(r"([A-Za-z0-9_-]{1,64})\.([0-9]{1,12})\.([a-z2-7]{20})", re.ASCII)


class Stale(BridgeError):
    """A way in that leads in no more, or never did. ``shop`` is its shop's number where it was genuine once."""

    def __init__(self, shop: int = 0) -> None:
        self.shop = shop
        super().__init__("This link does not lead in.")


class NoAccount(BridgeError):
    """The shop vouches for a customer for whom nothing was ever booked. ``shop`` is the shop's number."""

    def __init__(self, shop: int) -> None:
        self.shop = shop
        super().__init__("There is no account for this customer yet.")


def by_shop(runtime: Runtime, shop_token: str, customer: str, at: str, signature: str) -> str:
    """The token of the account of a customer for whom the shop vouches. Raises ``Stale`` and ``NoAccount``."""
    with runtime.db.reading() as session:
        shop = session.exec(select(Shop).where(Shop.token == shop_token)).first()
    if shop is None or not (_CUSTOMER.fullmatch(customer) and _STAMP.fullmatch(at)):
        raise Stale
    if not _is_signed(runtime, shop, f"customer={customer}&at={at}", signature):
        raise Stale
    signed_at = _moment(at)
    if abs(runtime.clock() - signed_at) > SIGNED_FOR or not _first_use(runtime, signature, signed_at):
        raise Stale(shop.id or 0)
    name = Name(CUSTOMER, customer)
    with runtime.db.reading() as session:
        account = people.find(session, shop.id or 0, [name]).get(name)
        found = session.get(Account, account) if account is not None else None
    if found is None:
        raise NoAccount(shop.id or 0)
    return found.token


def vouched(runtime: Runtime, shop: Shop, customer: str) -> str:
    """The address that lets in a customer for whom the shop has just vouched in a way of its own: for once.

    ``SealBroken`` when no key opens the shop's secrets.
    """
    at = str(int(runtime.clock().timestamp()))
    text = f"customer={customer}&at={at}"
    signature = _signature(unseal(runtime, shop).webhook[0], text)
    return f"{runtime.settings.public_url}/in/{shop.token}?{text}&sig={signature}"


def storefront_key(webhook_secret: str) -> str:
    """What the shop signs ways in with: made from the secret that both sides have, and of use for nothing else."""
    return hmac.new(webhook_secret.encode(), b"storefront", hashlib.sha256).hexdigest()


def by_mail(runtime: Runtime, link: str) -> tuple[str, str]:
    """The token of the account that a link of ours leads to, and the fingerprint of the mailbox it was sent to.

    Raises ``Stale`` once it has ended.
    """
    parts = _LINK.fullmatch(link)
    if parts is None:
        raise Stale
    token, until, proof = parts.groups()
    with runtime.db.reading() as session:
        row = session.execute(
            select(Account, Person)
            .join(Person, col(Person.account_id) == col(Account.id))
            .where(col(Account.token) == token)
        ).first()
    right = _proof(runtime, token, until, row[1].email) if row else "-"
    if row is None or not hmac.compare_digest(proof, right):
        raise Stale
    if _moment(until) < runtime.clock():
        raise Stale(row[0].shop_id)
    return token, runtime.vault.fingerprint(row[1].email)


def link(runtime: Runtime, token: str, email: str, keeps: timedelta) -> str:
    """A link into the account for a mail to this address."""
    until = str(int((runtime.clock() + keeps).timestamp()))
    return f"{runtime.settings.public_url}/in/mail/{token}.{until}.{_proof(runtime, token, until, email)}"


def address(runtime: Runtime, shop_id: int) -> str:
    """Where everybody can ask for a link: an address that may be seen by anybody."""
    return f"{runtime.settings.public_url}/in?shop={shop_id}"


def claim_once(session: Session, what: str, now: datetime, until: datetime) -> bool:
    """Whether nobody has claimed this before; remembered until then. What is over is forgotten along the way."""
    session.execute(delete(UsedLink).where(col(UsedLink.until) < now))
    digest = hashlib.sha256(what.encode()).digest()
    if session.get(UsedLink, digest) is not None:
        return False
    session.execute(insert(UsedLink).values(link_hash=digest, until=until))
    return True


def _first_use(runtime: Runtime, signature: str, signed_at: datetime) -> bool:
    try:
        with runtime.db.transaction() as session:
            return claim_once(session, f"signed:{signature}", runtime.clock(), signed_at + 2 * SIGNED_FOR)
    except IntegrityError:
        return False  # two came at the same moment, and the other one was first


def _is_signed(runtime: Runtime, shop: Shop, text: str, signature: str) -> bool:
    """Signed with any of the shop's secrets; a shop that was removed or locked vouches for nobody."""
    if shop.status == ShopStatus.REMOVED:
        return False
    try:
        secrets = unseal(runtime, shop).webhook
    except SealBroken:
        return False
    right = [_signature(secret, text) for secret in secrets]
    # Every one is tried, so that the time says nothing about which it was.
    return sum(hmac.compare_digest(each.encode(), signature.encode()) for each in right) > 0


def _signature(webhook_secret: str, text: str) -> str:
    return hmac.new(storefront_key(webhook_secret).encode(), text.encode(), hashlib.sha256).hexdigest()


def _proof(runtime: Runtime, token: str, until: str, email: str) -> str:
    return runtime.vault.token("way in", token, until, runtime.vault.fingerprint(email))


def _moment(stamp: str) -> datetime:
    return datetime.fromtimestamp(min(int(stamp), 32503680000), UTC)
