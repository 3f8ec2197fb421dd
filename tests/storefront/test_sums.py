"""The plugin's arithmetic is the ledger's: both are asked what the same orders earn."""

import json
import random
import subprocess
from datetime import UTC, datetime
from typing import Any

from adapters.woocommerce.furniture import payload
from bridge.domain.document import read
from bridge.domain.earning import accruals, kept
from bridge.domain.orders import Article, Line, Order, State
from bridge.domain.programme import Programme
from bridge.domain.tariff import tariff
from bridge.ports import Furnishing
from tests.requires import need
from tests.storefront.test_plugin import HERE, PLUGIN

DOCUMENTS = [
    '[[earn]]\nid = "tee"\nsku = ["TEE"]\namount = "137"\n[[earn]]\nid = "rest"\npercent = "3.75"',
    '[[earn]]\nid = "large"\nminimum_order = "4000"\npercent = "5"\n[[earn]]\nid = "small"\npercent = "2.5"',
    '[[earn]]\nid = "also"\ncategory = ["Shirts"]\namount = "20"\nalso = true\n'
    '[[earn]]\nid = "all"\npercent = "1"\n[[exclude]]\nsku = ["MUG"]\nuse = false',
]
MOMENT = datetime(2026, 3, 1, tzinfo=UTC)


def programme(rules: str, basis: str) -> Programme:
    """In yen: the small shop in PHP counts in whole units, too."""
    return read(f'[programme]\ncurrency = "JPY"\nearn_basis = "{basis}"\n{rules}\n')


def some_orders(rng: random.Random) -> list[list[tuple[str, str, int, int, int]]]:
    def line() -> tuple[str, str, int, int, int]:
        total = rng.randrange(4000)
        return (
            rng.choice(["TEE", "MUG", ""]),
            rng.choice(["Shirts", "Tea"]),
            rng.randint(1, 4),
            total,
            total * 19 // 100,
        )

    return [[line() for _ in range(rng.randint(1, 4))] for _ in range(60)]


def by_the_ledger(rules: Programme, lines: list[tuple[str, str, int, int, int]]) -> int:
    order = Order(
        id="1", number="1", currency="JPY", state=State.PAID, updated=MOMENT, placed=MOMENT,
        lines=tuple(
            Line(
                id=str(place), article=Article(product=str(place), sku=sku, categories=(category,)),
                quantity=quantity, paid=total + tax, net=total,
            )
            for place, (sku, category, quantity, total, tax) in enumerate(lines)
        ),
    )  # fmt: skip
    items = kept(order, rules, "")
    basket = sum(item.money for item in items)
    return sum(amount for item in items for _, amount, _ in accruals(item, basket, rules, ""))


def by_the_plugin(rules: Programme, orders: Any) -> list[int]:
    told = json.dumps([payload(Furnishing(tariff(rules)), "JPY")["tariff"], orders])
    command = [need("php"), "-d", "display_errors=stderr", str(HERE / "sums.php"), str(PLUGIN)]
    done = subprocess.run(command, input=told, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr or done.stdout
    found: list[int] = json.loads(done.stdout)
    return found


def test_the_plugin_and_the_ledger_calculate_the_same(subtests: Any) -> None:
    rng = random.Random(20260301)
    for rules in [programme(text, basis) for text in DOCUMENTS for basis in ("gross", "net")]:
        orders = some_orders(rng)
        with subtests.test(rules.earn[0].id, basis=rules.programme.earn_basis):
            wanted = [by_the_ledger(rules, lines) for lines in orders]
            assert sum(wanted) > 0
            assert by_the_plugin(rules, orders) == wanted
