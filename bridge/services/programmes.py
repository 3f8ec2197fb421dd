"""Programmes: put a new version in force. A version never changes, and governs the orders placed in its time."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session, col, select

from bridge.domain import document
from bridge.domain.cautions import Caution, cautions
from bridge.domain.programme import Programme
from bridge.errors import NotFound, Refused
from bridge.runtime import Runtime
from bridge.services.contact import find_shop
from bridge.services.storefront import refuse_unkept
from bridge.storage.models import ProgrammeVersion, Shop
from bridge.storage.offers import look_at_all
from bridge.storage.orders import flag_dirty_since


def activate(
    runtime: Runtime,
    shop_id: int,
    text: str,
    valid_from: datetime | None = None,
    by: str = "",
    reason: str = "",
    confirmed: Collection[str] = (),
) -> int:
    """Put a document in force from a moment on (UTC, by default now); the number of the version.

    ``by`` and ``reason`` say who did it and why; ``confirmed`` is what was typed to confirm a caution.
    Raises ``document.ProgrammeError`` for a document that is wrong and ``Refused`` for one that does not fit the
    shop, or with a caution that was not confirmed. Codes follow by themselves. A programme that limits credit per
    basket asks the shop whether its storefront can keep that; then any ``ShopError`` can be raised, too.
    """
    programme = document.read(text)
    refuse_unkept(runtime, shop_id, programme)
    now = runtime.clock()
    with runtime.db.transaction() as session:
        shop = find_shop(session, shop_id)
        newest = _newest(session, shop_id)
        # Shops stamp orders in whole seconds: one placed in this very second belongs to the version.
        begins = valid_from or now.replace(microsecond=0)
        _refuse_misfit(shop, programme, newest, begins)
        _refuse_unconfirmed(programme, newest, confirmed)
        number = newest.number + 1 if newest else 1
        session.add(
            ProgrammeVersion(
                shop_id=shop_id,
                number=number,
                valid_from=begins,
                document=text,
                activated_at=now,
                activated_by=by,
                reason=reason,
            )
        )
        # The version may begin in the past, if only by the second in which an order was placed.
        flag_dirty_since(session, shop_id, begins)
        look_at_all(session, shop_id)
        # The storefront is told with the next look after the shop, which is due at once.
        shop.watched_at = None
        session.add(shop)
    for task in ("drain", "push", "watch"):
        runtime.bell.ring(task, shop_id)
    return number


def show(runtime: Runtime, shop_id: int) -> list[ProgrammeVersion]:
    """All versions of the shop's programme, oldest first."""
    with runtime.db.reading() as session:
        find_shop(session, shop_id)
        rows = select(ProgrammeVersion).where(ProgrammeVersion.shop_id == shop_id)
        return list(session.exec(rows.order_by(col(ProgrammeVersion.number))))


def warnings(runtime: Runtime, shop_id: int, text: str, language: str = "en") -> tuple[Caution, ...]:
    """What the merchant should know before this document follows the shop's newest version, in “de” or “en”."""
    with runtime.db.reading() as session:
        newest = _newest(session, shop_id)
    return cautions(document.read(text), _programme(newest), language)


def document_of(runtime: Runtime, shop_id: int, number: int) -> str:
    """The document of a version of the shop's programme; ``NotFound`` without it."""
    found = next((row for row in show(runtime, shop_id) if row.number == number), None)
    if found is None:
        raise NotFound(f"Shop {shop_id} has no version {number}; `rabattkonto programme list` shows those it has.")
    return found.document


def _programme(version: ProgrammeVersion | None) -> Programme | None:
    return document.read(version.document) if version else None


def _newest(session: Session, shop_id: int) -> ProgrammeVersion | None:
    rows = select(ProgrammeVersion).where(ProgrammeVersion.shop_id == shop_id)
    return session.exec(rows.order_by(col(ProgrammeVersion.number).desc())).first()


def _refuse_unconfirmed(programme: Programme, newest: ProgrammeVersion | None, confirmed: Collection[str]) -> None:
    for caution in cautions(programme, _programme(newest)):
        if caution.confirm and caution.confirm not in confirmed:
            raise Refused(
                f"{caution.sentence} Nothing was changed; to activate it all the same, confirm by typing"
                f" “{caution.confirm}”."
            )


def _refuse_misfit(shop: Shop, programme: Programme, newest: ProgrammeVersion | None, begins: datetime) -> None:
    if programme.currency != shop.currency:
        raise Refused(
            f"The programme is in {programme.currency}, but the shop sells in {shop.currency}. Nothing was"
            f" changed; write currency = “{shop.currency}” under [programme]."
        )
    if newest is not None and newest.valid_from is not None and begins < newest.valid_from:
        raise Refused(
            f"Version {newest.number} begins on {newest.valid_from:%Y-%m-%d %H:%M} UTC, and a new version cannot"
            " begin before it: what was booked by it stays. Give a later moment with --from."
        )
