"""When the budget of a simulated programme had run out."""

from sqlalchemy import select
from sqlmodel import Session, col

from bridge.services.simulate.report import Stop
from bridge.storage.facts import BUDGET, Facts
from bridge.storage.models import Case


def stops(simulated: Session, shop_id: int) -> tuple[Stop, ...]:
    """The first midnight of each period at which its budget was exceeded, oldest first."""
    history = Facts(simulated, shop_id, [BUDGET]).history(BUDGET, "decided")
    figures = {fact.at: fact.value for fact in history}
    cases = select(Case).where(col(Case.shop_id) == shop_id, col(Case.subject) == BUDGET)
    rows = simulated.execute(cases.order_by(col(Case.opened_at))).scalars()
    return tuple(Stop(case.reason, case.opened_at, *figures[case.opened_at]) for case in rows)
