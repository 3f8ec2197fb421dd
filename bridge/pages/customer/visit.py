"""Whose account this browser may look at now. Every page of a customer's begins here and knows no other one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, g, render_template, session
from flask.typing import ResponseReturnValue
from sqlmodel import Session, select

from bridge.pages.language import spoken
from bridge.runtime import Runtime
from bridge.services import letters
from bridge.storage import programmes
from bridge.storage.models import Account, Partner, Shop

OPEN_FOR = timedelta(minutes=30)
"""How long an account can be looked at after somebody was let in."""

_COOKIE = "account"


class Closed(Exception):
    """Nobody was let in, or that was too long ago, or there is no such account any more.

    ``shop`` is the number of the shop that the browser was looking at, 0 for none.
    """

    def __init__(self, shop: int = 0) -> None:
        super().__init__("This visit is over.")
        self.shop = shop


@dataclass(frozen=True, slots=True)
class Visit:
    """The one account that this visitor may see, and its shop."""

    account: Account
    shop: Shop
    partner: Partner | None
    mailbox: str
    """The fingerprint of the mailbox whose link was followed, empty for whoever came another way."""

    @property
    def id(self) -> int:
        """The account's number in the database."""
        return self.account.id or 0

    @property
    def order_page(self) -> str:
        """Where the shop shows an order to its buyer, with “{order}” for its id; empty where it does not say."""
        place = str(self.shop.profile.get("order_page", ""))
        return place if place.startswith(("https://", "http://")) else ""

    def page(self, template: str, **values: Any) -> str:
        """A page of this visitor's, with what all of them show."""
        return render_template(
            template,
            visit=self,
            shop_name=self.shop.name,
            shop_id=self.shop.id,
            currency=self.account.currency,
            **values,
        )


def let_in(runtime: Runtime, token: str, mailbox: str = "") -> None:
    """From now on, and for a while, this browser may look at the account."""
    session[_COOKIE] = [token, (runtime.clock() + OPEN_FOR).isoformat(), mailbox]


def let_out() -> None:
    """The browser may look at nothing any more."""
    session.pop(_COOKIE, None)


def visit(runtime: Runtime, database: Session) -> Visit:
    """Who is looking; raises ``Closed``. The page then speaks of days in the shop's time."""
    token, until, mailbox = session.get(_COOKIE, ("", "", ""))
    row = database.exec(select(Account, Shop).join(Shop).where(Account.token == token)).first() if token else None
    if row is None:
        raise Closed
    account, shop = row
    is_over = datetime.fromisoformat(until) <= runtime.clock()
    if is_over or account.merged_into is not None or account.erased_at is not None:
        raise Closed(shop.id or 0)
    g.zone = str(programmes.zone(programmes.timeline(database, shop.id or 0), shop))
    return Visit(account, shop, database.get(Partner, account.id), mailbox)


def tongue() -> str:
    """The language of sentences that the ledger makes: “de” or “en”."""
    return "en" if spoken() == "en" else "de"


def add(pages: Blueprint, runtime: Runtime) -> None:
    """What is shown when nobody was let in."""

    @pages.errorhandler(Closed)
    def closed(closed: Closed) -> ResponseReturnValue:
        return outside(runtime, "customer/stale.html", closed.shop), 404


def outside(runtime: Runtime, template: str, shop_id: int, problem: str = "") -> str:
    """A page for whoever has not been let in: the way to the shop, and to a link by mail where that can be.

    ``problem`` says why what they asked for was not done.
    """
    with runtime.db.reading() as database:
        shop = database.get(Shop, shop_id)
    if shop is None:
        return render_template(template, problem=problem)
    mail = letters.can_be_sent(runtime)
    return render_template(template, shop=shop, shop_name=shop.name, shop_id=shop_id, mail=mail, problem=problem)
