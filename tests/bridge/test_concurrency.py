"""Many processes at one database: nothing is lost and nothing is taken twice."""

import subprocess
import sys
from pathlib import Path

from sqlalchemy import text

from bridge.storage.db import Database

WORKER = """
import sys
from sqlalchemy import text
from bridge.storage.db import Database

database, taken = Database(sys.argv[1]), 0
for _ in range(40):
    with database.transaction() as session:
        left = session.execute(text("SELECT rest FROM purse")).scalar_one()
        if left >= 100:
            session.execute(text("UPDATE purse SET rest = :rest"), {"rest": left - 100})
            taken += 1
print(taken)
"""


def test_eight_processes_take_exactly_what_is_there(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'purse.db'}"
    database = Database(url)
    with database.transaction() as session:
        session.execute(text("CREATE TABLE purse (rest INTEGER)"))
        session.execute(text("INSERT INTO purse VALUES (20000)"))
    workers = [
        subprocess.Popen([sys.executable, "-c", WORKER, url], stdout=subprocess.PIPE, text=True) for _ in range(8)
    ]
    taken = sum(int(worker.communicate(timeout=60)[0]) for worker in workers)
    with database.reading() as session:
        left = session.execute(text("SELECT rest FROM purse")).scalar_one()
    database.close()
    assert (taken, left) == (200, 0)
