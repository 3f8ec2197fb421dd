"""Lists in and out: what is taken, what is refused by row, and that the same list twice changes nothing."""

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest
from sqlmodel import col, select

from bridge.domain.orders import Article
from bridge.errors import Refused
from bridge.ports import Contact
from bridge.reports import exports
from bridge.reports import partners as reports
from bridge.services import partners, verify
from bridge.services.adjust import opening
from bridge.services.imports import openings, result
from bridge.services.imports.credits import import_credits
from bridge.services.imports.formats import Terms
from bridge.services.imports.openings import import_openings
from bridge.services.imports.rows import RowProblem, amount, day
from bridge.services.imports.tree import import_tree
from bridge.services.receive import Writer
from bridge.storage import catalogue, inbox, programmes
from bridge.storage.models import Account, Entry, Person, Shop
from tests.bridge.network import PROGRAMME, Network, bought
from tests.bridge.test_binding import proves
from tests.bridge.world import World
from tests.builders import at


@pytest.fixture
def network(world: World) -> Network:
    made = Network(world)
    made.activate()
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "list.csv"
    path.write_bytes(text.encode(encoding))
    return path


def balances(network: Network) -> dict[str, int]:
    with network.world.runtime.db.reading() as session:
        rows = session.exec(select(Account, Person).join(Person, col(Person.account_id) == col(Account.id)))
        return {person.customer or person.email: account.balance for account, person in rows}


# --- cells ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "minor"),
    [("12.50", 1250), ("12,50", 1250), ("1.234,56", 123456), ("1,234.56", 123456), ("1.234.567", 123456700),
     ("7", 700), (" 3,5 € ", 350), ("-2,00", -200)],
)  # fmt: skip
def test_amounts_are_read_with_comma_or_point(text: str, minor: int) -> None:
    assert amount(text, "EUR") == minor


@pytest.mark.parametrize("text", ["1.234", "abc", "", "1,2,3.4", "inf"])
def test_what_may_mean_two_things_is_no_amount(text: str) -> None:
    with pytest.raises(RowProblem, match="no amount"):
        amount(text, "EUR")


def test_days_are_read_in_both_ways() -> None:
    assert day("31.12.2026") == day("2026-12-31")
    with pytest.raises(RowProblem, match="no date"):
        day("12/31/2026")


# --- opening balances -------------------------------------------------------------------------------


def test_balances_are_taken_over_once_however_often_the_list_comes(network: Network, folder: Path) -> None:
    list_ = written(folder, "\ufeffcustomer;email;amount;expires;id\n7;;12,50;31.12.2030;a1\n;G@x.example;3,00;;\n")
    first = import_openings(network.world.runtime, 1, list_)
    assert (first.taken, first.total, first.kept) == (2, 1550, True)
    again = import_openings(network.world.runtime, 1, list_)
    assert (again.taken, again.known, again.ok) == (0, 2, True)
    assert network.standing("7").balance == 1250
    assert balances(network) == {"G@x.example": 300}
    assert not verify.verify(network.world.runtime)


def test_what_is_taken_over_is_usable_at_once_while_the_clock_runs(network: Network, folder: Path) -> None:
    moments = (network.world.clock.now + timedelta(seconds=n) for n in count())
    runtime = replace(network.world.runtime, clock=lambda: next(moments))
    import_openings(runtime, 1, written(folder, "customer,amount\n7,12.50\n"))
    assert (network.standing("7").balance, network.standing("7").pending) == (1250, 0)


def test_one_wrong_row_stops_the_whole_list_and_is_told_with_its_line(network: Network, folder: Path) -> None:
    list_ = written(folder, "customer,amount\n7,12.50\n8,much\n9,-1.00\n,5.00\n")
    found = import_openings(network.world.runtime, 1, list_)
    assert [(p.line, p.sentence.split(".")[0]) for p in found.problems] == [
        (3, "“much” is no amount in EUR; write it like 12"),
        (5, "The column “email” is empty"),
        (4, "A balance below zero cannot be taken over"),
    ]
    assert not found.kept
    with network.world.runtime.db.reading() as session:
        assert session.exec(select(Entry)).all() == []
        assert session.exec(select(Account)).all() == []


def test_a_preview_says_the_same_and_keeps_nothing(network: Network, folder: Path) -> None:
    list_ = written(folder, "customer,amount\n7,12.50\n")
    found = import_openings(network.world.runtime, 1, list_, preview=True)
    assert (found.taken, found.kept, found.ok) == (1, False, True)
    assert import_openings(network.world.runtime, 1, list_).taken == 1


def test_the_same_name_with_another_amount_is_a_problem_within_and_between_lists(
    network: Network, folder: Path
) -> None:
    twice = import_openings(network.world.runtime, 1, written(folder, "customer,amount,id\n7,1.00,a\n7,2.00,a\n"))
    assert "before with 1.00 and now says 2.00" in twice.problems[0].sentence
    import_openings(network.world.runtime, 1, written(folder, "customer,amount,id\n7,1.00,a\n"))
    later = import_openings(network.world.runtime, 1, written(folder, "customer,amount,id\n7,3.00,a\n"))
    assert "before with 1.00 and now says 3.00" in later.problems[0].sentence


def test_a_mailbox_is_its_registered_customers_and_a_claimed_one_is_not_booked_again(
    network: Network, folder: Path
) -> None:
    ada = Contact("Ada@example.org", "Ada")
    network.settle(network.seen("1", "ada", "2026-03-01 10:00", bought(), contact=ada))
    list_ = written(folder, "email,amount\nada@example.org,5.00\nbea@example.org,4.00\n")
    import_openings(network.world.runtime, 1, list_)
    assert network.earned("ada") == ["accrual 1000", "opening 500"]
    proves(network, "bea", "bea@example.org")
    assert network.earned("bea") == ["transfer 400"]
    assert import_openings(network.world.runtime, 1, list_).known == 2
    assert not verify.verify(network.world.runtime)


def test_an_address_never_enters_the_ledger(network: Network, folder: Path) -> None:
    import_openings(network.world.runtime, 1, written(folder, "email,amount,id\na@b.example,5.00,a@b.example\n"))
    with network.world.runtime.db.reading() as session:
        assert "@" not in session.exec(select(Entry.source)).one()


def test_points_become_money_by_the_rate_that_is_given(network: Network, folder: Path) -> None:
    list_ = written(folder, "email,points\na@b.example,1250\n")
    with pytest.raises(Refused, match="--rate"):
        import_openings(network.world.runtime, 1, list_, "smile")
    found = import_openings(network.world.runtime, 1, list_, "smile", Terms("EUR", Decimal("0.005")))
    assert found.total == 625
    points = written(folder, "user_id,points_balance\n7,100\n")
    assert (
        import_openings(network.world.runtime, 1, points, "woocommerce-points", Terms("EUR", Decimal("0.01"))).total
        == 100
    )


def test_a_wallets_paid_in_money_is_listed_and_left_out(network: Network, folder: Path) -> None:
    head = "id,user_id,email,type,currency,amount,details,category\n"
    moves = [
        "1,7,a@b.example,credit,EUR,5.00,,cashback",
        "2,7,a@b.example,credit,EUR,20.00,,topup",
        "3,7,a@b.example,debit,EUR,3.00,,purchase",
        "4,8,c@d.example,credit,EUR,2.00,Balance credited by cashback #12,",
    ]
    found = import_openings(network.world.runtime, 1, written(folder, head + "\n".join(moves)), "terawallet")
    assert (found.taken, found.total, found.ok) == (2, 400, True)
    assert "Customer 7 has 20.00 EUR" in found.refused[0].sentence
    assert network.standing("7").balance == 200


def test_orders_from_before_the_cut_over_must_not_count_twice(world: World, folder: Path) -> None:
    list_, cut_over = written(folder, "customer,amount\n7,5.00\n"), at("2026-03-01 00:00")
    with pytest.raises(Refused, match="count twice"):
        import_openings(world.runtime, 1, list_, cut_over=cut_over)
    with world.runtime.db.transaction() as session:
        other = Shop(**session.get_one(Shop, 1).model_dump(exclude={"id", "token"}), token="other")
        session.add(other)
        session.flush()
        shop_id = other.id or 0
        programmes.add(session, shop_id, PROGRAMME, cut_over, world.clock.now, "test")
    assert import_openings(world.runtime, shop_id, list_, cut_over=cut_over).kept
    with world.runtime.db.reading() as session:
        assert session.exec(select(Entry.happened_at)).one() == cut_over


def test_a_file_that_is_no_such_list_is_refused_with_what_it_has(network: Network, folder: Path) -> None:
    with pytest.raises(Refused, match="no column “amount”; its first line names “customer”, “total”"):
        import_openings(network.world.runtime, 1, written(folder, "customer,total\n7,1\n"))


# --- the tree ---------------------------------------------------------------------------------------


def test_a_tree_is_taken_over_and_counts_from_the_given_day(network: Network, folder: Path) -> None:
    network.settle(network.seen("1", "carl", "2026-02-10 10:00", bought()))
    list_ = written(
        folder, "customer;sponsor;code;since\nada;;ada-k7;\nbea;ada;;01.02.2026\ncarl;bea;;2026-02-01\n"
    )
    found = import_tree(network.world.runtime, 1, list_, by="owner")
    assert (found.taken, found.kept) == (3, True)
    assert (network.earned("bea"), network.earned("ada")) == (["referral 500"], ["referral 200"])
    assert import_tree(network.world.runtime, 1, list_).known == 3
    (bound,) = network.bindings("carl")
    assert (bound.cause, bound.by) == ("import", "owner")
    assert not verify.verify(network.world.runtime)


def test_rings_second_sponsors_and_foreign_codes_stop_the_whole_list(network: Network, folder: Path) -> None:
    runtime = network.world.runtime
    partners.bind(runtime, 1, "bea", "ada", at("2026-01-01 00:00"), "by hand")
    partners.enrol(runtime, 1, "ada", "ada-k7")
    rows = ["ada,carl,", "carl,bea,", "bea,dora,", "dora,dora,", "emil,,ada-k7"]
    found = import_tree(runtime, 1, written(folder, "customer,sponsor,code\n" + "\n".join(rows)))
    said = {p.line: p.sentence for p in found.problems}
    assert "ring" in said[2]
    assert "ring" in said[3]
    assert "another sponsor already" in said[4]
    assert "own sponsor" in said[5]
    assert "another partner's" in said[6]
    assert not found.kept


def test_a_tree_that_was_exported_can_be_taken_over_again(network: Network, folder: Path) -> None:
    runtime = network.world.runtime
    partners.enrol(runtime, 1, "ada", "ada-k7")
    partners.bind(runtime, 1, "bea", "ada", at("2026-01-01 00:00"), "by hand", "owner")
    again = import_tree(runtime, 1, written(folder, exported(network, "partners")))
    assert (again.ok, again.taken, again.known) == (True, 0, 2)


# --- credit per article -----------------------------------------------------------------------------


def test_imported_credit_of_an_article_beats_what_the_shop_says_until_it_is_taken_out(
    network: Network, folder: Path
) -> None:
    runtime = network.world.runtime

    def credit() -> int:
        with runtime.db.transaction() as session:
            catalogue.keep(session, 1, [Article("5", sku="TEE", credit=100)], runtime.clock())
            return catalogue.known(session, 1, ["5"])["5"][2]

    assert credit() == 100
    assert import_credits(runtime, 1, written(folder, "sku;amount\nTEE;1,50\nCAP;0,20\n")).kept
    assert credit() == 150
    assert not import_credits(runtime, 1, written(folder, "sku;amount\nTEE;-1\n")).ok
    assert import_credits(runtime, 1, written(folder, "sku;amount\nTEE;\n")).kept
    assert credit() == 100


# --- exports ----------------------------------------------------------------------------------------


def exported(network: Network, what: str, german: bool = False) -> str:
    out = io.StringIO()
    with network.world.runtime.db.reading() as session:
        exports.export(session, 1, what, out, german=german)
    return out.getvalue()


def test_lists_are_written_for_german_spreadsheets_and_guard_against_formulas(network: Network) -> None:
    network.settle(network.seen("1", "=cmd()", "2026-03-01 10:00", bought(), contact=Contact("@x.example")))
    network.settle(network.seen("1", "=cmd()", "2026-03-01 11:00", bought(refunded=10000, refunded_quantity=1)))
    accounts, entries = exported(network, "accounts", german=True), exported(network, "entries", german=True)
    assert accounts.startswith("\ufeffaccount;customer;email;")
    assert ";'=cmd();'@x.example;no;0,00;0,00;0,00;EUR;" in accounts
    assert ";-10,00;EUR;" in entries
    assert ",-10.00,EUR," in exported(network, "entries")


# --- what partners bring ----------------------------------------------------------------------------


def test_a_partner_sees_levels_turnover_and_the_share_of_outsiders(network: Network, folder: Path) -> None:
    import_tree(
        network.world.runtime,
        1,
        written(folder, "customer,sponsor,since\nbea,ada,2026-01-01\ncarl,bea,2026-01-01\n"),
    )
    network.settle(network.seen("1", "bea", "2026-02-10 10:00", bought(10000)))
    network.settle(network.seen("2", "carl", "2026-02-11 10:00", bought(30000)))
    network.settle(network.seen("2", "carl", "2026-02-11 11:00", bought(30000, refunded=10000)))
    ada, now = network.account("ada"), network.world.clock.now
    with network.world.runtime.db.reading() as session:
        below = reports.downline(session, ada, now)
        assert [(b.account, b.level, b.turnover, b.partner) for b in below] == [
            (network.account("bea"), 1, 10000, True),
            (network.account("carl"), 2, 20000, False),
        ]
        assert reports.earned(session, ada) == {1: 500, 2: 400}
        assert reports.outside(session, 1).percent == "66.7"
        year = reports.year(session, ada, 2026, now)
        assert (year.earned, year.taken_back, year.net) == ({1: 500, 2: 600}, 200, 900)
        assert year.as_json("EUR")["downline_turnover"] == "300.00"
        assert reports.year(session, ada, 2025, now).net == 0


# --- others at work ---------------------------------------------------------------------------------


LIST = "customer,amount\n" + "".join(f"{number},{number}.00\n" for number in range(1, 6))


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[int], None]], None]:
    """Two rows at a time, and what somebody else does before each portion, by its number over all passes."""

    def arrange(act: Callable[[int], None]) -> None:
        numbers, portions = count(1), result.chunks

        def slowly(items: Iterable[object]) -> Iterator[list[object]]:
            for part in portions(items):
                act(next(numbers))
                yield part

        monkeypatch.setattr(result, "CHUNK", 2)
        monkeypatch.setattr(openings, "chunks", slowly)

    return arrange


def test_others_write_while_a_long_list_is_taken_over(
    network: Network, folder: Path, meanwhile: Callable[[Callable[[int], None]], None]
) -> None:
    writer = Writer(network.world.runtime.db)
    meanwhile(lambda n: _keep(writer, n))
    done = import_openings(network.world.runtime, 1, written(folder, LIST))
    writer.close()
    assert (done.kept, done.taken, done.total) == (True, 5, 1500)
    assert sum(balances_of_all(network)) == 1500


def _keep(writer: Writer, number: int) -> None:
    writer.keep(inbox.Arrival(1, at("2026-03-02 10:00"), "t", "", {}, str(number).encode()))


def balances_of_all(network: Network) -> list[int]:
    with network.world.runtime.db.reading() as session:
        return list(session.exec(select(Account.balance)))


def test_a_row_that_somebody_was_faster_with_is_told_and_the_others_are_kept(
    network: Network, folder: Path, meanwhile: Callable[[Callable[[int], None]], None]
) -> None:
    if not network.world.runtime.db.sqlite:
        pytest.skip("PostgreSQL takes the list over in one transaction, which sees no others")
    runtime, fifth = network.world.runtime, 5  # three portions are tried, the fifth holds rows 3 and 4

    def faster(number: int) -> None:
        if number == fifth:
            opening(runtime, 1, "3", 999, None, "customer:3")

    meanwhile(faster)
    done = import_openings(runtime, 1, written(folder, LIST))
    assert [problem.line for problem in done.problems] == [4]
    assert (done.kept, done.taken) == (True, 4)
    assert sum(balances_of_all(network)) == 1500 - 300 + 999
