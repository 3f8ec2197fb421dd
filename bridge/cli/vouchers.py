"""Vouchers: promotional codes that win customers. No part of the ledger of credit."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from bridge.cli.desk import Desk, Group, console, note, pass_desk, say, table
from bridge.domain import money
from bridge.services.contact import find_shop

if TYPE_CHECKING:
    from bridge.storage.vouchers import Listed

_SHOP = click.option("--shop", "shop_id", type=int, required=True, help="The shop's number.")


@click.group(cls=Group)
def voucher() -> None:
    """Give away promotional codes; they are never sold and never paid out."""


@voucher.command(deed="vouchers made")
@_SHOP
@click.option("--value", required=True, help="What a code takes off, as the shop states its prices, like 5.00.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The last day.")
@click.option("--count", type=int, default=1, help="How many codes.")
@click.option("--code", default="", help="One code in your own words.")
@click.option("--prefix", default="gutschein", help="What made-up codes begin with.")
@click.option("--email", default="", help="The only address that may use it; otherwise anybody.")
@click.option("--minimum", default="0.00", help="The smallest goods value of an order.")
@click.option("--uses", type=int, default=1, help="How often each code may be used.")
@pass_desk
def create(desk: Desk, /, shop_id: int, value: str, until: datetime, minimum: str, **wishes: Any) -> None:
    """Make promotional codes and put them into the shop."""
    from bridge.services import vouchers

    with desk.runtime() as runtime:
        with runtime.db.reading() as session:
            currency = find_shop(session, shop_id).currency
        wish = vouchers.Wish(
            value=_amount(value, currency, "--value"),
            minimum=_amount(minimum, currency, "--minimum"),
            last_day=until.date(),
            **wishes,
        )
        made = vouchers.create(runtime, shop_id, wish, "command line")
    if made.problem:
        note(f"The shop does not have them yet and gets them by itself: {made.problem}")
    answer = {"batch": made.batch, "codes": list(made.codes), "problem": made.problem}
    desk.answer(answer, lambda: say("\n".join(made.codes)))


def _amount(text: str, currency: str, option: str) -> int:
    try:
        return money.parse(text, currency)
    except ValueError as problem:
        raise click.BadParameter(str(problem), param_hint=option) from None


@voucher.command("list")
@_SHOP
@pass_desk
def list_(desk: Desk, shop_id: int) -> None:
    """List all codes with their state and how many orders carry them."""
    from bridge.storage import vouchers

    with desk.runtime() as runtime, runtime.db.reading() as session:
        currency = find_shop(session, shop_id).currency
        found = [_listed(item, currency) for item in vouchers.listed(session, shop_id)]
    rows = [
        [v["batch"], v["code"], v["value"], v["last_day"], v["state"], f"{v['used']}/{v['uses']}"] for v in found
    ]
    heads = ["Batch", "Code", "Value", "Until", "State", "Used"]
    desk.answer(found, lambda: console().print(table(heads, rows, right=["Value"])))


def _listed(item: "Listed", currency: str) -> dict[str, Any]:
    return {
        "batch": item.batch.id,
        "code": item.voucher.code,
        "value": money.plain(item.batch.value, currency),
        "minimum": money.plain(item.batch.minimum, currency),
        "email": item.batch.email,
        "last_day": item.batch.last_day.isoformat(),
        "uses": item.batch.uses,
        "used": item.used,
        "state": item.voucher.state,
        "problem": item.voucher.problem,
    }


@voucher.command(deed="vouchers withdrawn")
@_SHOP
@click.option("--batch", type=int, help="All codes of a batch.")
@click.option("--code", help="One code.")
@pass_desk
def withdraw(desk: Desk, shop_id: int, batch: int | None, code: str | None) -> None:
    """Take codes out of the shop. Orders that used one keep what it took off."""
    from bridge.services import vouchers

    if (batch is None) == (code is None):
        raise click.UsageError("Give either --batch or --code.")
    with desk.runtime() as runtime:
        count = vouchers.withdraw(runtime, shop_id, batch, code)
    desk.answer({"withdrawn": count}, lambda: say(f"{count} codes are withdrawn."))
