"""Tokens for programs that use the interface under /api/v1."""

from typing import Any

import click

from bridge.cli.desk import Desk, Group, console, note, pass_desk, say, table


@click.group(cls=Group)
def token() -> None:
    """Give programs access to one shop's books, and take it away again."""


@token.command()
@click.argument("name")
@click.option("--shop", "shop_id", type=int, required=True, help="The shop's number; the token sees no other.")
@click.option("--scope", "scopes", multiple=True, required=True, help="What it may do; name each.")
@pass_desk
def add(desk: Desk, name: str, shop_id: int, scopes: tuple[str, ...]) -> None:
    """Make a token and print it this once. Scopes: accounts:read, entries:read, adjust, vouchers:read,
    vouchers:write, partners:read, partners:write, programme:read,
    programme:write, simulate.
    """
    from bridge.services import tokens

    known = {scope.value for scope in tokens.Scope}
    if unknown := set(scopes) - known:
        raise click.BadParameter(f"{min(unknown)} is none of: {', '.join(sorted(known))}", param_hint="--scope")
    with desk.runtime() as runtime:
        number, text = tokens.make(runtime, shop_id, name, scopes)
    desk.answer({"token": number, "secret": text}, lambda: say(text))
    note(f"This is token {number}. It is shown this once.")


@token.command("list")
@pass_desk
def list_(desk: Desk) -> None:
    """List all tokens with what they may do, and when they were last used."""
    from bridge.services import tokens

    with desk.runtime() as runtime:
        found: list[dict[str, Any]] = [
            {
                "token": row.id,
                "name": row.name,
                "shop": row.shop_id,
                "scopes": row.scopes,
                "made_at": row.made_at.isoformat(),
                "used_at": row.used_at.isoformat() if row.used_at else None,
                "revoked_at": row.revoked_at.isoformat() if row.revoked_at else None,
            }
            for row in tokens.listed(runtime)
        ]
    rows = [
        [t["token"], t["name"], t["shop"], " ".join(t["scopes"]), t["used_at"] or "–", t["revoked_at"] or "–"]
        for t in found
    ]
    heads = ["Token", "Name", "Shop", "May", "Last used", "Revoked"]
    desk.answer(found, lambda: console().print(table(heads, rows, right=["Token", "Shop"])))


@token.command()
@click.argument("number", type=int)
@pass_desk
def revoke(desk: Desk, number: int) -> None:
    """End a token at once."""
    from bridge.services import tokens

    with desk.runtime() as runtime:
        tokens.revoke(runtime, number)
    desk.answer({"revoked": number}, lambda: say(f"Token {number} no longer works."))
