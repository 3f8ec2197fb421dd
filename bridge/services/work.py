"""Working off all that waits in one process, for machines without a queue: the sweep says what, we do it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import func
from sqlmodel import col, or_, select

from bridge.runtime import Runtime
from bridge.services import approvals, mail, news, night, push, reconcile, settle, setup, sweep, webhooks
from bridge.storage.models import Account, Delivery, OrderState

_ROUNDS = 50
"""Bounds what could ring for ever; a quiet shop needs three rounds."""

_TASKS: Mapping[str, Callable[[Runtime, int], object]] = {
    "drain": settle.drain,
    "push": push.push,
    "reconcile": reconcile.reconcile,
    "night": night.night,
    "watch": webhooks.keep_healthy,
    "mail": mail.send,
    "news": news.tell,
    "connect": approvals.connect,
    "sample": setup.sample,
}


@dataclass(slots=True)
class _Heard:
    """A doorbell that keeps what was rung until somebody answers."""

    rung: set[tuple[str, int]] = field(default_factory=set)

    def ring(self, task: str, shop_id: int) -> None:
        self.rung.add((task, shop_id))

    def answer(self) -> list[tuple[str, int]]:
        """What was rung since the last time, settling before pushing."""
        rung, self.rung = self.rung, set()
        return sorted(rung)


def until_empty(runtime: Runtime) -> list[str]:
    """Do what the workers would, until nothing more can be done now; what still waits, in sentences.

    Something may be left in good order: what needs a shop that is away waits for it.
    """
    bell = _Heard()
    here = replace(runtime, bell=bell)
    for _ in range(_ROUNDS):
        before = _left(runtime)
        sweep.sweep(here)
        rung = bell.answer()
        for task, shop_id in rung:
            _TASKS[task](here, shop_id)
        if not bell.rung and (not rung or _left(runtime) == before):
            break
    return [sentence.format(count) for sentence, count in _left(runtime).items() if count]


def _left(runtime: Runtime) -> dict[str, int]:
    """How much waits, by the sentence that says so."""
    open_state = col(Delivery.state).in_(("received", "waiting"))
    questions = {
        "{} messages from the shop wait": select(func.count()).select_from(Delivery).where(open_state),
        "{} orders wait for a look at the shop": select(func.count())
        .select_from(OrderState)
        .where(or_(col(OrderState.dirty), col(OrderState.suspect))),
        "{} accounts wait for their code in the shop": select(func.count())
        .select_from(Account)
        .where(col(Account.stale)),
    }
    with runtime.db.reading() as session:
        return {sentence: session.exec(question).one() for sentence, question in questions.items()}
