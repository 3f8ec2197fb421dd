"""Shops: connecting one, listing them, checking the connection."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

import click

from bridge.cli import access
from bridge.cli.desk import Desk, Group, console, end, note, pass_desk, say, table


@click.group(cls=Group)
def shop() -> None:
    """Connect shops and check them."""


@shop.command(deed="shop connected")
@click.argument("platform")
@click.option(
    "--url", "--domain", required=True, help="The shop's address: https://shop.example, NAME.myshopify.com."
)
@access.options
@click.option("--webhook-secret", default="", help="Signs WooCommerce's messages; made up when left out.")
@click.option("--name", default="", help="What to call the shop here; otherwise what it calls itself.")
@click.option("--no-register", is_flag=True, help="Leave the shop's webhooks to somebody else.")
@pass_desk
def add(
    desk: Desk, /, platform: str, url: str, webhook_secret: str, name: str, no_register: bool, **given: str
) -> None:
    """Connect a shop and print {shop, webhook_url}. Works while the shop is away, with a warning."""
    from bridge.services import shops

    by = access.read(**given)
    new = shops.NewShop(platform, url, by.key, by.secret, webhook_secret, name, register=not no_register)
    with desk.runtime() as runtime:
        added = shops.add_shop(runtime, new)
        desk.subject = f"shop:{added.shop_id}"
    for warning in added.warnings:
        note(warning)
    desk.as_json = True  # both are meant to be copied or piped on, so people get the same line
    desk.answer({"shop": added.shop_id, "webhook_url": added.webhook_url}, lambda: None)


@shop.command(name="list")
@pass_desk
def list_(desk: Desk) -> None:
    """List the shops that are connected."""
    from bridge.services import shops

    with desk.runtime() as runtime:
        found = [
            {
                "shop": known.id,
                "name": known.name,
                "platform": known.platform,
                "url": known.url,
                "status": known.status,
                "problem": known.problem,
                "webhook_url": shops.webhook_url(runtime, known),
                "round": shops.round_of(runtime, known),
            }
            for known in shops.list_shops(runtime)
        ]
    desk.answer(found, lambda: _show(found))


def _show(found: Sequence[Mapping[str, object]]) -> None:
    if not found:
        say("No shop is connected yet; `rabattkonto shop add --help` says how.")
        return
    rows = [[row["shop"], row["name"], row["url"], row["status"], row["problem"] or "–"] for row in found]
    console().print(table(["Shop", "Name", "Address", "Status", "Problem"], rows, right=["Shop"]))


@shop.command()
@click.argument("shop_id", type=int, metavar="ID")
@pass_desk
def check(desk: Desk, shop_id: int) -> None:
    """Ask the shop whether access, webhooks and its settings are as they should be."""
    from bridge.services import address, contact, shops

    with desk.runtime() as runtime:
        findings = shops.check_shop(runtime, shop_id)
        findings += address.knock(shops.webhook_url(runtime, contact.load_shop(runtime, shop_id)))
    ok = not any(finding.serious for finding in findings)
    lines = [f"{f.subject}: {f.sentence} {f.remedy}".rstrip() for f in findings]
    answer = {"ok": ok, "findings": [asdict(finding) for finding in findings]}
    desk.answer(answer, lambda: say("\n".join(lines) or "Everything is as it should be."))
    end(ok=ok)
