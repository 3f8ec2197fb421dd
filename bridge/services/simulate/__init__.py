"""Try it first: replay a shop's own orders under another programme, in a ledger of its own.

The simulation settles the stored orders with the facts that are known of them through the very settlement that
deliveries take, in a temporary SQLite file that is gone afterwards. The shop's own ledger is only read.
"""

import tomllib
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import tomli_w

from bridge.domain import document
from bridge.domain.programme import Programme
from bridge.errors import Refused
from bridge.runtime import Runtime
from bridge.services.contact import load_shop
from bridge.services.simulate import baskets
from bridge.services.simulate.changes import changes
from bridge.services.simulate.copy import activate, copy_by_hand, copy_shop
from bridge.services.simulate.figures import by_month
from bridge.services.simulate.play import Advance, Play
from bridge.services.simulate.report import BudgetReport, Report, months
from bridge.services.simulate.stops import stops
from bridge.services.simulate.use import redeemed_fully
from bridge.storage.db import Database


def _nobody(_more: int) -> None:
    """Nobody watches."""


def simulate(
    runtime: Runtime, shop_id: int, text: str, since: datetime | None = None, advance: Advance = _nobody
) -> Report:
    """What a document would have made of the orders placed since a moment (UTC), None for all that are stored.

    ``advance`` is told how many more orders are done. Raises ``document.ProgrammeError`` for a document that is
    wrong, ``NotFound`` without the shop, ``Refused`` for a programme in another currency.
    """
    programme = document.read(text)
    _refuse_misfit(programme, load_shop(runtime, shop_id).currency)
    report = _simulated(runtime, shop_id, text, since, advance)
    if programme.budget is None or programme.budget.action != "stop":
        return report
    # What a stop has saved is what the same programme without it would have given.
    unstopped = _simulated(runtime, shop_id, _without_budget(text), since, advance)
    saved = unstopped.total.simulated.earned - report.total.simulated.earned
    return replace(report, budget=BudgetReport(report.budget.stops if report.budget else (), saved))


def _refuse_misfit(programme: Programme, currency: str) -> None:
    if programme.currency != currency:
        raise Refused(
            f"The programme is in {programme.currency}, but the shop sells in {currency}. Nothing was"
            f" simulated; write currency = “{currency}” under [programme]."
        )


def _without_budget(text: str) -> str:
    return tomli_w.dumps({name: table for name, table in tomllib.loads(text).items() if name != "budget"})


def _simulated(runtime: Runtime, shop_id: int, text: str, since: datetime | None, advance: Advance) -> Report:
    with TemporaryDirectory(prefix="rabattkonto-") as folder:
        target = Database(f"sqlite:///{Path(folder) / 'simulation.db'}", lasting=False)
        try:
            target.migrate()
            baskets.make(target)
            return _played(runtime, target, shop_id, text, since, advance)
        finally:
            target.close()


def _played(
    runtime: Runtime, target: Database, shop_id: int, text: str, since: datetime | None, advance: Advance
) -> Report:
    programme = document.read(text)
    now, zone = runtime.clock(), programme.zone
    with runtime.db.reading() as source:
        copy_shop(source, target, shop_id)
        activate(target, shop_id, text, since, now)
        copy_by_hand(source, target, shop_id, zone, since, now)
    play = Play(runtime, target, shop_id, programme)
    play.run(since, advance)
    fully = redeemed_fully(play.runtime, shop_id, programme)
    with runtime.db.reading() as real, target.reading() as simulated:
        running, then = (by_month(session, shop_id, zone, since) for session in (real, simulated))
        gains, losses = changes(real, simulated, shop_id, since)
        return Report(
            shop=shop_id,
            currency=programme.currency,
            since=since,
            orders=play.orders,
            months=months(play.turnover, then, running, fully),
            gains=gains,
            losses=losses,
            budget=BudgetReport(stops(simulated, shop_id)) if programme.budget else None,
        )
