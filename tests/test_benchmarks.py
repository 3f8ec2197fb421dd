"""The benchmarks: a fast run over a wrong ledger has no figure, and the README says what the results say.

Nothing here is timed: how fast anything is, ``rabattkonto bench`` tells.
"""

import json
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from benchmarks import orders, owner, results, stage
from benchmarks.figures import FIGURES, disk, settle
from benchmarks.figures.receive import Target, kept
from benchmarks.frame import Claim, Contender, Contenders, Figure, Result, Run, Scale, Spread, Wrong, measure
from benchmarks.load import Loaded

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Tiny(Scale):
    """Small enough for a test."""

    def of(self, small: int, full: int) -> int:
        return small // 20


TINY = Tiny("small")


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the figures of this test put their databases."""

    @contextmanager
    def folder() -> Iterator[Path]:
        yield tmp_path

    monkeypatch.setattr(stage, "folder", folder)
    return tmp_path


def silent(_text: str) -> None:
    """Nobody watches."""


def run_figure(figure: Figure) -> Result:
    return measure(replace(figure, rounds=2), TINY, silent)


def spoiled(figure: Figure, file: Path, statement: str) -> Figure:
    """The same figure, after each of whose runs somebody changes the ledger."""

    def spoil(contender: Contender) -> Contender:
        def run(number: int) -> Run:
            found = contender.run(number)
            with closing(sqlite3.connect(file)) as db, db:
                db.execute(statement)
            return found

        return replace(contender, run=run)

    @contextmanager
    def staged(scale: Scale) -> Iterator[Contenders]:
        with figure.stage(scale) as contenders:
            yield {name: spoil(contender) for name, contender in contenders.items()}

    return replace(figure, stage=staged)


def test_a_figure_is_measured_written_down_and_read_back(workshop: Path) -> None:
    found = run_figure(settle.FIGURE)
    text = results.section(found, "a machine")
    section = results.read(text)["settle"]
    assert section.values.keys() == found.measures.keys()
    told = section.values["settle", "cpu"]
    spread = found.measures["settle", "cpu"]
    assert told is None if spread.noisy else told == pytest.approx(spread.median, rel=0.01)
    assert section.ratios.keys() == {("settle", "executemany", "cpu")}
    again = results.compose({"settle": section}, ["settle"], "")
    assert results.read(again)["settle"] == section


@pytest.mark.parametrize(
    ("figure", "name", "statement"),
    [
        (settle.FIGURE, "ours", "UPDATE account SET balance = balance + 1"),
        (settle.FIGURE, "ours", "UPDATE delivery SET state = 'received' WHERE id = 1"),
        (disk.FIGURE, "disk", "DELETE FROM lot"),
    ],
)
def test_a_run_that_leaves_a_wrong_ledger_has_no_figure(
    workshop: Path, figure: Figure, name: str, statement: str
) -> None:
    with pytest.raises(Wrong):
        run_figure(spoiled(figure, workshop / f"{name}.db", statement))


def test_receiving_counts_only_if_the_inbox_has_what_was_answered(tmp_path: Path) -> None:
    room = stage.sqlite(tmp_path, "inbox")
    stage.furnish(room)
    target = Target(None, None, "", 0)  # type: ignore[arg-type]
    target.loaded = Loaded(Counter({200: 2, 503: 1}), 1.0, 1.0, 1.0, 1.0)
    stage.deliver(room, [orders.body(1, 1), orders.body(2, 1)])
    assert list(kept(room, target)) == []
    stage.deliver(room, [orders.body(1, 1), orders.body(2, 1) + b" "])
    assert [*kept(room, target)] == ["a message in the inbox is not what was sent"]
    stage.deliver(room, [orders.body(1, 1)])
    assert any("2 messages were answered" in wrong for wrong in kept(room, target))
    assert list(target.refused()) == ["answers by status: {200: 2, 503: 1}"]


def test_rounds_that_disagree_tell_no_number() -> None:
    claim = Claim("ours", "theirs", "rate", bound=2, aim=4)
    assert [claim.verdict(Spread(values)) for values in ([1, 1.9], [2, 3], [4, 5], [3, 7])] == [
        "missed",
        "kept",
        "aim reached",
        "too noisy",
    ]


def test_a_ratio_is_taken_within_each_round() -> None:
    runs = {"ours": {"cpu": 2.0}, "theirs": {"cpu": 10.0}}
    assert Claim("ours", "theirs", "cpu", 1, 1).value(runs) == pytest.approx(0.2)
    assert Claim("ours", "", "cpu", 1, 1).value(runs) == pytest.approx(2)


def test_every_figure_stands_in_the_results_with_the_promises_that_it_has_now() -> None:
    written = results.read(results.FILE.read_text("utf-8"))
    assert list(written) == [figure.name for figure in FIGURES]
    for figure in FIGURES:
        promised = {(claim.ours, claim.other or "–", claim.measure) for claim in figure.claims}
        assert written[figure.name].ratios.keys() == promised


def test_the_readme_says_what_the_results_say() -> None:
    text = results.FILE.read_text("utf-8")
    sections = results.read(text)
    assert owner.shown((ROOT / "README.md").read_text("utf-8")) == owner.table(sections)
    assert owner.arithmetic(sections) in text


def test_the_command_lists_the_figures() -> None:
    command = [sys.executable, "-m", "bridge", "bench", "--list", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert [each["name"] for each in json.loads(done.stdout)] == [figure.name for figure in FIGURES]
