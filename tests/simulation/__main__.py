"""Histories from the command line, on all cores: ``rabattkonto simulate-faults`` comes here."""

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from functools import partial
from multiprocessing import get_context

from tests.simulation.history import SITES, STEPS, History, run, told


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the histories asked for; 1 when one of them failed."""
    asked = _parsed(arguments)
    seeds = [asked.seed] if asked.seeds is None else range(asked.seed, asked.seed + asked.seeds)
    started, failed = time.monotonic(), 0
    with get_context("spawn").Pool(min(len(seeds), os.cpu_count() or 1)) as pool:
        for number, history in enumerate(
            pool.imap_unordered(partial(run, steps=asked.steps, platform=asked.shop), seeds), 1
        ):
            failed += bool(history.problems)
            _show(history, number, len(seeds), asked)
    seconds = round(time.monotonic() - started, 1)
    if asked.json:
        print(json.dumps({"ok": not failed, "histories": len(seeds), "failed": failed, "seconds": seconds}))
    else:
        print(f"{len(seeds)} histories, {failed} failed, {seconds} seconds")
    return 1 if failed else 0


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python3 -m bridge simulate-faults")
    parser.add_argument("--seeds", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--shop", choices=list(SITES), default="woocommerce")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(arguments)


def _show(history: History, number: int, of: int, asked: argparse.Namespace) -> None:
    if history.problems:
        print(told(history, asked.steps), file=sys.stderr)
    elif asked.seeds is None and not asked.json:
        print(history.tell())
    elif number % 100 == 0:
        print(f"{number} of {of} …", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
