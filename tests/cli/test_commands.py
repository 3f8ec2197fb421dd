"""Each command: what it answers, and with which exit code."""

import json
from pathlib import Path

import pytest

from bridge import __version__
from bridge.cli import main
from bridge.storage.inbox import STATES
from tests.cli.conftest import Cli

SCENARIOS = Path(__file__).parent.parent / "scenarios"


def test_version_is_told_to_people_and_machines(cli: Cli) -> None:
    assert cli("version").stdout == f"rabattkonto {__version__}\n"
    assert cli.json("version") == {"version": __version__}


def test_every_command_takes_the_common_options() -> None:
    def commands(group: object) -> list[object]:
        inner = getattr(group, "commands", None)
        return [leaf for command in inner.values() for leaf in commands(command)] if inner else [group]

    for command in commands(main):
        options = {name for parameter in command.params for name in parameter.opts}  # type: ignore[attr-defined]
        assert {"--data", "--json"} <= options


def test_a_wrong_setting_ends_with_3_and_names_the_setting(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "many")
    result = cli("shop", "list")
    assert result.exit_code == 3
    assert "PORT" in result.stderr


def test_a_database_that_is_away_ends_with_3(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:////nowhere/at/all.db")
    result = cli("deliveries", "--json")
    assert result.exit_code == 3
    assert result.stdout == ""
    assert "Traceback" not in result.stderr


def test_a_misspelt_command_ends_with_2(cli: Cli) -> None:
    assert cli("shopp").exit_code == 2


def test_a_shop_is_added_while_it_is_away(cli: Cli) -> None:
    added = cli.add_shop()
    assert added["shop"] == 1
    assert added["webhook_url"].startswith("http://127.0.0.1:8890/webhooks/woocommerce/")
    (listed,) = cli.json("shop", "list")
    assert listed["shop"] == 1
    assert listed["webhook_url"] == added["webhook_url"]


def test_secrets_are_never_printed(cli: Cli) -> None:
    cli.add_shop()
    said = cli("shop", "list").output + cli("doctor").output + cli("shop", "check", "1").output
    assert "geheim-webhook" not in said


def test_checking_a_shop_that_is_away_is_a_finding(cli: Cli) -> None:
    cli.add_shop()
    found = cli.json("shop", "check", "1", code=1)
    assert not found["ok"]
    assert found["findings"]


@pytest.mark.parametrize(
    "command",
    [
        ("shop", "check", "9"),
        ("programme", "show", "--shop", "9"),
        ("statement", "--shop", "9", "--customer", "1"),
        ("adjust", "--shop", "9", "--customer", "1", "--amount", "1.00", "--reason", "thanks"),
        ("reconcile", "--shop", "9"),
        ("backfill", "--shop", "9"),
        ("replay", "9"),
        ("replay",),
        ("replay", "9", "--failed"),
        ("statement", "--shop", "1"),
        ("work",),
    ],
)
def test_what_is_not_there_or_not_said_ends_with_2(cli: Cli, command: tuple[str, ...]) -> None:
    result = cli(*command)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr


def test_reconciling_with_a_shop_that_is_away_ends_with_3(cli: Cli) -> None:
    cli.add_shop()
    result = cli("reconcile", "--shop", "1", "--json")
    assert result.exit_code == 3
    assert json.loads(result.stdout)["problem"]


def test_checking_a_programme_tells_what_to_think_of_before_it_is_in_force(cli: Cli, document: Path) -> None:
    document.write_text(document.read_text("utf-8") + "\n[expiry]\nmonths = 12\n", "utf-8")
    found = cli.json("programme", "check", str(document))
    assert found["ok"]
    assert [sentence for sentence in found["cautions"] if "12 months" in sentence]


def test_a_programme_is_checked_activated_and_shown(cli: Cli, document: Path) -> None:
    cli.add_shop()
    assert cli.json("programme", "check", str(document)) == {"ok": True, "problems": [], "cautions": []}
    activated = cli.json("programme", "activate", str(document), "--shop", "1", "--from", "2020-01-01")
    assert activated == {"shop": 1, "version": 1}
    shown = cli.json("programme", "show", "--shop", "1")
    assert shown["document"] == document.read_text("utf-8")
    # Midnight in Berlin, since that is the shop's time.
    assert shown["valid_from"] == "2019-12-31T23:00:00+00:00"


def test_a_broken_programme_names_line_and_key(cli: Cli, document: Path) -> None:
    document.write_text(document.read_text("utf-8").replace("percent", "percnt"), "utf-8")
    (problem, *_) = cli.json("programme", "check", str(document), code=1)["problems"]
    assert "percnt" in problem["where"]
    assert problem["line"] == 10


def test_scenarios_hold_or_say_what_differs(cli: Cli, tmp_path: Path) -> None:
    good = SCENARIOS / "01-per-article.toml"
    assert cli.json("scenario", str(good))["ok"]
    bad = tmp_path / "bad.toml"
    bad.write_text(good.read_text("utf-8").replace('balance = "3.30"', 'balance = "3.31"'), "utf-8")
    answer = cli.json("scenario", str(good), str(bad), code=1)
    assert [result["ok"] for result in answer["scenarios"]] == [True, False]
    assert answer["scenarios"][1]["differences"]


def test_a_new_installation_lists_nothing_and_adds_up(cli: Cli) -> None:
    assert cli.json("shop", "list") == []
    assert cli.json("deliveries") == []
    assert cli.json("verify") == {"ok": True, "findings": []}
    assert cli.json("work", "--until-empty") == {"waiting": []}


def test_deliveries_can_be_asked_for_by_every_state(cli: Cli) -> None:
    for state in STATES:
        assert cli.json("deliveries", "--state", state) == []


def test_the_doctor_changes_nothing_and_says_what_to_do(cli: Cli) -> None:
    found = cli.json("doctor", code=1)
    checks = {check["name"]: check for check in found["checks"]}
    assert checks["python"]["ok"]
    assert checks["python"]["remedy"] == ""
    assert not checks["schema"]["ok"]
    assert "PUBLIC_URL" in checks["address"]["remedy"]


def test_a_login_is_made_with_a_password_that_is_shown_once(cli: Cli) -> None:
    assert len(cli.json("user", "add", "berta")["password"]) > 20
    assert cli("user", "add", "berta").exit_code == 2


def test_json_may_stand_before_the_command(cli: Cli) -> None:
    assert json.loads(cli("--json", "version").stdout) == {"version": __version__}
