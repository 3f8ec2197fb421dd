"""The programme: its versions, putting another one in force, and trying one on the shop's own orders."""

from datetime import UTC

from bridge.api import models
from bridge.api.models import money
from bridge.api.operations import Call, Nothing, Operation
from bridge.domain.targets import Kind
from bridge.errors import BridgeError
from bridge.services import programmes
from bridge.services.simulate import simulate
from bridge.services.simulate.report import Month, Side
from bridge.services.tokens import Scope
from bridge.storage import programmes as store
from bridge.storage.alone import alone
from bridge.storage.models import ProgrammeVersion


class Busy(BridgeError):
    """Another trial is being calculated; two at once would take each other's time."""


def read_programme(call: Call[Nothing, Nothing]) -> models.Programme:
    """All versions of the shop's programme, and which one is in force."""
    with call.runtime.db.reading() as session:
        current = store.timeline(session, call.shop).at(call.runtime.clock())
    versions = [
        models.Version(
            number=row.number, valid_from=row.valid_from, activated_at=row.activated_at, document=row.document
        )
        for row in programmes.show(call.runtime, call.shop)
    ]
    return models.Programme(current=current.number if current else None, versions=versions)


def activate_programme(call: Call[Nothing, models.Activation]) -> models.Activated:
    """Put a programme in force for the orders placed from a moment on. Codes and the storefront follow."""
    wish = call.body
    told = programmes.warnings(call.runtime, call.shop, wish.document, call.language)
    version = _done_before(call) or _activate(call)
    return models.Activated(
        number=version.number, valid_from=version.valid_from, cautions=[caution.sentence for caution in told]
    )


def _activate(call: Call[Nothing, models.Activation]) -> ProgrammeVersion:
    wish = call.body
    begins = wish.valid_from.astimezone(UTC) if wish.valid_from else None
    number = programmes.activate(
        call.runtime, call.shop, wish.document, begins, call.bearer.name, wish.reason, wish.confirmed
    )
    return next(row for row in programmes.show(call.runtime, call.shop) if row.number == number)


def _done_before(call: Call[Nothing, models.Activation]) -> ProgrammeVersion | None:
    """The newest version, if it is what this token asks for: a request that was interrupted may have got so far."""
    versions = programmes.show(call.runtime, call.shop)
    if not versions:
        return None
    newest, wish = versions[-1], call.body
    asked = (wish.document, wish.reason, call.bearer.name)
    if (newest.document, newest.reason, newest.activated_by) != asked:
        return None
    begun = newest.valid_from is not None and newest.valid_from <= call.runtime.clock()
    return newest if wish.valid_from == newest.valid_from or (wish.valid_from is None and begun) else None


def try_programme(call: Call[Nothing, models.Trial]) -> models.TrialReport:
    """Replay the shop's own orders under another programme. The ledger is only read."""
    with alone(call.runtime.db, f"trial-{call.shop}") as mine:
        if not mine:
            raise Busy("Another trial is being calculated for this shop. Ask again when it is done.")
        report = simulate(call.runtime, call.shop, call.body.document, call.body.since)
    return models.TrialReport(
        orders=report.orders,
        months=[_month(month, report.currency) for month in report.months],
        total=_month(report.total, report.currency),
    )


def _month(month: Month, currency: str) -> models.TrialMonth:
    return models.TrialMonth(
        month=month.label or None,
        turnover=money(month.turnover, currency),
        simulated=_side(month.simulated, currency),
        running=_side(month.running, currency),
    )


def _side(side: Side, currency: str) -> models.Side:
    return models.Side(
        earned=money(side.earned, currency),
        redeemed=money(-side.kinds[Kind.REDEMPTION.value], currency),
        redeemed_fully=money(side.fully, currency),
        expired=money(-side.kinds[Kind.EXPIRY.value], currency),
        open=money(side.open, currency),
        cost_percent=f"{float(side.cost * 100):.2f}",
    )


OPERATIONS = (
    Operation("GET", "/programme", Scope.PROGRAMME_READ, read_programme, models.Programme),
    Operation(
        "POST",
        "/programme",
        Scope.PROGRAMME_WRITE,
        activate_programme,
        models.Activated,
        body=models.Activation,
        status=201,
        keyed=True,
        deed="programme activated",
    ),
    Operation("POST", "/trials", Scope.SIMULATE, try_programme, models.TrialReport, body=models.Trial),
)
