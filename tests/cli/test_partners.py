"""Partners, lists and vouchers on the command line."""

from pathlib import Path

from tests.cli.conftest import Cli


def test_a_tree_and_balances_are_taken_over_shown_and_written_out(cli: Cli, tmp_path: Path) -> None:
    cli.add_shop()
    tree, balances = tmp_path / "tree.csv", tmp_path / "balances.csv"
    tree.write_text("customer;sponsor;code\n7;;ada-k7\n8;7;\n", "utf-8")
    balances.write_text("customer;amount\n7;12,50\n", "utf-8")
    preview = cli.json("import", "partners", str(tree), "--shop", "1", "--preview")
    assert (preview["ok"], preview["kept"], preview["taken"]) == (True, False, 2)
    assert cli.json("import", "partners", str(tree), "--shop", "1")["kept"]
    assert cli.json("import", "opening", str(balances), "--shop", "1")["total"] == "12.50"
    assert [p["code"] for p in cli.json("partner", "list", "--shop", "1")["partners"]] == ["ada-k7"]
    (below,) = cli.json("partner", "show", "--shop", "1", "--customer", "7", "--year", "2026")["downline"]
    assert (below["level"], below["by"]) == (1, "command line")
    written = cli("export", "accounts", "--shop", "1", "--german").stdout
    assert ";7;;no;12,50;0,00;12,50;EUR;" in written


def test_a_list_with_a_problem_is_told_by_row_and_ends_with_1(cli: Cli, tmp_path: Path) -> None:
    cli.add_shop()
    list_ = tmp_path / "credit.csv"
    list_.write_text("sku,amount\nTEE,much\n", "utf-8")
    result = cli("import", "article-credit", str(list_), "--shop", "1")
    assert result.exit_code == 1
    assert "“much” is no amount" in result.stdout


def test_the_advisers_choice_is_kept_and_shown(cli: Cli) -> None:
    cli.add_shop()
    assert cli.json("referral-credit", "--shop", "1")["state"] == "usable"
    assert cli.json("referral-credit", "--shop", "1", "--lock", "--by", "owner")["state"] == "locked"
    free = cli.json("referral-credit", "--shop", "1", "--choice", "variant A", "--by", "Kanzlei")
    assert (free["state"], free["choice"], free["by"]) == ("usable", "variant A", "Kanzlei")
    assert cli("referral-credit", "--shop", "1", "--lock", "--choice", "x").exit_code == 2


def test_partners_are_made_bound_and_given_coupons(cli: Cli) -> None:
    cli.add_shop()
    assert cli.json("partner", "add", "--shop", "1", "--customer", "7", "--code", "ADA")["code"] == "ada"
    assert cli.json("partner", "coupon", "--shop", "1", "--customer", "7", "ADA10")["coupon"] == "ada10"
    assert cli.json("partner", "bind", "--shop", "1", "--customer", "8", "--sponsor", "7")["sponsor"] == "7"
    refused = cli("partner", "bind", "--shop", "1", "--customer", "7", "--sponsor", "8")
    assert (refused.exit_code, "ring" in refused.stderr) == (2, True)


def test_vouchers_are_made_listed_and_withdrawn_also_while_the_shop_is_away(cli: Cli) -> None:
    cli.add_shop()
    made = cli.json(
        "voucher", "create", "--shop", "1", "--value", "5.00", "--until", "2099-12-31", "--code", "hello"
    )
    assert made["codes"] == ["hello"]
    (listed,) = cli.json("voucher", "list", "--shop", "1")
    assert (listed["value"], listed["last_day"], listed["used"]) == ("5.00", "2099-12-31", 0)
    assert cli.json("voucher", "withdraw", "--shop", "1", "--code", "HELLO") == {"withdrawn": 1}
    assert cli("voucher", "create", "--shop", "1", "--value", "5", "--until", "2001-01-01").exit_code == 2
