"""I10: whatever happens, and however loud the log is, it holds no secret, no token, no address and no raw body."""

import json
import subprocess
import sys


def test_a_whole_story_with_debug_logs_tells_no_secret_and_no_person() -> None:
    command = [sys.executable, "-m", "tests.frame.loud"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout)
    lines = done.stderr.splitlines()
    events = {json.loads(line)["event"] for line in lines}
    # It was loud: what is searched did speak of sales, failures and refusals.
    assert {"pushed", "shop call failed", "order cannot be settled", "person erased"} <= events
    assert "delivery not signed with a secret of this shop" in events
    for kind in ("secrets", "addresses", "bodies"):
        for word in told[kind]:
            assert len(word) > 5
            assert not [line for line in lines if word.lower() in line.lower()], kind
    assert "@" not in done.stderr
