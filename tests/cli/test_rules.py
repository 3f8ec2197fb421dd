"""Commands about the rules: compare, try, terms, explain, expiring, and what must be confirmed."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bridge.domain.orders import Article, Line, Order, State
from bridge.ports import OrderSeen
from bridge.runtime import Runtime
from bridge.services import settle
from bridge.services.contact import load_shop
from bridge.storage.models import Account, Lot
from tests.cli.conftest import PROGRAMME, Cli

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
SHORT = PROGRAMME + "\n[expiry]\nmonths = 12\n"


def other(tmp_path: Path, text: str) -> str:
    path = tmp_path / "other.toml"
    path.write_text(text, "utf-8")
    return str(path)


def order(number: str) -> Order:
    line = Line("1", Article(sku="TEE", name="Tee"), 1, 2000, 1681, tax="19")
    return Order(number, number, "EUR", State.PAID, AT, AT, (line,), customer="7", paid_at=AT)


@pytest.fixture
def shop(cli: Cli, runtime: Runtime, document: Path) -> str:
    """A shop with a programme from before its one order."""
    shop_id = cli.add_shop()["shop"]
    assert (
        cli("programme", "activate", str(document), "--shop", str(shop_id), "--from", "2026-01-01").exit_code == 0
    )
    settle.absorb(runtime, load_shop(runtime, shop_id), [OrderSeen(order("1001"), read_at=AT)], "test")
    return str(shop_id)


def test_diff_compares_files_and_versions(cli: Cli, shop: str, document: Path, tmp_path: Path) -> None:
    dearer = other(tmp_path, PROGRAMME.replace('"10"', '"12"'))
    assert cli.json("programme", "diff", str(document), str(document)) == []
    (found,) = cli.json("programme", "diff", "1", dearer, "--shop", shop, "--lang", "en")
    assert (found["part"], found["whom"]) == ("earn", "All customers")
    assert "12% of the price paid" in found["sentence"]
    assert "12" in cli("programme", "diff", str(document), dearer).stdout


@pytest.mark.parametrize("arguments", [("1", "2"), ("missing.toml", "missing.toml"), ("1", "9", "--shop", "1")])
def test_diff_of_what_is_not_there_is_a_usage_error(cli: Cli, arguments: tuple[str, ...]) -> None:
    assert cli("programme", "diff", *arguments).exit_code == 2


def test_terms_are_those_of_the_shop_or_of_a_file(cli: Cli, shop: str, document: Path) -> None:
    of_file = cli.json("terms", "--programme", str(document), "--lang", "en")
    of_shop = cli.json("terms", "--shop", shop, "--lang", "en")
    assert of_file["title"] == "How your Rabatt-Konto works"
    assert of_file["sections"][1:] == of_shop["sections"][1:]
    assert "10\u00a0% vom bezahlten Preis" in cli("terms", "--shop", shop).stdout
    assert cli("terms").exit_code == 2


def test_explain_says_what_an_order_earned(cli: Cli, shop: str) -> None:
    found = cli.json("explain", "--shop", shop, "--order", "1001", "--lang", "en")
    assert (found["earned"], found["lines"][0]["rules"][0]["rule"]) == ("2.00", "all")
    assert (
        "all: Tee: 10% of €20.00 = €2.00"
        in cli("explain", "--shop", shop, "--order", "1001", "--lang", "en").stdout
    )
    assert cli("explain", "--shop", shop, "--order", "9").exit_code == 2


def test_simulate_compares_with_what_runs(cli: Cli, shop: str, tmp_path: Path) -> None:
    dearer = other(tmp_path, PROGRAMME.replace('"10"', '"25"'))
    found = cli.json("simulate", "--shop", shop, "--programme", dearer)
    assert found["total"]["simulated"]["earned"] == "5.00"
    assert found["total"]["running"]["earned"] == "2.00"
    assert found["total"]["simulated"]["cost_percent"] == "25.00"
    assert [change["difference"] for change in found["gains"]] == ["3.00"]
    assert "in all" in cli("simulate", "--shop", shop, "--programme", dearer).stdout


def test_expiring_lists_what_is_lost_up_to_a_day(cli: Cli, runtime: Runtime, shop: str) -> None:
    with runtime.db.transaction() as session:
        account = Account(shop_id=int(shop), token="tok", currency="EUR", head=b"", opened_at=AT)
        session.add(account)
        session.flush()
        for day, rest in ((30, 150), (31, 250)):
            session.add(
                Lot(account_id=account.id, number=day, kind="accrual", source=str(day), rest=rest, usable_at=AT,
                    expires_on=date(2026, 12, day))
            )  # fmt: skip
    found = cli.json("expiring", "--shop", shop, "--until", "2026-12-30")
    assert (found["total"], found["lots"]) == (
        "1.50", [{"expires_on": "2026-12-30", "account": "tok", "amount": "1.50"}],
    )  # fmt: skip
    assert "4.00 EUR in all." in cli("expiring", "--shop", shop, "--until", "2026-12-31").stdout


def test_short_expiry_is_only_taken_with_a_typed_confirmation(cli: Cli, shop: str, tmp_path: Path) -> None:
    command = ("programme", "activate", other(tmp_path, SHORT), "--shop", shop)
    refused = cli(*command)
    assert refused.exit_code == 2
    assert "confirm by typing “12 months”" in refused.stderr
    assert cli(*command, "--confirm-short-expiry", "yes").exit_code == 2
    assert cli(*command, "--confirm-short-expiry", "12 months").exit_code == 0
    assert cli(*command).exit_code == 0  # what was confirmed once need not be confirmed again


def test_who_activated_a_version_and_why_is_listed(cli: Cli, shop: str, document: Path) -> None:
    assert cli("programme", "activate", str(document), "--shop", shop, "--reason", "Sommer").exit_code == 0
    first, second = cli.json("programme", "list", "--shop", shop)
    assert (first["version"], first["valid_from"]) == (1, "2025-12-31T23:00:00+00:00")
    assert (second["activated_by"], second["reason"]) == ("command line", "Sommer")
    assert "Sommer" in cli("programme", "list", "--shop", shop).stdout


def test_a_new_referral_comes_with_its_hints(cli: Cli, shop: str, tmp_path: Path) -> None:
    rules = '\n[referral]\nlevels = ["10", "5"]\nown_turnover = { period = "month", minimum = "20.00" }\n'
    command = ("programme", "activate", other(tmp_path, PROGRAMME + rules), "--shop", shop)
    first = cli(*command)
    assert first.exit_code == 0
    for hint in ("[referral] is new", "2 levels", "own_turnover"):
        assert hint in first.stderr
    assert "Caution" not in cli(*command).stderr
