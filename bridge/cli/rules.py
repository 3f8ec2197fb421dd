"""Understanding the rules: comparing programmes, trying one first, the terms, why an order earned what it did."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from bridge.cli.desk import Command, Desk, console, pass_desk, say, table
from bridge.cli.moments import MOMENT, in_zone
from bridge.cli.progress import progress
from bridge.cli.texts import DOCUMENT, text_of
from bridge.domain.programme import Programme

LANGUAGE = click.option("--lang", type=click.Choice(["de", "en"]), default="de", help="Language of the sentences.")
SHOP = click.option("--shop", "shop_id", type=int, required=True, help="The shop's number.")


@click.command(cls=Command, name="diff")
@click.argument("a")
@click.argument("b")
@click.option("--shop", "shop_id", type=int, help="The shop whose versions A and B are numbers of.")
@LANGUAGE
@pass_desk
def diff(desk: Desk, a: str, b: str, shop_id: int | None, lang: str) -> None:
    """Say in sentences what changes for whom from A to B: files, or version numbers with --shop."""
    from bridge.domain.compare import compare

    found = compare(_programme(desk, a, shop_id), _programme(desk, b, shop_id), lang)
    answer = [{"part": d.part, "whom": d.whom, "sentence": d.sentence} for d in found]
    lines = [f"{d.whom} – {d.sentence}" for d in found]
    desk.answer(answer, lambda: say("\n".join(lines) or "Nothing changes."))


def _programme(desk: Desk, name: str, shop_id: int | None) -> Programme:
    """A file, or the version of that number."""
    from bridge.domain import document
    from bridge.services import programmes

    if not name.isdecimal():
        return document.read(text_of(DOCUMENT.convert(name, None, None)))
    if shop_id is None:
        raise click.UsageError(f"{name} is the number of a version; say of which shop with --shop.")
    with desk.runtime() as runtime:
        return document.read(programmes.document_of(runtime, shop_id, int(name)))


@click.command(cls=Command, name="list")
@SHOP
@pass_desk
def versions(desk: Desk, shop_id: int) -> None:
    """List the versions of a shop's programme: from when, by whom and why."""
    from bridge.services import programmes

    with desk.runtime() as runtime:
        found = [
            {
                "version": row.number,
                "valid_from": row.valid_from.isoformat() if row.valid_from else None,
                "activated_at": row.activated_at.isoformat(),
                "activated_by": row.activated_by,
                "reason": row.reason,
            }
            for row in programmes.show(runtime, shop_id)
        ]
    heads = ["Version", "Valid from", "Activated", "By", "Why"]
    rows = [["–" if value in (None, "") else value for value in row.values()] for row in found]
    desk.answer(found, lambda: console().print(table(heads, rows, right=["Version"])))


@click.command(cls=Command)
@click.option("--shop", "shop_id", type=int, help="The shop's number.")
@click.option("--programme", "file", type=DOCUMENT, help="A document that is not active yet.")
@LANGUAGE
@pass_desk
def terms(desk: Desk, shop_id: int | None, file: Path | None, lang: str) -> None:
    """Print “So funktioniert Ihr Rabatt-Konto”, made of the programme itself."""
    from dataclasses import asdict

    from bridge.domain import document
    from bridge.domain import terms as written
    from bridge.domain.programme import Version
    from bridge.reports.terms import shop_terms

    if (shop_id is None) == (file is None):
        raise click.UsageError("Give either --shop or --programme.")
    if file is not None:
        found = written.terms(Version(1, None, document.read(text_of(file))), language=lang)
    else:
        with desk.runtime() as runtime:
            found = shop_terms(runtime, shop_id or 0, lang)
    desk.answer(asdict(found), lambda: say(found.as_text()))


@click.command(cls=Command)
@SHOP
@click.option("--order", "number", required=True, help="The order's number, as the shop shows it.")
@LANGUAGE
@pass_desk
def explain(desk: Desk, shop_id: int, number: str, lang: str) -> None:
    """Say for every line of an order what it earned by which rule, and why not."""
    from bridge.services.explain import explain_order

    with desk.runtime() as runtime:
        found = [item.as_json() for item in explain_order(runtime, shop_id, number, lang)]
    desk.answer(found if len(found) > 1 else found[0], lambda: say("\n\n".join(map(_explained, found))))


def _explained(order: dict[str, Any]) -> str:
    head = f"{order['number']}: {order['state']}, earned {order['earned']}. {order['sentence']}".rstrip()
    lines = [head]
    for line in order["lines"]:
        lines.append(f"  {line['article']} × {line['pieces']}, paid {line['paid']}: {line['earned']}")
        lines += [f"    {line['sentence']}"] if line["sentence"] else []
        lines += [f"    {part['sentence']}" for part in (*line["rules"], *line["sponsors"])]
    return "\n".join(lines)


@click.command(cls=Command)
@SHOP
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The last day, like 2026-12-31.")
@pass_desk
def expiring(desk: Desk, shop_id: int, until: datetime) -> None:
    """List the credit that expires up to a day if nobody uses it before."""
    from bridge.domain import money
    from bridge.reports import expiring as reports
    from bridge.services.contact import load_shop

    with desk.runtime() as runtime:
        currency = load_shop(runtime, shop_id).currency
        found = reports.expiring(runtime, shop_id, until.date())
    total = money.plain(sum(row.amount for row in found), currency)
    rows = [row.as_json(currency) for row in found]
    answer = {"until": until.date().isoformat(), "currency": currency, "total": total, "lots": rows}
    desk.answer(answer, lambda: _show_expiring(answer, rows))


def _show_expiring(answer: dict[str, Any], rows: Sequence[dict[str, Any]]) -> None:
    console().print(table(["Last day", "Account", "Amount"], [list(r.values()) for r in rows], right=["Amount"]))
    say(f"{answer['total']} {answer['currency']} in all.")


@click.command(cls=Command)
@SHOP
@click.option("--programme", "file", type=DOCUMENT, required=True, help="The document to try.")
@click.option("--since", type=MOMENT, help="Only orders placed from then on, in the shop's time.")
@pass_desk
def simulate(desk: Desk, shop_id: int, file: Path, since: datetime | None) -> None:
    """Replay a shop's own orders under another programme; the ledger is only read."""
    from bridge.services.simulate import simulate as simulation

    with desk.runtime() as runtime, progress("orders") as advance:
        report = simulation(runtime, shop_id, text_of(file), in_zone(runtime, shop_id, since), advance)
    found = report.as_json()
    desk.answer(found, lambda: _show_simulation(found))


_MONTH = ("Turnover", "Earned", "Redeemed", "At full use", "Expired", "Open", "Cost %", "Now earned", "Now %")
_CHANGE = ("Then", "Now", "Difference")


def _show_simulation(found: dict[str, Any]) -> None:
    months = [_simulated(month) for month in (*found["months"], found["total"])]
    console().print(table(["Month", *_MONTH], months, right=_MONTH))
    changed = [[row[name] for name in _CHANGED] for row in (*found["gains"], *found["losses"])]
    if changed:
        console().print(table(["Account", "Who", *_CHANGE], changed, right=_CHANGE))
    if found["budget"]:
        _show_budget(found["budget"], found["currency"])


def _show_budget(budget: dict[str, Any], currency: str) -> None:
    for stop in budget["stops"]:
        say(f"Budget of {stop['period']} exceeded on {stop['at'][:10]}: {stop['cost']} of {stop['turnover']}.")
    say(f"Not given because of the budget: {budget['not_given']} {currency}.")


_CHANGED = ("account", "initials", "simulated", "running", "difference")


def _simulated(month: dict[str, Any]) -> list[object]:
    then, now = month["simulated"], month["running"]
    names = ("earned", "redeemed", "redeemed_fully", "expired", "open", "cost_percent")
    return [
        month["month"] or "in all",
        month["turnover"],
        *(then[name] for name in names),
        now["earned"],
        now["cost_percent"],
    ]
