"""The command line, run in this process against a data folder of its own."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bridge.app import build_runtime
from bridge.cli import main
from bridge.config import NAMES, Settings
from bridge.runtime import Runtime

PROGRAMME = """\
[programme]
name = "Rabatt-Konto"
currency = "EUR"
timezone = "Europe/Berlin"
available_after_days = 0
earn_basis = "gross"

[[earn]]
id = "all"
percent = "10"
"""


@dataclass
class Cli:
    """Runs commands as a shell would."""

    data: Path

    def __call__(self, *arguments: str) -> Result:
        return CliRunner().invoke(main, ["--data", str(self.data), *arguments], catch_exceptions=False)

    def json(self, *arguments: str, code: int = 0) -> Any:
        """The one JSON value on stdout, after checking the exit code."""
        result = self(*arguments, "--json")
        assert result.exit_code == code, result.output
        return json.loads(result.stdout)

    def add_shop(self) -> dict[str, Any]:
        """A shop that is away, as an owner would connect it."""
        access = ("--url", "http://127.0.0.1:9", "--key", "ck", "--secret", "cs")
        result = self(
            "shop", "add", "woocommerce", *access, "--webhook-secret", "geheim-webhook-2026", "--no-register"
        )
        assert result.exit_code == 0, result.output
        added: dict[str, Any] = json.loads(result.stdout)
        return added


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ALLOW_PRIVATE_SHOPS", "127.0.0.1:9")
    monkeypatch.chdir(tmp_path)
    return Cli(tmp_path / "data")


@pytest.fixture
def document(tmp_path: Path) -> Path:
    file = tmp_path / "programme.toml"
    file.write_text(PROGRAMME, "utf-8")
    return file


@pytest.fixture
def runtime(cli: Cli) -> Iterator[Runtime]:
    """The same installation, seen from inside."""
    found = build_runtime(Settings.load({"RABATTKONTO_DATA": str(cli.data), "ALLOW_PRIVATE_SHOPS": "127.0.0.1:9"}))
    yield found
    found.db.close()
