"""When orders are paid, on the command line."""

import json
import re
from pathlib import Path
from zipfile import ZipFile

from bridge.runtime import Runtime
from bridge.storage.models import Account, Offer
from tests.cli.conftest import Cli


def test_the_table_is_shown_and_answered(cli: Cli) -> None:
    cli.add_shop()
    rows = {(row["status"], row["method"]): row for row in cli.json("shop", "paid", "1")}
    assert (rows["processing", "cod"]["means"], rows["processing", "cod"]["source"]) == ("open", "default")
    done = cli.json("shop", "paid", "1", "--status", "wc-shipped", "--means", "paid")
    assert done == {"orders": 0, "deliveries": 0, "entries": 0, "problem": ""}
    rows = {(row["status"], row["method"]): row for row in cli.json("shop", "paid", "1")}
    assert (rows["shipped", ""]["means"], rows["shipped", ""]["source"]) == ("paid", "answer")


def test_people_read_the_same_table(cli: Cli) -> None:
    cli.add_shop()
    assert "only “completed” counts" in cli("shop", "paid", "1").stdout


def test_half_an_answer_is_none(cli: Cli) -> None:
    cli.add_shop()
    assert cli("shop", "paid", "1", "--status", "shipped").exit_code == 2
    assert cli("shop", "paid", "1", "--status", "shipped", "--means", "perhaps").exit_code == 2


def test_what_the_shop_has_fixed_is_refused_with_a_sentence(cli: Cli) -> None:
    cli.add_shop()
    result = cli("shop", "paid", "1", "--status", "cancelled", "--means", "paid")
    assert result.exit_code == 2
    assert "fixed by the shop" in result.stderr


def test_the_methods_paid_by_hand_are_shown_and_set(cli: Cli) -> None:
    cli.add_shop()
    assert "bacs" in cli.json("shop", "offline", "1")
    assert cli.json("shop", "offline", "1", "--method", "cheque", "--method", "bacs") == ["bacs", "cheque"]
    assert cli.json("shop", "offline", "1") == ["bacs", "cheque"]


def test_nothing_is_bound_in_a_new_shop(cli: Cli) -> None:
    cli.add_shop()
    assert cli.json("shop", "bound", "1") == []
    assert "No unpaid order" in cli("shop", "bound", "1").stdout


def test_the_companion_plugin_is_written_for_this_bridge(cli: Cli, tmp_path: Path) -> None:
    cli.add_shop()
    target = tmp_path / "plugin.zip"
    told = cli.json("shop", "plugin", "1", "--to", str(target), "--bridge", "192.168.1.20:8080")
    assert told == {"file": str(target), "bytes": target.stat().st_size}
    with ZipFile(target) as packed:
        assert b"'192.168.1.20:8080'" in packed.read("rabattkonto/rabattkonto.php")


def test_the_companion_plugin_knows_the_address_of_this_bridge_by_itself(cli: Cli, tmp_path: Path) -> None:
    cli.add_shop()
    target = tmp_path / "plugin.zip"
    cli.json("shop", "plugin", "1", "--to", str(target))
    with ZipFile(target) as packed:
        (line,) = re.findall(rb"const BUILT_FOR = '(.*)';", packed.read("rabattkonto/rabattkonto.php"))
    assert re.fullmatch(rb"127\.0\.0\.1:\d+", line)


def test_a_shop_that_does_not_exist_is_named(cli: Cli) -> None:
    for command in ("paid", "offline", "bound", "plugin"):
        result = cli("shop", command, "9")
        assert (result.exit_code, "no shop 9" in result.stderr) == (2, True), command


def test_checking_a_shop_looks_at_our_own_address_too(cli: Cli) -> None:
    cli.add_shop()
    found = json.loads(cli("shop", "check", "1", "--json").stdout)["findings"]
    assert "cannot be reached" in [each["sentence"] for each in found if each["subject"] == "PUBLIC_URL"][-1]


def test_only_a_code_that_waits_for_its_order_is_released(cli: Cli, runtime: Runtime) -> None:
    cli.add_shop()
    refused = cli("shop", "release", "1", "guthaben-x")
    assert (refused.exit_code, "does not wait for an order" in refused.stderr) == (2, True)
    with runtime.db.transaction() as session:
        now = runtime.clock()
        session.add(Account(id=7, shop_id=1, token="t7", currency="EUR", head=b"", opened_at=now))
        session.flush()
        session.add(
            Offer(
                shop_id=1,
                account_id=7,
                sequence=1,
                code="guthaben-x",
                state="live",
                created_at=now,
                waiting_since=now,
            )
        )
    assert cli.json("shop", "release", "1", "GUTHABEN-X") == {"ok": True, "code": "GUTHABEN-X"}
