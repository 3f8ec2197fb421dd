"""Whose account this browser may look at now. Every page of a customer's begins here and knows no other one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, g, render_template, session
from flask.typing import ResponseReturnValue
from sqlmodel import Session, select

from bridge.pages.language import spoken
from bridge.runtime import Runtime
from bridge.storage import programmes
from bridge.storage.models import Account, Partner, Shop

OPEN_FOR = timedelta(minutes=30)
"""How long an account can be looked at after somebody was let in."""

_COOKIE = "account"


class Closed(Exception):
    """Nobody was let in, or that was too long ago, or there is no such account any more."""


@dataclass(frozen=True, slots=True)
class Visit:
    """The one account that this visitor may see, and its shop."""

    account: Account
    shop: Shop
    partner: Partner | None

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


def let_in(runtime: Runtime, token: str) -> None:
    """From now on, and for a while, this browser may look at the account."""
    session[_COOKIE] = [token, (runtime.clock() + OPEN_FOR).isoformat()]


def let_out() -> None:
    """The browser may look at nothing any more."""
    session.pop(_COOKIE, None)


def visit(runtime: Runtime, database: Session) -> Visit:
    """Who is looking; raises ``Closed``. The page then speaks of days in the shop's time."""
    token, until = session.get(_COOKIE, ("", ""))
    if not token or datetime.fromisoformat(until) <= runtime.clock():
        raise Closed
    row = database.exec(select(Account, Shop).join(Shop).where(Account.token == token)).first()
    if row is None or row[0].merged_into is not None or row[0].erased_at is not None:
        raise Closed
    account, shop = row
    g.zone = str(programmes.zone(programmes.timeline(database, shop.id or 0), shop))
    return Visit(account, shop, database.get(Partner, account.id))


def tongue() -> str:
    """The language of sentences that the ledger makes: “de” or “en”."""
    return "en" if spoken() == "en" else "de"


def add(pages: Blueprint, runtime: Runtime) -> None:
    """What is shown when nobody was let in."""

    @pages.errorhandler(Closed)
    def closed(_closed: Closed) -> ResponseReturnValue:
        return render_template("customer/stale.html", shop=0), 404
