"""Scenario files: a programme, a story, and what must be true. Run through the real ledger, in memory."""

from bridge.services.scenario.run import Result, run_file, run_text

__all__ = ["Result", "run_file", "run_text"]
