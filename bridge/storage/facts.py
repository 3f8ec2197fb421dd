"""Facts: what the newest state of an order cannot show, each stored once with its date."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from bridge.storage.bulk import insert_rows
from bridge.storage.codec import pack
from bridge.storage.columns import milliseconds
from bridge.storage.models import Fact

ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
"""The date of a fact that holds from the beginning."""


BUDGET = "budget"
"""The subject of a shop's budget decisions; the name of a stop is the label of its period."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A fact about a subject (``order:1001``, ``customer:5``)."""

    subject: str
    name: str
    at: datetime
    value: Any = None


class Facts:
    """The facts of some subjects, oldest first, with what is learnt in this transaction."""

    def __init__(self, session: Session, shop_id: int, subjects: Collection[str]) -> None:
        self._session = session
        self._shop = shop_id
        self._known: dict[tuple[str, str], list[Dated]] = defaultdict(list)
        self._new: list[Dated] = []
        if subjects:
            self._read(subjects)

    def _read(self, subjects: Collection[str]) -> None:
        rows = self._session.execute(
            select(col(Fact.subject), col(Fact.name), col(Fact.at), col(Fact.value))
            .where(col(Fact.shop_id) == self._shop, col(Fact.subject).in_(list(subjects)))
            .order_by(col(Fact.at))
        )
        for row in rows:
            self._known[row.subject, row.name].append(Dated(*row))

    def history(self, subject: str, name: str) -> list[Dated]:
        """All that is known, oldest first."""
        return self._known[subject, name]

    def first(self, subject: str, name: str) -> Dated | None:
        """The earliest fact of that name."""
        return next(iter(self._known[subject, name]), None)

    def at(self, subject: str, name: str, moment: datetime) -> Any:
        """The value that held at a moment; before the first one was learnt, the first one. None if unknown."""
        history = self._known[subject, name]
        held = [fact for fact in history if fact.at <= moment] or history[:1]
        return held[-1].value if held else None

    def learn(self, fact: Dated) -> None:
        """Add a fact; one with the same subject, name and date is kept as it is."""
        history = self._known[fact.subject, fact.name]
        if all(known.at != fact.at for known in history):
            history.append(fact)
            history.sort(key=lambda known: known.at)
            self._new.append(fact)

    def save(self) -> None:
        """Write what was learnt."""
        write(self._session, self._shop, self._new)
        self._new = []


def write(session: Session, shop_id: int, facts: Iterable[Dated]) -> None:
    """Store facts; those that are known already stay as they are."""
    rows = [(shop_id, f.subject, f.name, milliseconds(f.at), pack(f.value)) for f in facts]
    insert_rows(session, Fact, ("shop_id", "subject", "name", "at", "value"), rows, keep_known=True)
