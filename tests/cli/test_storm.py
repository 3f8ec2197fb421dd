"""``simulate-faults``: plays histories in a checkout, and says why it cannot elsewhere."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from bridge.cli import storm

COMMAND = [sys.executable, "-c", "from bridge.cli import main; main()", "simulate-faults"]


def test_a_short_history_is_played_and_counted() -> None:
    done = subprocess.run([*COMMAND, "--seeds", "1", "--steps", "2", "--json"], capture_output=True, check=True)
    answer = json.loads(done.stdout)
    assert (answer["ok"], answer["histories"], answer["failed"]) == (True, 1, 0)


def test_an_installed_package_says_that_the_simulator_needs_a_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storm, "_CHECKOUT", tmp_path)
    done = CliRunner().invoke(storm.simulate_faults, [])
    assert done.exit_code == 3
    assert "run it in a checkout" in done.output.replace("\n", " ")
