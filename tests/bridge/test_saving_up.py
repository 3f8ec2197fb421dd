"""“Ansparen”: whoever saves up has no live code, so that basket, unpaid orders and the shop's staff find none."""

from pathlib import Path

from adapters.woocommerce.sandbox import ToyShop, serve
from bridge.reports.statement import find_account
from bridge.services import choices
from bridge.storage.db import Database
from tests.bridge.till import Till

OPEN_ORDERS = "[redeem]\nopen_orders = true\n"


def test_nobody_takes_credit_off_for_somebody_who_saves_up(tmp_path: Path) -> None:
    toy = ToyShop()
    database = Database(f"sqlite:///{tmp_path / 'ledger.db'}")
    database.migrate()
    with serve(toy, queue=False):
        till = Till(toy, database, redeem=OPEN_ORDERS).open()
        anna = till.earned()
        with database.reading() as session:
            account = find_account(session, till.shop_id, str(anna.id))
        choices.choose_automatic(till.runtime, account, automatic=False)
        # Placed before the shop has heard of it: the order stays as it is all the same.
        for order in (till.buy(anna), till.buy(anna)):
            assert till.turn().lowered == 0
            assert (order.coupons, till.toy.orders_body(order)["total"]) == ([], "30.00")
        assert [state for state, _ in till.offers()] == ["withdrawn"]
        choices.choose_automatic(till.runtime, account, automatic=True)
        assert till.turn().lowered == 1
    database.close()
