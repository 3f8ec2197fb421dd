"""The lists of other programmes, each read into opening balances."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from bridge.domain import money
from bridge.errors import Refused
from bridge.services.imports.result import Imported, Problem
from bridge.services.imports.rows import Row, RowProblem, amount, day, number, read

_EARNED = frozenset({"cashback", "referral", "registration", "sign_up", "daily_visits", "product_review"})
"""TeraWallet's categories that a customer got for nothing but buying or taking part."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A balance to take over, minor units. ``name`` tells it apart for ever; empty: the customer does.

    The customer is named by the shop's id or by a mailbox.
    """

    line: int
    amount: int
    customer: str = ""
    email: str = ""
    name: str = ""
    expires: date | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What a list does not say itself. ``rate`` is what one point is worth, in the currency's own units."""

    currency: str
    rate: Decimal | None = None


Reader = Callable[[Path, Terms, Imported], Iterator[Opening]]


def _own(path: Path, terms: Terms, result: Imported) -> Iterator[Opening]:
    """``customer`` or ``email``, ``amount``, and if wanted ``id`` and ``expires``."""
    return _by_row(
        read(path, ("customer", "email"), ("amount",)),
        result,
        lambda row: Opening(
            row.line,
            amount(row.needed("amount"), terms.currency),
            *_who(row),
            row.cell("id"),
            day(row.cell("expires")) if row.cell("expires") else None,
        ),
    )


def _points(*columns: str) -> Reader:
    def reader(path: Path, terms: Terms, result: Imported) -> Iterator[Opening]:
        each = _rate(terms)
        return _by_row(
            read(path, ("email", "user_email", "customer", "user_id", "customer_id"), columns),
            result,
            lambda row: Opening(row.line, money.half_up(Fraction(number(row.needed(*columns))) * each), *_who(row)),
        )

    return reader


def _rate(terms: Terms) -> Fraction:
    """Minor units per point."""
    if terms.rate is None or terms.rate <= 0:
        raise Refused("The list holds points. Say with --rate what one point is worth, like 0.01.")
    each: Fraction = Fraction(terms.rate) * 10 ** money.decimals(terms.currency)
    return each


def _who(row: Row) -> tuple[str, str]:
    customer = row.cell("customer", "customer_id", "user_id")
    email = "" if customer else row.needed("email", "user_email")
    return customer, email


def _by_row(rows: Iterator[Row], result: Imported, make: Callable[[Row], Opening]) -> Iterator[Opening]:
    for row in rows:
        result.rows += 1
        try:
            yield make(row)
        except RowProblem as problem:
            result.add(row.line, str(problem))


# --- TeraWallet -----------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Wallet:
    line: int
    earned: int = 0
    paid_in: int = 0
    spent: int = 0


def _terawallet(path: Path, terms: Terms, result: Imported) -> Iterator[Opening]:
    """Its list of movements, summed up per user.

    What was spent came out of the earned credit first: money that a customer has paid in is theirs, so it is
    never made smaller here. It is listed and left out, for credit cannot be bought.
    """
    wallets = _wallets(path, terms, result)
    for user, wallet in wallets.items():
        earned = max(0, wallet.earned - wallet.spent)
        paid_in = max(0, wallet.paid_in - max(0, wallet.spent - wallet.earned))
        if paid_in:
            left = f"{money.plain(paid_in, terms.currency)} {terms.currency}"
            result.refused.append(_paid_in(wallet.line, user, left))
        if earned:
            yield Opening(wallet.line, earned, customer=user, name=f"terawallet:{user}")


def _wallets(path: Path, terms: Terms, result: Imported) -> dict[str, _Wallet]:
    wallets: dict[str, _Wallet] = defaultdict(lambda: _Wallet(0))
    for row in read(path, ("user_id",), ("type",), ("amount",)):
        result.rows += 1
        try:
            wallet = wallets[row.needed("user_id")]
            _move(wallet, row, terms)
            wallet.line = row.line
        except RowProblem as problem:
            result.add(row.line, str(problem))
    return wallets


def _move(wallet: _Wallet, row: Row, terms: Terms) -> None:
    if (currency := row.cell("currency").upper()) not in ("", terms.currency):
        raise RowProblem(f"The amount is in {currency}, but the shop's accounts are kept in {terms.currency}.")
    moved = amount(row.needed("amount"), terms.currency)
    match row.needed("type").lower():
        case "debit":
            wallet.spent += moved
        case "credit" if _is_earned(row):
            wallet.earned += moved
        case "credit":
            wallet.paid_in += moved
        case kind:
            raise RowProblem(f"“{kind}” is neither credit nor debit.")


def _is_earned(row: Row) -> bool:
    """By its category, which lists from before version 1.6.3 lack; there the words must say cashback."""
    category = row.cell("category").lower()
    return category in _EARNED if category else "cashback" in row.cell("details").lower()


def _paid_in(line: int, user: str, left: str) -> Problem:
    return Problem(
        line,
        f"Customer {user} has {left} in the wallet that were paid in or cannot be told from money paid in. "
        "Nothing of it was taken over; pay it back, or book by hand what was earned.",
    )


FORMATS: dict[str, Reader] = {
    "own": _own,
    "smile": _points("points"),
    "woocommerce-points": _points("points", "points_balance", "wc_points_balance"),
    "terawallet": _terawallet,
}
"""Reads a list into openings; what cannot be taken is noted in the result."""
