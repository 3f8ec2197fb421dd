"""The commands for keeping and leaving: what they print, ask and answer."""

import json

from tests.cli.conftest import Cli


def test_a_backup_can_be_put_back(cli: Cli) -> None:
    cli.add_shop()
    made = cli.json("backup")
    assert made["counts"]["shop"] == 1
    cli("user", "add", "anna")
    done = cli.json("restore", made["file"], "--yes")
    assert done["shops"] == [1]
    assert done["former"].endswith(".before-restore")


def test_a_backup_says_that_the_keys_are_apart(cli: Cli) -> None:
    assert "The keys are not in it" in cli("backup").stderr


def test_a_program_has_to_say_yes(cli: Cli) -> None:
    made = cli.json("backup")
    refused = cli("restore", made["file"], "--json")
    assert refused.exit_code == 2
    assert "--yes" in refused.stderr


def test_what_is_no_backup_is_refused_in_a_sentence(cli: Cli) -> None:
    wrong = cli.data / "x.zip"
    wrong.parent.mkdir(parents=True, exist_ok=True)
    wrong.write_text("no archive")
    result = cli("restore", str(wrong), "--yes")
    assert result.exit_code == 1
    assert "is not a backup" in result.stderr


def test_an_upgrade_says_what_it_did(cli: Cli) -> None:
    cli.add_shop()
    done = cli.json("upgrade")
    assert (done["ok"], done["before"], done["findings"]) == (True, done["now"], [])
    assert done["backup"]


def test_keys_are_turned_over(cli: Cli) -> None:
    cli.add_shop()
    assert cli.json("keys", "rotate") == {"ok": True, "renewed": [1], "locked": []}


def test_leaving_shows_what_is_owed_before_anything_is_done(cli: Cli) -> None:
    cli.add_shop()
    shown = cli.json("shop", "remove", "1")
    assert shown["liability"] == {"owed": "0.00", "currency": "EUR", "accounts": 0}
    assert sorted(shown["choices"]) == ["pause", "remove", "wind-down"]
    assert cli.json("shop", "list")[0]["status"] == "active"


def test_a_shop_is_paused_and_goes_on(cli: Cli) -> None:
    cli.add_shop()
    assert cli.json("shop", "remove", "1", "--pause", "--yes")["done"] == "pause"
    assert cli.json("shop", "list")[0]["status"] == "paused"
    assert cli.json("shop", "resume", "1") == {"shop": 1, "status": "active"}


def test_a_shop_that_is_gone_is_removed_with_its_books_written_out(cli: Cli) -> None:
    cli.add_shop()
    done = cli.json("shop", "remove", "1", "--remove", "--shop-is-gone", "--yes")
    assert json.loads((cli.data / "exports").joinpath(done["export"], "shop.json").read_text())["shop"] == 1
    assert cli.json("shop", "list")[0]["status"] == "removed"


def test_a_person_nobody_knows_is_said_to_be_unknown(cli: Cli) -> None:
    cli.add_shop()
    assert cli("person", "export", "--shop", "1", "--email", "eve@example.org").exit_code == 2
    assert cli("person", "erase", "--shop", "1", "--yes").exit_code == 2
