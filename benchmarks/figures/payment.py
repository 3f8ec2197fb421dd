"""From a payment to a code that works: the whole installation, with its queue, workers and a shop on loopback."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from adapters.woocommerce.sandbox import ToyShop
from benchmarks import stage
from benchmarks.frame import Claim, Contender, Contenders, Figure, Run, Scale
from bridge.cli.demo.stage import staged
from bridge.cli.demo.woocommerce import WooDemo

PATIENCE = 30.0


@contextmanager
def _stage(scale: Scale) -> Iterator[Contenders]:
    with stage.folder() as folder, staged(folder, None, "woocommerce") as set_up:
        if not isinstance(set_up.shop, WooDemo):
            raise TypeError("this figure shops in a toy WooCommerce")
        toy = set_up.shop.toy
        customers = iter(range(1_000_000))
        count = scale.of(6, 30)

        def run(_round: int) -> Run:
            return _paid([_wait(toy, next(customers)) for _ in range(count)])

        yield {"paid until usable": Contender(run, lambda: stage.found(set_up.runtime))}


def _wait(shop: ToyShop, number: int) -> float:
    """One customer's first order; milliseconds from when it was paid until their code is in the shop."""
    buyer = shop.register(f"c{number}@customers.example")
    tee = next(iter(shop.products.values()))
    begin = time.perf_counter()
    shop.checkout(buyer, [(tee, 1)], method="stripe")
    shop.run_queue()
    while not any(buyer.email in coupon.emails for coupon in list(shop.coupons.values())):
        if time.perf_counter() - begin > PATIENCE:
            raise TimeoutError(f"no code came within {PATIENCE:g} seconds")
        time.sleep(0.002)
    return (time.perf_counter() - begin) * 1000


def _paid(times: list[float]) -> Run:
    times.sort()
    return {"p50": times[len(times) // 2], "p90": times[int(len(times) * 0.9)]}


FIGURE = Figure(
    name="payment",
    title="From a payment to a code that works",
    unit="payment",
    stage=_stage,
    claims=(Claim("paid until usable", "", "p50", bound=1000, aim=300, most=True),),
    fairness=(
        "Everything runs that `rabattkonto serve` starts, beside a shop that sends its message at once and"
        " answers at once: a real shop adds what it takes for both. Credit is usable at once by the programme."
        " Payments come one after the other, so each finds the workers asleep."
    ),
)
