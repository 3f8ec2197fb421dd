"""What a machine reads of ``rabattkonto scenario --json``."""

import json
import subprocess
import sys
from pathlib import Path

SCENARIO = Path(__file__).parents[1] / "scenarios" / "03-redeem-rest-cancel.toml"


def test_standard_output_is_exactly_one_json_value() -> None:
    command = [sys.executable, "-c", "from bridge.cli import main; main()", "scenario", str(SCENARIO), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0
    assert json.loads(done.stdout)["ok"] is True
