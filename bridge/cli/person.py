"""Privacy: what is known of one person, and forgetting them."""

from dataclasses import asdict

import click

from bridge.cli.desk import Desk, Group, pass_desk, say
from bridge.cli.keep import YES, confirm
from bridge.domain import money
from bridge.runtime import Runtime

_SHOP = click.option("--shop", "shop_id", type=int, required=True, help="The shop's number.")
_CUSTOMER = click.option("--customer", help="The customer's number in the shop.")
_EMAIL = click.option("--email", help="The mailbox, for a guest or a registered customer.")


@click.group(cls=Group)
def person() -> None:
    """What is known of a person, and forgetting them."""


@person.command()
@_SHOP
@_CUSTOMER
@_EMAIL
@click.option("--lang", type=click.Choice(["de", "en"]), default="de", help="Language of the statement.")
@pass_desk
def export(desk: Desk, shop_id: int, customer: str | None, email: str | None, lang: str) -> None:
    """Print all that is known of a person: a statement to read, or everything with --json."""
    from bridge.reports.person import dossier

    with desk.runtime() as runtime:
        found = dossier(runtime, _account(runtime, shop_id, customer, email), lang)
    desk.answer(found.data, lambda: say(found.as_text(lang)))


@person.command(deed="person erased")
@_SHOP
@_CUSTOMER
@_EMAIL
@YES
@pass_desk
def erase(desk: Desk, shop_id: int, customer: str | None, email: str | None, yes: bool) -> None:
    """Forget who an account belongs to. The books stay and still prove themselves; the account is frozen."""
    from bridge.services import privacy

    with desk.runtime() as runtime:
        account = _account(runtime, shop_id, customer, email)
        confirm(desk, yes, "Name, address, typed reasons and raw messages are thrown away for good. Do it?")
        done = privacy.erase(runtime, account)
        desk.subject = f"shop:{shop_id}/account:{account}"
    left = money.plain(done.balance, done.currency)
    answer = {"shop": shop_id, **asdict(done), "balance": left}
    desk.answer(answer, lambda: say(f"Erased. {left} {done.currency} are left on the account, which is frozen."))


@person.command(deed="mailbox taken as proven")
@_SHOP
@click.option("--customer", required=True, help="The customer's number in the shop.")
@pass_desk
def prove(desk: Desk, shop_id: int, customer: str) -> None:
    """Take a customer's e-mail address as proven: what a guest earned under it is theirs."""
    from bridge.services import privacy, proof

    with desk.runtime() as runtime:
        claimed = proof.prove(runtime, shop_id, privacy.find(runtime, shop_id, customer=customer, email=None))
    text = "A guest's credit was waiting there; it is theirs now." if claimed else "Nothing was waiting there."
    desk.answer({"shop": shop_id, "customer": customer, "claimed": claimed}, lambda: say(text))


@person.command()
@_SHOP
@pass_desk
def requests(desk: Desk, shop_id: int) -> None:
    """List what a platform passed on that the law lets people ask for, and what was done about it."""
    from bridge.services import requests as service

    with desk.runtime() as runtime:
        found = service.list_requests(runtime, shop_id)
    rows = [
        {
            "request": each.id,
            "wish": each.wish,
            "customer": each.customer,
            "reference": each.reference,
            "asked_at": each.asked_at.isoformat(),
            "done_at": each.done_at.isoformat() if each.done_at else None,
            "outcome": each.outcome,
        }
        for each in found
    ]
    lines = [f"{row['request']}: {row['wish']} {row['customer']} – {row['outcome'] or 'open'}" for row in rows]
    desk.answer(rows, lambda: say("\n".join(lines) or "Nobody has asked for anything."))


@person.command(deed="request answered")
@click.argument("number", type=int, metavar="REQUEST")
@_SHOP
@click.option("--lang", type=click.Choice(["de", "en"]), default="de", help="Language of the statement.")
@click.option("--by", default="the command line", help="Who hands it out.")
@pass_desk
def answer(desk: Desk, number: int, shop_id: int, lang: str, by: str) -> None:
    """Print what a person asked for by way of the platform, and note that it was handed out."""
    from bridge.reports.person import dossier
    from bridge.services import requests as service

    with desk.runtime() as runtime:
        request = service.open_export(runtime, shop_id, number)
        found = dossier(runtime, service.account_of(runtime, request), lang)
        service.answered(runtime, shop_id, number, by)
        desk.subject = f"shop:{shop_id}/request:{number}"
    desk.answer(found.data, lambda: say(found.as_text(lang)))


def _account(runtime: Runtime, shop_id: int, customer: str | None, email: str | None) -> int:
    from bridge.services import privacy

    if (customer is None) == (email is None):
        raise click.UsageError("Give either --customer or --email.")
    return privacy.find(runtime, shop_id, customer=customer, email=email)
