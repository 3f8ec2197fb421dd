"""The books: a customer's statement, an entry by hand, and the proof that everything adds up."""

from dataclasses import asdict
from typing import Any

import click

from bridge.cli.desk import Command, Desk, console, end, pass_desk, say, table
from bridge.domain import money
from bridge.services.contact import find_shop


@click.command(cls=Command)
@click.option("--shop", "shop_id", type=int, required=True, help="The shop's number.")
@click.option("--customer", help="The customer's number in the shop.")
@click.option("--email", help="The mailbox, for a guest or a registered customer.")
@click.option("--lang", type=click.Choice(["de", "en"]), default="de", help="Language of the explanations.")
@pass_desk
def statement(desk: Desk, shop_id: int, customer: str | None, email: str | None, lang: str) -> None:
    """Print every entry of a customer's account, oldest first, each with its reason."""
    from bridge.reports import statement as statements

    if (customer is None) == (email is None):
        raise click.UsageError("Give either --customer or --email.")
    with desk.runtime() as runtime, runtime.db.reading() as session:
        find_shop(session, shop_id)
        if email is not None:
            account = statements.find_by_email(session, shop_id, email, runtime.vault.fingerprint(email))
        else:
            account = statements.find_account(session, shop_id, customer=customer)
        found = statements.statement(session, account, runtime.clock(), language=lang).as_json()
    desk.answer(found, lambda: _show_statement(found))


def _show_statement(found: dict[str, Any]) -> None:
    offer = f", live code {found['offer']['code']}" if found["offer"] else ""
    say(f"Balance {found['balance']} {found['currency']}, usable {found['available']}{offer}")
    rows = [
        [entry["happened_at"][:10], entry["kind"], entry["amount"], entry["explanation"]]
        for entry in found["entries"]
    ]
    console().print(table(["Date", "Kind", "Amount", "Why"], rows, right=["Amount"]))


@click.command(cls=Command, deed="entry by hand")
@click.option("--shop", "shop_id", type=int, required=True, help="The shop's number.")
@click.option("--customer", required=True, help="The customer's number in the shop.")
@click.option("--amount", required=True, help="In the shop's currency, like 5.00 or -2.50.")
@click.option("--reason", required=True, help="Why; the customer reads it in the statement.")
@pass_desk
def adjust(desk: Desk, shop_id: int, customer: str, amount: str, reason: str) -> None:
    """Book an entry by hand."""
    from bridge.services import adjust as adjusting

    with desk.runtime() as runtime:
        with runtime.db.reading() as session:
            currency = find_shop(session, shop_id).currency
        minor = _amount(amount, currency)
        adjusting.adjust(runtime, shop_id, customer, minor, reason, "command line")
    booked = money.plain(minor, currency)
    answer = {"shop": shop_id, "customer": customer, "amount": booked, "currency": currency}
    desk.answer(answer, lambda: say(f"Booked {booked} {currency} for customer {customer}."))


def _amount(text: str, currency: str) -> int:
    try:
        return money.parse(text, currency)
    except ValueError as problem:
        raise click.BadParameter(str(problem), param_hint="--amount") from None


@click.command(cls=Command)
@pass_desk
def verify(desk: Desk) -> None:
    """Prove from the entries that balances, codes and messages are what they should be."""
    from bridge.services import verify as verifying

    with desk.runtime() as runtime:
        findings = verifying.verify(runtime)
    answer = {"ok": not findings, "findings": [asdict(finding) for finding in findings]}
    lines = [f"{f.invariant} {f.subject}: {f.sentence}" for f in findings]
    desk.answer(answer, lambda: say("\n".join(lines) or "Everything adds up."))
    end(ok=not findings)
