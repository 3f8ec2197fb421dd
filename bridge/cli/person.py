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


@person.command()
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
    left = money.plain(done.balance, done.currency)
    answer = {"shop": shop_id, **asdict(done), "balance": left}
    desk.answer(answer, lambda: say(f"Erased. {left} {done.currency} are left on the account, which is frozen."))


@person.command()
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


def _account(runtime: Runtime, shop_id: int, customer: str | None, email: str | None) -> int:
    from bridge.services import privacy

    if (customer is None) == (email is None):
        raise click.UsageError("Give either --customer or --email.")
    return privacy.find(runtime, shop_id, customer=customer, email=email)
