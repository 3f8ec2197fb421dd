"""``demo`` as a newcomer starts it: the story holds, twice in a row, and nothing is left behind."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest

from bridge.cli.demo.folder import demo_folder
from bridge.config import NAMES

DEMO = [sys.executable, "-c", "from bridge.cli import main; main()", "demo"]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the embedded queue has no build for Windows")


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in NAMES}


def once(*arguments: str) -> dict[str, Any]:
    """One whole demo; its JSON answer."""
    command = [*DEMO, "--once", "--json", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), timeout=110, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def processes_of(folder: Path) -> list[str]:
    """The command lines of all processes that belong to a data folder."""
    lines = [file.read_bytes() for file in Path("/proc").glob("[0-9]*/cmdline") if _is_there(file)]
    return [line.decode(errors="replace") for line in lines if str(folder).encode() in line]


def _is_there(file: Path) -> bool:
    try:
        return bool(file.read_bytes())
    except OSError:
        return False


def test_every_step_holds_in_a_toy_shopify_too(tmp_path: Path) -> None:
    answer = once("--shop", "shopify", "--data", str(tmp_path / "demo"))
    assert all(step["ok"] for step in answer["story"])
    assert [account["balance"] for account in answer["accounts"]] == ["0.28"]
    assert processes_of(tmp_path) == []


def test_every_step_holds_and_a_second_run_in_the_same_folder_does_too(tmp_path: Path) -> None:
    for _ in range(2):
        answer = once("--data", str(tmp_path / "demo"))
        assert answer["ok"]
        assert all(step["ok"] for step in answer["story"])
        assert len(answer["story"]) >= 8
        (account,) = answer["accounts"]
        assert account["balance"] == "0.28"
        assert processes_of(tmp_path) == []


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "rabattkonto.db").write_text("mine")
    command = [*DEMO, "--once", "--data", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), timeout=60, check=False)
    assert done.returncode == 2
    assert "not empty" in done.stderr
    assert (tmp_path / "rabattkonto.db").read_text() == "mine"


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_demo_that_is_ended_leaves_no_process_behind(tmp_path: Path, number: signal.Signals) -> None:
    with (tmp_path / "said").open("w") as said:
        demo = subprocess.Popen(
            [*DEMO, "--data", str(tmp_path / "demo")], stdout=said, stderr=said, env=environment()
        )
    try:
        end = time.monotonic() + 60
        while len(processes_of(tmp_path / "demo")) < 5 and time.monotonic() < end:
            time.sleep(0.1)
        demo.send_signal(number)
        demo.wait(30)
    finally:
        demo.kill()
        demo.wait()
    assert processes_of(tmp_path / "demo") == []


def test_the_next_demo_removes_what_a_killed_one_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    dead, foreign = tmp_path / "rabattkonto-demo-dead", tmp_path / "rabattkonto-demo-not-ours"
    for folder in (dead, foreign):
        folder.mkdir()
        (folder / "rabattkonto.db").touch()
    (dead / "alive.lock").touch()
    with demo_folder(None) as running:
        with demo_folder(None) as second:
            assert running.is_dir()
            assert second != running
        assert [running, foreign] == sorted(tmp_path.iterdir(), key=lambda folder: folder == foreign)
    assert list(tmp_path.iterdir()) == [foreign]
