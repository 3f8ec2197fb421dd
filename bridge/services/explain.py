"""Why this amount? What each line of a stored order earned by which rule, and why the rest earned nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from bridge.domain import money
from bridge.domain.explain import Explanation, LineOutcome, RuleOutcome, SponsorOutcome, explain
from bridge.domain.explained import Explainer
from bridge.errors import NotFound
from bridge.runtime import Runtime
from bridge.services.contact import find_shop
from bridge.services.settlement import Settlement
from bridge.storage.models import Account, OrderState


@dataclass(frozen=True, slots=True)
class Explained:
    """An explanation with the words for it. ``tokens`` name accounts to the outside."""

    explanation: Explanation
    currency: str
    tokens: Mapping[int, str]
    words: Explainer

    def as_json(self) -> dict[str, Any]:
        """The explanation for machines; amounts are texts, reasons are null where something was earned."""
        order = self.explanation.order
        return {
            "order": order.id,
            "number": order.number,
            "state": order.state.value,
            "placed": order.placed.isoformat(),
            "version": self.explanation.version,
            "reason": self.explanation.reason,
            "sentence": self.words.whole(self.explanation),
            "earned": self._plain(sum(line.amount for line in self.explanation.lines)),
            "lines": [self._line(line) for line in self.explanation.lines],
        }

    def _line(self, outcome: LineOutcome) -> dict[str, Any]:
        return {
            "line": outcome.line.id,
            "article": outcome.line.article.name or outcome.line.article.sku,
            "sku": outcome.line.article.sku,
            "pieces": outcome.pieces,
            "paid": self._plain(outcome.money),
            "earned": self._plain(outcome.amount),
            "reason": outcome.reason,
            "sentence": self.words.line(outcome),
            "rules": [self._rule(rule) for rule in outcome.rules],
            "sponsors": [self._sponsor(sponsor) for sponsor in outcome.sponsors],
        }

    def _rule(self, outcome: RuleOutcome) -> dict[str, Any]:
        return {
            "rule": outcome.rule,
            "amount": self._plain(outcome.amount),
            "reason": outcome.reason,
            "sentence": self.words.rule(outcome),
        }

    def _sponsor(self, outcome: SponsorOutcome) -> dict[str, Any]:
        token = self.tokens[outcome.account]
        return {
            "account": token,
            "level": outcome.level or None,
            "amount": self._plain(outcome.amount),
            "reason": outcome.reason,
            "sentence": self.words.sponsor(outcome, token),
        }

    def _plain(self, amount: int) -> str:
        return money.plain(amount, self.currency)


def explain_order(runtime: Runtime, shop_id: int, number: str, language: str = "de") -> list[Explained]:
    """Every stored order with that number, for numbers need not be unique. ``NotFound`` when there is none."""
    with runtime.db.reading() as session:
        shop = find_shop(session, shop_id)
        ids = _orders(session, shop_id, number)
        settlement = Settlement(session, shop, runtime.vault.fingerprint, runtime.clock(), "explain")
        pairs = settlement.grounds(ids)
        accounts = {sponsor.account for _, ground in pairs if ground for sponsor in ground.upline}
        tokens = _tokens(session, accounts)
    return [
        Explained(
            explain(order, ground),
            shop.currency,
            tokens,
            Explainer(language, shop.currency, ground.version.programme if ground else None),
        )
        for order, ground in pairs
    ]


def _orders(session: Session, shop_id: int, number: str) -> list[str]:
    rows = session.execute(
        select(col(OrderState.order_id))
        .where(col(OrderState.shop_id) == shop_id, col(OrderState.number) == number)
        .order_by(col(OrderState.order_id))
    ).scalars()
    found = list(rows)
    if not found:
        raise NotFound(
            f"Order {number} is not known at shop {shop_id}. If the shop has it, `rabattkonto reconcile` reads it."
        )
    return found


def _tokens(session: Session, accounts: Iterable[int]) -> dict[int, str]:
    rows = session.execute(select(col(Account.id), col(Account.token)).where(col(Account.id).in_(list(accounts))))
    return {row.id: row.token for row in rows}
