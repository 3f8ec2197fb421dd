"""Partners: codes, coupons, sponsors, what they bring, and the adviser's choice about their credit."""

from datetime import datetime
from typing import Any

import click

from bridge.cli.desk import Command, Desk, Group, console, pass_desk, say, table
from bridge.cli.moments import MOMENT, in_zone
from bridge.domain import money
from bridge.services.contact import find_shop

_SHOP = click.option("--shop", "shop_id", type=int, required=True, help="The shop's number.")
_CUSTOMER = click.option("--customer", required=True, help="The customer's number in the shop.")


@click.group(cls=Group)
def partner() -> None:
    """Manage the partners who recommend the shop."""


@partner.command(deed="partner enrolled")
@_SHOP
@_CUSTOMER
@click.option("--code", help="A referral code of your own; otherwise one is made up.")
@pass_desk
def add(desk: Desk, shop_id: int, customer: str, code: str | None) -> None:
    """Make a customer a partner, or give the partner another code."""
    from bridge.services import partners

    with desk.runtime() as runtime:
        given = partners.enrol(runtime, shop_id, customer, code)
    answer = {"shop": shop_id, "customer": customer, "code": given}
    desk.answer(answer, lambda: say(f"Customer {customer} recommends with ?ref={given}"))


@partner.command(deed="coupon of a partner set")
@_SHOP
@_CUSTOMER
@click.argument("code")
@pass_desk
def coupon(desk: Desk, shop_id: int, customer: str, code: str) -> None:
    """Let a coupon that you made in the shop recommend in a partner's name."""
    from bridge.services import partners

    with desk.runtime() as runtime:
        partners.give_coupon(runtime, shop_id, customer, code)
    answer = {"shop": shop_id, "customer": customer, "coupon": code.lower()}
    desk.answer(
        answer, lambda: say(f"Whoever comes with the coupon {code} was recommended by customer {customer}.")
    )


@partner.command(deed="sponsor set")
@_SHOP
@_CUSTOMER
@click.option("--sponsor", help="The sponsor's number in the shop; without it nobody sponsors the customer.")
@click.option("--since", type=MOMENT, help="From when on it counts; otherwise from now.")
@pass_desk
def bind(desk: Desk, shop_id: int, customer: str, sponsor: str | None, since: datetime | None) -> None:
    """Say who sponsors a customer. This goes before what orders have told."""
    from bridge.services import partners

    with desk.runtime() as runtime:
        moment = in_zone(runtime, shop_id, since) or runtime.clock()
        partners.bind(runtime, shop_id, customer, sponsor, moment, "by hand", by="command line")
    answer = {"shop": shop_id, "customer": customer, "sponsor": sponsor, "since": moment.isoformat()}
    desk.answer(
        answer, lambda: say(f"From {answer['since']} on the sponsor of {customer} is {sponsor or 'nobody'}.")
    )


@partner.command("list")
@_SHOP
@pass_desk
def list_(desk: Desk, shop_id: int) -> None:
    """List the partners with their codes, and how much is sold to outsiders."""
    from bridge.reports import partners

    with desk.runtime() as runtime, runtime.db.reading() as session:
        currency = find_shop(session, shop_id).currency
        found = partners.listed(session, shop_id)
        share = partners.outside(session, shop_id)
    rows = [{"code": p.code, "customer": p.customer, "name": p.name, "since": p.since.isoformat()} for p in found]
    figures = {"turnover": money.plain(share.turnover, currency), "outside_percent": share.percent}
    desk.answer({"partners": rows, **figures}, lambda: _show_list(rows, share.percent))


def _show_list(rows: list[dict[str, str]], percent: str) -> None:
    cells = [[row["code"], row["customer"], row["name"], row["since"][:10]] for row in rows]
    console().print(table(["Code", "Customer", "Name", "Since"], cells))
    say(f"{percent} % of the turnover comes from people who are no partners." if percent else "No turnover yet.")


@partner.command()
@_SHOP
@_CUSTOMER
@click.option("--year", type=int, help="Also the figures of that year, for the yearly statement.")
@pass_desk
def show(desk: Desk, shop_id: int, customer: str, year: int | None) -> None:
    """Show who stands below a partner, how they came there, and what each level brought."""
    from bridge.reports import partners, statement

    with desk.runtime() as runtime, runtime.db.reading() as session:
        currency = find_shop(session, shop_id).currency
        account = statement.find_account(session, shop_id, customer=customer)
        below = partners.downline(session, account, runtime.clock())
        earned = partners.earned(session, account)
        figures = partners.year(session, account, year, runtime.clock()).as_json(currency) if year else None
    answer = {
        "currency": currency,
        "earned": {str(level): money.plain(amount, currency) for level, amount in earned.items()},
        "downline": [_below(item, currency) for item in below],
        "year": figures,
    }
    desk.answer(answer, lambda: _show_partner(answer))


def _below(item: Any, currency: str) -> dict[str, Any]:
    return {
        "account": item.account,
        "level": item.level,
        "since": item.since.isoformat(),
        "cause": item.cause,
        "by": item.by,
        "turnover": money.plain(item.turnover, currency),
        "partner": item.partner,
    }


def _show_partner(answer: dict[str, Any]) -> None:
    for level, amount in answer["earned"].items():
        say(f"Level {level}: {amount} {answer['currency']}")
    rows = [[b["level"], b["account"], b["since"][:10], b["cause"], b["turnover"]] for b in answer["downline"]]
    console().print(table(["Level", "Account", "Since", "By", "Turnover"], rows, right=["Level", "Turnover"]))
    if answer["year"]:
        year = answer["year"]
        say(f"{year['year']}: {year['net']} {year['currency']} earned, {year['redeemed']} redeemed.")


@click.command("referral-credit", cls=Command, deed="credit for recommending decided")
@_SHOP
@click.option("--choice", help="What the tax adviser has chosen, in their words.")
@click.option("--lock", is_flag=True, help="Keep referral credit unusable until the choice is recorded.")
@click.option("--by", default="", help="Who records it.")
@pass_desk
def referral_credit(desk: Desk, shop_id: int, choice: str | None, lock: bool, by: str) -> None:
    """Lock referral credit, or record the adviser's choice and let it be used. Without options: what holds."""
    from bridge.services import adviser

    if lock and choice:
        raise click.UsageError("Give either --lock or --choice.")
    desk.changed = lock or choice is not None
    with desk.runtime() as runtime:
        if lock:
            adviser.lock(runtime, shop_id, by)
        elif choice is not None:
            adviser.record(runtime, shop_id, choice, by)
        with runtime.db.reading() as session:
            find_shop(session, shop_id)
            now = adviser.standing(session, shop_id)
    state = "locked" if now.locked else "usable"
    answer = {"state": state, "choice": now.choice, "by": now.by, "at": now.at.isoformat() if now.at else None}
    said = f", as chosen: {now.choice} ({now.by})" if now.choice else ""
    desk.answer(answer, lambda: say(f"Referral credit is {state}{said}."))
