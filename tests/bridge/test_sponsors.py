"""How far up an order looks for sponsors: as far as somebody can earn, however tall the tree is."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise

from sqlalchemy import event
from sqlmodel import Session

from bridge.domain.bonus import Contribution
from bridge.services.contact import find_shop
from bridge.services.sponsors import Asked, Sponsors
from bridge.storage import contributions, people
from bridge.storage.db import Database
from bridge.storage.people import CUSTOMER, Binding, Name
from tests.bridge.told import TEN_PERCENT, Told
from tests.builders import at, programme

HEIGHT = 40
PLACED = at("2026-03-20 12:00")
THREE_LEVELS = '[referral]\nlevels = ["5", "3", "1"]\n'
FIT = THREE_LEVELS + 'compression = true\nown_turnover = { period = "month", minimum = "10.00" }\n'


@contextmanager
def tower(db: Database) -> Iterator[tuple[Session, Sequence[int]]]:
    """Accounts each of which was recommended by the next one."""
    Told(db).open(TEN_PERCENT)
    with db.transaction() as session:
        names = [Name(CUSTOMER, str(number)) for number in range(HEIGHT)]
        found = people.find_or_open(session, find_shop(session, 1), names, PLACED)
        accounts = [found[name] for name in names]
        since = PLACED - timedelta(days=300)
        people.sponsor(
            session, [Binding(account, since, sponsor, "test") for account, sponsor in pairwise(accounts)]
        )
        yield session, accounts


def bought(session: Session, accounts: Sequence[int]) -> None:
    """Each of them has paid an order of 10.00 in the month that counts."""
    paid = {str(account): (account, Contribution(str(account), PLACED, PLACED, 1000, True)) for account in accounts}
    contributions.replace(session, 1, {}, paid)


def asked_for(session: Session, buyer: int, document: str) -> tuple[list[tuple[int, bool]], int]:
    """The upline as (account, qualified), and how many statements it took."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    asked = Asked(buyer, PLACED, programme(document))
    found = Sponsors(session, 1, [asked]).upline(asked)
    event.remove(connection, "before_cursor_execute", note)
    return [(each.account, each.qualified) for each in found], len(statements)


def test_the_upline_ends_with_the_last_level(database: Database) -> None:
    with tower(database) as (session, accounts):
        found, statements = asked_for(session, accounts[0], THREE_LEVELS)
    assert found == [(account, True) for account in accounts[1:4]]
    assert statements == 4, "a step up each, and once what is known of all of them"


def test_with_compression_the_levels_are_filled_from_further_up_and_no_further(database: Database) -> None:
    with tower(database) as (session, accounts):
        fit = [accounts[2], accounts[9], accounts[12], accounts[20]]
        bought(session, fit)
        found, statements = asked_for(session, accounts[0], FIT)
    assert [account for account, qualified in found if qualified] == fit[:3]
    assert [account for account, _ in found] == list(accounts[1:13])
    assert statements < HEIGHT, "as many as there are sponsors above"


def test_where_too_few_qualify_the_upline_ends_at_the_top(database: Database) -> None:
    with tower(database) as (session, accounts):
        bought(session, accounts[30:31])
        found, _ = asked_for(session, accounts[0], FIT)
    assert found == [(account, account == accounts[30]) for account in accounts[1:]]
