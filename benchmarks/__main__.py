"""``python -m benchmarks``: measures figures, prints them, and writes them into ``RESULTS.md``."""

import argparse
import json
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from benchmarks import owner, results
from benchmarks.figures import FIGURES
from benchmarks.frame import SCALES, Figure, Missing, Result, Scale, Wrong, measure
from bridge import logs
from bridge.lifeline import die_with_parent

OK, FINDINGS, USAGE = 0, 1, 2


def main() -> int:
    """The exit code: 0 when every promise is kept, 1 when one is not or a run was wrong."""
    die_with_parent(os.getppid())
    signal.signal(signal.SIGTERM, _leave)
    logs.set_up("ERROR")
    options = _options()
    if options.list:
        _list(options.json)
        return OK
    found, problems = _run(_chosen(options.names), Scale(options.scale), options.results)
    if options.json:
        answer = {"ok": not problems, "problems": problems, "figures": [results.as_json(each) for each in found]}
        print(json.dumps(answer, ensure_ascii=False))
    for problem in problems:
        _note(problem)
    return FINDINGS if problems else OK


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="rabattkonto bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--scale", choices=SCALES, default="small")
    parser.add_argument("--results", type=Path, default=results.FILE)
    return parser.parse_args()


def _list(as_json: bool) -> None:
    if as_json:
        print(json.dumps([{"name": each.name, "title": each.title} for each in FIGURES], ensure_ascii=False))
    else:
        print("\n".join(f"{each.name:12}{each.title}" for each in FIGURES))


def _chosen(names: Sequence[str]) -> list[Figure]:
    unknown = sorted(set(names) - {each.name for each in FIGURES})
    if unknown:
        _note(f"There is no figure {', '.join(unknown)}; --list shows those there are.")
        sys.exit(USAGE)
    return [each for each in FIGURES if not names or each.name in names]


def _run(figures: Sequence[Figure], scale: Scale, file: Path) -> tuple[list[Result], list[str]]:
    """Measure one after the other, keeping each at once: a long run that is cut short has not been for nothing."""
    found: list[Result] = []
    problems: list[str] = []
    for figure in figures:
        try:
            result = measure(figure, scale, _note)
        except (Wrong, Missing) as problem:
            problems.append(str(problem))
            continue
        except Exception as problem:  # noqa: BLE001 - one figure that breaks must not cost the others of a long run
            traceback.print_exc()
            problems.append(f"{figure.name}: it broke off with {type(problem).__name__}, see above")
            continue
        found.append(result)
        problems += [] if result.kept else [f"{figure.name}: a promise is not kept"]
        text = results.section(result, results.machine())
        _note(text)
        _keep(text, file)
    return found, problems


def _keep(text: str, file: Path) -> None:
    before = results.read(file.read_text("utf-8")) if file.exists() else {}
    sections = before | results.read(text)
    file.write_text(results.compose(sections, [each.name for each in FIGURES], owner.arithmetic(sections)), "utf-8")
    if file == results.FILE:
        owner.update(sections)


def _note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _leave(_number: int, _frame: object) -> NoReturn:
    """Everything that was started ends by way of its block."""
    raise SystemExit(143)


if __name__ == "__main__":
    sys.exit(main())
