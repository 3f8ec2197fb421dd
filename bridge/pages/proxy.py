"""What a shop passes on from its own address on behalf of a customer: their balance and their code, as data.

The shop has signed the request; whom it names as logged in is the customer, and nothing else in it counts.
"""

from flask import Blueprint, Response, abort, jsonify, request
from sqlmodel import Session, col, select

from bridge.errors import NotFound, SealBroken, SignatureError
from bridge.ports import Visitor
from bridge.reports.statement import find_account
from bridge.runtime import Runtime
from bridge.services import origin
from bridge.services.contact import find_shop, load_shop
from bridge.services.receive import Door, Doors
from bridge.services.shown import view_of
from bridge.storage import offers
from bridge.storage.models import Offer


def blueprint(runtime: Runtime) -> Blueprint:
    """The route; it needs neither session nor login."""
    pages = Blueprint("proxy", __name__, url_prefix="/proxy")
    doors = Doors(runtime)

    @pages.get("/<platform>/<token>/account")
    def account(platform: str, token: str) -> Response:
        door = _door(doors, platform, token)
        visitor = _visitor(runtime, door)
        if origin.refusal(load_shop(runtime, door.shop_id), visitor.source):
            abort(401)  # the same app in another shop: its customers are not ours
        return jsonify(_account(runtime, door.shop_id, visitor.customer) if visitor.customer else {})

    return pages


def _door(doors: Doors, platform: str, token: str) -> Door:
    try:
        door = doors.find(token)
    except SealBroken:
        abort(503)
    if door is None or door.platform != platform:
        abort(404)
    return door


def _visitor(runtime: Runtime, door: Door) -> Visitor:
    query = list(request.args.items(multi=True))
    try:
        return runtime.platform(door.platform).visitor(query, door.secrets, runtime.clock())
    except SignatureError:
        abort(401)


def _account(runtime: Runtime, shop_id: int, customer: str) -> dict[str, str]:
    """What the shop may show; nothing for somebody without an account, or for one who was erased."""
    with runtime.db.reading() as session:
        shop = find_shop(session, shop_id)
        try:
            (standing,) = offers.standings(session, [find_account(session, shop_id, customer=customer)])
        except NotFound:
            return {}
        view = view_of(runtime, shop, standing, _live(session, standing.account))
    if not view.statement:
        return {}
    return {"balance": view.balance, "usable": view.usable, "code": view.code, "statement": view.statement}


def _live(session: Session, account: int) -> str:
    """The code that can be used now, empty without one."""
    found = select(Offer.code).where(Offer.account_id == account, col(Offer.state) == "live")
    return session.exec(found).first() or ""
