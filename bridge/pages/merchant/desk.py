"""What the merchant's pages share: which shop a page is about, amounts as people type them, what was done."""

from collections.abc import Sequence
from datetime import datetime, time

from flask import abort, flash, g, request, session
from flask_babel import gettext
from sqlalchemy import select
from sqlmodel import Session, col

from bridge.domain.calendar import midnight
from bridge.domain.technical import said
from bridge.errors import ShopError
from bridge.pages.language import spoken
from bridge.runtime import Runtime
from bridge.services import trail
from bridge.services.imports import rows
from bridge.storage import programmes
from bridge.storage.models import Account, Shop


def tongue() -> str:
    """The language of sentences that the domain says: “de” or “en”."""
    return "en" if spoken() == "en" else "de"


def all_shops(database: Session) -> Sequence[Shop]:
    """Every shop, oldest first; templates find them in ``g.shops`` to offer the choice."""
    g.shops = database.execute(_SHOPS).scalars().all()
    shops: Sequence[Shop] = g.shops
    return shops


_SHOPS = select(Shop).order_by(col(Shop.id))


def chosen_shop(database: Session) -> Shop | None:
    """The shop that ``?shop=`` asks for or that was looked at last; the first one otherwise, None without any."""
    shops = all_shops(database)
    asked = request.args.get("shop", type=int) or session.get("shop")
    found = next((shop for shop in shops if shop.id == asked), shops[0] if shops else None)
    if found is not None:
        _look_at(found)
    return found


def shop_of(database: Session, shop_id: int) -> Shop:
    """The shop of that number; 404 without it."""
    found = next((shop for shop in all_shops(database) if shop.id == shop_id), None)
    if found is None:
        abort(404)
    _look_at(found)
    return found


def account_of(database: Session, account_id: int) -> tuple[Account, Shop]:
    """The account of that number with its shop; 404 without it."""
    account = database.get(Account, account_id)
    if account is None:
        abort(404)
    return account, shop_of(database, account.shop_id)


def _look_at(shop: Shop) -> None:
    if len(g.shops) > 1:
        session["shop"] = shop.id
    g.shop, g.zone = shop, shop.timezone


def typed_amount(text: str, currency: str) -> int | None:
    """Minor units of “12,50”, “−3.00” or “1.234,56”; None for anything else."""
    try:
        return rows.amount(text.strip().replace("−", "-"), currency)
    except rows.RowProblem:
        return None


def typed_day(text: str, database: Session, shop: Shop) -> datetime | None:
    """The beginning (UTC) of the day that a date field holds, in the shop's time; None for an empty one."""
    try:
        day = datetime.combine(datetime.fromisoformat(text).date(), time()).date()
    except ValueError:
        return None
    return midnight(day, programmes.zone(programmes.timeline(database, shop.id or 0), shop))


def done(runtime: Runtime, sentence: str, what: str, subject: str) -> None:
    """Say what was done on the next page, and leave it in the trail."""
    trail.leave(runtime, g.user, what, subject)
    flash(sentence, "done")


def refused(sentence: str, detail: str = "") -> None:
    """Say on the next page why something was not done; ``detail`` is a technical sentence."""
    flash(f"{sentence} {detail}".strip(), "problem")


def shop_refused(error: ShopError) -> None:
    """Say that the shop did not do what it was asked."""
    refused(gettext("The shop did not do it. Nothing was changed."), f"({said(str(error), tongue()) or error})")


def before() -> int | None:
    """The cursor of a list that goes from the newest to the oldest."""
    return request.args.get("before", type=int)
