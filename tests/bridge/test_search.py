"""Accounts are found by what somebody says on the telephone, and by nothing of whom was erased."""

from bridge.ports import Contact
from bridge.services import privacy
from bridge.storage import people, search
from bridge.storage.models import Identity, Offer, OrderState
from tests.bridge.world import World


def known(world: World) -> dict[str, int]:
    """Anna Müller and Ben Ölmann with accounts, an order and a code."""
    accounts = {name: world.account(500, customer=number) for name, number in (("anna", "7"), ("ben", "8"))}
    contacts = {
        accounts["anna"]: ("7", Contact("Anna.Mueller@Example.org", "Anna Müller-Lüdenscheidt")),
        accounts["ben"]: ("8", Contact("ben@example.org", "Ben ÖLMANN")),
    }
    with world.runtime.db.transaction() as session:
        people.remember(session, contacts, world.clock.now, override=True)
        now = world.clock.now
        session.add(Identity(shop_id=1, kind="customer", value="8", account_id=accounts["ben"], since=now))
        session.add(Offer(shop_id=1, account_id=accounts["ben"], sequence=1, code="guthaben-x1", created_at=now))
        session.add(
            OrderState(
                shop_id=1, order_id="id1", number="1001", account_id=accounts["anna"], state="paid", updated=now,
                placed=now, body=b"",
            )
        )  # fmt: skip
    return accounts


def found(world: World, text: str) -> list[int]:
    with world.runtime.db.reading() as session:
        return [row.id for row in search.find(session, 1, text, 50)]


def test_accounts_are_found_by_name_address_order_code_and_number(world: World) -> None:
    accounts = known(world)
    for typed in ("müller", "lüden", "MÜLLER anna", "anna.mueller@ex", "Mueller", "1001", "#1001"):
        assert found(world, typed) == [accounts["anna"]], typed
    for typed in ("ölmann", "ben", "8", " GUTHABEN-X1 ", "ben ölm"):
        assert found(world, typed) == [accounts["ben"]], typed
    for typed in ("müller ben", "9", "%", "", "example.org"):
        assert found(world, typed) == [], typed


def test_a_new_name_replaces_the_old_one(world: World) -> None:
    accounts = known(world)
    with world.runtime.db.transaction() as session:
        renamed = {accounts["anna"]: ("7", Contact("anna@neu.example", "Anna Schmidt"))}
        people.remember(session, renamed, world.clock.now, override=True)
    assert found(world, "schmidt") == [accounts["anna"]]
    assert found(world, "müller") == found(world, "mueller") == []


def test_whoever_was_erased_is_found_no_more(world: World) -> None:
    accounts = known(world)
    privacy.erase(world.runtime, accounts["anna"])
    assert found(world, "anna") == found(world, "anna.mueller@example.org") == []
    assert found(world, "1001") == [accounts["anna"]]


def test_the_list_goes_from_the_newest_account_to_the_oldest_in_pages(world: World) -> None:
    accounts = [world.account(customer=str(number)) for number in range(5)]
    with world.runtime.db.reading() as session:
        first = [row.id for row in search.newest(session, 1, None, 3)]
        rest = [row.id for row in search.newest(session, 1, first[-1], 3)]
    assert first + rest == accounts[::-1]
