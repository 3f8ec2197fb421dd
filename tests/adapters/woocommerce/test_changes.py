"""Walking through changed orders while the shop goes on changing them, on a listing that follows the real rules."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from adapters.woocommerce import changes as walking
from adapters.woocommerce.connection import PAGE

START = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


class Listing:
    """Orders by id with the second of their last change; ``moves`` happen before each further page."""

    def __init__(self, orders: dict[int, int], moves: list[int], trash: dict[int, int] | None = None) -> None:
        self.orders = orders
        self.trash = trash or {}
        self.moves = moves
        self.now = max([*orders.values(), 0]) + 1
        self.requests = 0

    def items(self, _path: str, **query: Any) -> list[Any]:
        if self.requests and self.moves:
            self.orders[self.moves.pop()] = self.now
            self.now += 1
        self.requests += 1
        after = datetime.fromisoformat(query["modified_after"]).replace(tzinfo=UTC)
        listed = self.trash if query["status"] == "trash" else self.orders
        later = sorted((second, order) for order, second in listed.items() if stamp(second) > after)
        start = (query["page"] - 1) * PAGE
        return [
            {"id": order, "date_modified_gmt": stamp(second).strftime("%Y-%m-%dT%H:%M:%S")}
            for second, order in later[start : start + PAGE]
        ]


def stamp(second: int) -> datetime:
    return START + timedelta(seconds=second)


def walk(listing: Listing, since: datetime = START) -> Iterator[walking.Change]:
    return walking.changes(listing, since, lambda: START)  # type: ignore[arg-type]


def test_the_second_asked_for_is_included() -> None:
    assert [change.id for change in walk(Listing({7: 10, 8: 9}, []), since=stamp(10))] == [7]


def test_a_fraction_of_a_second_does_not_hide_an_order() -> None:
    assert [change.id for change in walk(Listing({7: 10}, []), since=stamp(10) + timedelta(milliseconds=900))] == [
        7
    ]


def test_trashed_orders_come_in_the_same_walk_in_order_of_change() -> None:
    listing = Listing({1: 1, 3: 3}, [], trash={2: 2, 4: 4})
    assert [change.id for change in walk(listing)] == [1, 2, 3, 4]


def test_more_orders_than_a_page_changed_in_one_second_are_all_seen_once() -> None:
    orders = dict.fromkeys(range(1, 351), 5) | {999: 6}
    assert [change.id for change in walk(Listing(orders, []))] == [*range(1, 351), 999]


def test_an_order_that_moves_while_we_read_lets_no_other_slip_past() -> None:
    orders = {order: order for order in range(1, 301)}
    seen = [change.id for change in walk(Listing(orders, moves=[5, 50, 150, 250]))]
    assert set(seen) == set(orders)


@given(st.dictionaries(st.integers(1, 400), st.integers(0, 250), max_size=350), st.lists(st.integers(1, 400)))
def test_every_order_is_seen_and_none_twice_with_one_stamp(orders: dict[int, int], moves: list[int]) -> None:
    known = [order for order in dict.fromkeys(moves) if order in orders]
    crowded = {second for second in orders.values() if list(orders.values()).count(second) >= PAGE}
    seen = [
        (change.updated, change.id)
        for change in walk(Listing(dict(orders), [order for order in known if orders[order] not in crowded]))
    ]
    assert {order for _, order in seen} == set(orders)
    assert len(seen) == len(set(seen))
    assert seen == sorted(seen)
