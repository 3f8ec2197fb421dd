"""Being alone: one holder at a time over all processes, and none left behind by a killed one."""

import signal
import subprocess
import sys

from bridge.storage.alone import alone
from tests.bridge.world import World

HOLD = """
import sys, time
from bridge.storage.alone import alone
from bridge.storage.db import Database
with alone(Database(sys.argv[1]), "push-1") as mine:
    print(mine, flush=True)
    time.sleep(60)
"""


def test_the_second_one_is_told_and_the_next_one_gets_it(world: World) -> None:
    db = world.runtime.db
    with alone(db, "push-1") as first, alone(db, "push-1") as second, alone(db, "push-2") as other:
        assert (first, second, other) == (True, False, True)
    with alone(db, "push-1") as again:
        assert again


def test_a_killed_process_holds_nothing(world: World) -> None:
    db = world.runtime.db
    url = db.engine.url.render_as_string(hide_password=False)
    holder = subprocess.Popen([sys.executable, "-c", HOLD, url], stdout=subprocess.PIPE, text=True)
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        with alone(db, "push-1") as mine:
            assert not mine
        holder.send_signal(signal.SIGKILL)
    with alone(db, "push-1") as mine:
        assert mine
