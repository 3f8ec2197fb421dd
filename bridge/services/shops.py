"""Shops: connect one, list them, look whether the connection is sound."""

import secrets
import string
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlmodel import Session, col, select

from bridge.errors import AccessLost, Refused, ShopAway, ShopError
from bridge.ports import Finding, ShopClient
from bridge.runtime import Runtime
from bridge.services import contact, rounds
from bridge.services.connect import Secrets, client_of, seal, unseal
from bridge.services.storefront import furnish, unkept
from bridge.storage.models import Shop, ShopStatus

_LETTERS = string.ascii_letters + string.digits
"""What a webhook secret is made of: WooCommerce decodes HTML entities in it before it signs."""

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class NewShop:
    """What is needed to connect a shop. An empty webhook secret asks for one to be made.

    ``observing``: it books and shows from the start, and the shop is told nothing until it goes live.
    """

    platform: str
    url: str
    key: str
    secret: str
    webhook_secret: str = ""
    name: str = ""
    register: bool = True
    observing: bool = False

    def __repr__(self) -> str:
        return f"NewShop({self.platform!r}, {self.url!r}, …)"


@dataclass(frozen=True, slots=True)
class Added:
    """A shop that is connected now. ``warnings`` are sentences: the shop is kept in spite of them."""

    shop_id: int
    webhook_url: str
    warnings: tuple[str, ...] = ()


def add_shop(runtime: Runtime, new: NewShop) -> Added:
    """Keep a shop with its access encrypted, and make its webhooks point here.

    A shop that is away is added all the same, with a warning; one that refuses the key, an address
    that is no address and a shop that is there already raise ``Refused``.
    """
    url = normal_url(new.url)
    shop = _new_row(runtime, new, url)
    warnings = _reachable(runtime)
    client = client_of(runtime, shop)
    try:
        profile = client.profile()
    except AccessLost as error:
        raise Refused(f"The shop was not added: {error}") from error
    except ShopError as error:
        warnings.append(f"{error} The shop was added; the rest is done as soon as it answers.")
        shop.profile = {"register": new.register}
    else:
        contact.learn(shop, profile, runtime.clock())
        shop.name = new.name or profile.name or shop.name
    # Kept before the shop hears our address, or its first deliveries would find no shop here.
    shop_id = _keep(runtime, shop)
    if new.register and "read_at" in shop.profile:
        warnings += _register(runtime, shop, client)
    return Added(shop_id, webhook_url(runtime, shop), tuple(warnings))


def list_shops(runtime: Runtime) -> list[Shop]:
    """All shops, oldest first."""
    with runtime.db.reading() as session:
        return list(session.exec(select(Shop).order_by(col(Shop.id))))


def check_shop(runtime: Runtime, shop_id: int) -> list[Finding]:
    """What is wrong with a shop's connection, webhooks and settings; empty when all is well."""
    shop = contact.load_shop(runtime, shop_id)
    client = client_of(runtime, shop)
    found: list[Finding] = []
    try:
        shop = contact.introduced(runtime, shop, client)
        found += client.check(webhook_url(runtime, shop))
        found += unkept(runtime, shop, client)
        furnish(runtime, shop, client)
        contact.worked(runtime, shop)
    except ShopError as error:
        contact.failed(runtime, shop_id, error)
        return [*found, Finding("shop", str(error))]
    return found


def register_webhooks(runtime: Runtime, shop_id: int) -> list[str]:
    """Make the shop's webhooks anew, pointing here; the topics. Raises any ``ShopError``."""
    shop = contact.load_shop(runtime, shop_id)
    secret = unseal(runtime, shop).webhook[0]
    return client_of(runtime, shop).register(webhook_url(runtime, shop), secret)


def storefront_lacks(runtime: Runtime, shop: Shop) -> str:
    """Why the shop's baskets do not know our credit yet, in a sentence; empty when they do. Any ``ShopError``."""
    if furnish(runtime, shop, client_of(runtime, shop)):
        return ""
    return (
        "Nothing in the shop has answered for its baskets: the companion is not installed, or not switched on. A"
        " theme that asks us by itself cannot be seen from here; look into a basket as a customer with credit."
    )


def new_webhook_secret() -> str:
    """What a shop's deliveries are to be signed with."""
    return "".join(secrets.choice(_LETTERS) for _ in range(40))


def webhook_url(runtime: Runtime, shop: Shop) -> str:
    """The address that the shop sends its deliveries to; nobody can guess it."""
    return runtime.settings.webhook_url(shop.platform, shop.token)


def normal_url(text: str) -> str:
    """A shop's address in one form: with scheme, host in lower case, no slash at the end; else ``Refused``."""
    given = text.strip()
    parts = urlsplit(given if "://" in given else f"https://{given}")
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc or parts.query:
        raise Refused(f"“{text}” is not the address of a shop; write it like https://shop.example.com")
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}"


def _new_row(runtime: Runtime, new: NewShop, url: str) -> Shop:
    platform = runtime.platform(new.platform)
    token = secrets.token_urlsafe(24)
    webhook = new.secret if platform.signs_with_access else new.webhook_secret or new_webhook_secret()
    return Shop(
        platform=new.platform,
        name=new.name or urlsplit(url).netloc,
        url=url,
        token=token,
        # Until the shop itself says otherwise; nothing is booked in another currency by mistake,
        # since an order in a currency that is not the shop's is set aside.
        currency="EUR",
        timezone="Europe/Berlin",
        code_prefix=runtime.settings.code_prefix,
        secrets=seal(runtime, token, Secrets(new.key, new.secret, (webhook,))),
        answers={"register": new.register},
        observing=new.observing,
        added_at=runtime.clock(),
    )


def _keep(runtime: Runtime, shop: Shop) -> int:
    with runtime.db.transaction() as session:
        _refuse_double(session, shop)
        session.add(shop)
        session.flush()
        return shop.id or 0


def _refuse_double(session: Session, shop: Shop) -> None:
    same = select(Shop).where(Shop.platform == shop.platform, Shop.url == shop.url)
    found = session.exec(same.where(Shop.status != ShopStatus.REMOVED)).first()
    if found is not None:
        raise Refused(
            f"The shop at {shop.url} is there already (number {found.id}). Two connections to one shop would"
            " book everything twice."
        )


def _register(runtime: Runtime, shop: Shop, client: ShopClient) -> list[str]:
    try:
        client.register(webhook_url(runtime, shop), unseal(runtime, shop).webhook[0])
    except ShopError as error:
        again = "" if isinstance(error, ShopAway) else " Look at the rights of the key."
        return [f"The webhooks could not be made: {error}{again} `rabattkonto shop check` says what is missing."]
    return []


def _reachable(runtime: Runtime) -> list[str]:
    if urlsplit(runtime.settings.public_url).hostname not in _LOOPBACK:
        return []
    sentence = (
        f"The shop is told to send to {runtime.settings.public_url}, which only this machine can reach. If the"
        " shop runs elsewhere, set PUBLIC_URL to an address that it can reach."
    )
    return [sentence]


def round_of(runtime: Runtime, shop: Shop) -> dict[str, int | str | None]:
    """How far the daily comparison of all orders with the shop has come, for the lists."""
    with runtime.db.reading() as session:
        found = rounds.progress(session, shop)
    done = found.done_at.isoformat() if found.done_at else None
    return {"compared": found.compared, "of": found.total, "last_whole": done}
