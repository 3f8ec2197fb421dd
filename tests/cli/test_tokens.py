"""Tokens of programs on the command line."""

from tests.cli.conftest import Cli


def test_a_token_is_made_listed_and_revoked(cli: Cli) -> None:
    cli.add_shop()
    made = cli.json("token", "add", "bookkeeping", "--shop", "1", "--scope", "entries:read", "--scope", "adjust")
    assert made["secret"].startswith("rk_")
    (listed,) = cli.json("token", "list")
    assert (listed["name"], listed["shop"], listed["scopes"]) == ("bookkeeping", 1, ["adjust", "entries:read"])
    assert made["secret"] not in cli("token", "list").stdout
    assert cli.json("token", "revoke", "1") == {"revoked": 1}
    assert cli("token", "revoke", "1").exit_code == 2


def test_a_token_for_nothing_or_for_no_shop_is_refused(cli: Cli) -> None:
    cli.add_shop()
    unknown = cli("token", "add", "x", "--shop", "1", "--scope", "everything")
    assert unknown.exit_code == 2
    assert "vouchers:write" in unknown.stderr
    assert cli("token", "add", "x", "--shop", "1").exit_code == 2
    assert cli("token", "add", "x", "--shop", "9", "--scope", "adjust").exit_code == 2
