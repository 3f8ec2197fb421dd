"""What a shop passes on from its own address on behalf of a customer: their balance and code, or their way in.

The shop has signed the request; whom it names as logged in is the customer, and nothing else in it counts.
"""

from flask import Blueprint, Response, abort, jsonify, request
from markupsafe import escape
from sqlmodel import Session, col, select

from bridge.domain import money
from bridge.errors import NotFound, SealBroken, SignatureError
from bridge.ports import Visitor
from bridge.reports.statement import find_account
from bridge.runtime import Runtime
from bridge.services import origin, ways_in
from bridge.services.contact import find_shop, load_shop
from bridge.services.receive import Door, Doors
from bridge.services.shown import view_of
from bridge.storage import offers
from bridge.storage.models import Offer, Shop

_ONWARD = """\
<!doctype html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0;url={way}">
<title>Rabatt-Konto</title>
<p><a href="{way}">Rabatt-Konto</a></p>
"""
"""Leads on to an address that lets in once. A redirect would do in a browser, but between it and us is the shop's
server, of which nobody says that it never follows one itself.
"""


def blueprint(runtime: Runtime) -> Blueprint:
    """The route; it needs neither session nor login."""
    pages = Blueprint("proxy", __name__, url_prefix="/proxy")
    doors = Doors(runtime)

    @pages.get("/<platform>/<token>/account")
    def account(platform: str, token: str) -> Response:
        shop, customer = _vouched(runtime, _door(doors, platform, token))
        return jsonify(_account(runtime, shop.id or 0, customer) if customer else {})

    @pages.get("/<platform>/<token>/statement")
    def statement(platform: str, token: str) -> Response:
        """Straight into the account, at our own address; whoever is not logged in there can ask for a mail."""
        shop, customer = _vouched(runtime, _door(doors, platform, token))
        way = ways_in.vouched(runtime, shop, customer) if customer else ways_in.address(runtime, shop.id or 0)
        answer = Response(_ONWARD.format(way=escape(way)))
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return pages


def _door(doors: Doors, platform: str, token: str) -> Door:
    try:
        door = doors.find(token)
    except SealBroken:
        abort(503)
    if door is None or door.platform != platform:
        abort(404)
    return door


def _vouched(runtime: Runtime, door: Door) -> tuple[Shop, str]:
    """The shop and who is logged in there, empty for nobody."""
    visitor, shop = _visitor(runtime, door), load_shop(runtime, door.shop_id)
    if origin.refusal(shop, visitor.source):
        abort(401)  # the same app in another shop: its customers are not ours
    return shop, visitor.customer


def _visitor(runtime: Runtime, door: Door) -> Visitor:
    query = list(request.args.items(multi=True))
    try:
        return runtime.platform(door.platform).visitor(query, door.secrets, runtime.clock())
    except SignatureError:
        abort(401)


def _account(runtime: Runtime, shop_id: int, customer: str) -> dict[str, str]:
    """What the shop may show, ``plain`` what is usable as a number.

    Nothing for somebody without an account, or for one who was erased.
    """
    with runtime.db.reading() as session:
        shop = find_shop(session, shop_id)
        try:
            (standing,) = offers.standings(session, [find_account(session, shop_id, customer=customer)])
        except NotFound:
            return {}
        view = view_of(runtime, shop, standing, _live(session, standing.account))
    if not view.statement:
        return {}
    return {
        "balance": view.balance,
        "usable": view.usable,
        "plain": money.plain(standing.available, shop.currency),
        "code": view.code,
        "statement": view.statement,
    }


def _live(session: Session, account: int) -> str:
    """The code that can be used now, empty without one."""
    found = select(Offer.code).where(Offer.account_id == account, col(Offer.state) == "live")
    return session.exec(found).first() or ""
