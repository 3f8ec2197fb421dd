"""Programmes for histories: simple ones that the oracle can compute by itself, and rich ones for the invariants."""

import random
from dataclasses import dataclass

_HEAD = '[programme]\ncurrency = "EUR"\n'


@dataclass(frozen=True)
class Rules:
    """A programme. ``amounts`` (minor units per piece by SKU) and ``percent`` are all that a simple one has.

    ``minimum`` is the least amount for a code, ``guests`` whether guests get one; ``simple`` says that
    the oracle may judge what is earned.
    """

    text: str
    simple: bool
    amounts: dict[str, int]
    percent: str
    minimum: int
    guests: bool


def simple(rng: random.Random) -> Rules:
    """Amounts per article, and a percentage for the rest; usable at once, never expiring."""
    amounts = {sku: rng.choice((1, 37, 150, 800)) for sku in rng.sample(("TEE", "MUG", "PIN"), rng.randrange(3))}
    percent, minimum, guests = (
        rng.choice(("0", "2.5", "10", "33.3", "50")),
        rng.choice((0, 0, 200)),
        rng.random() < 0.4,
    )
    parts = [_HEAD + "available_after_days = 0\n"]
    parts += [
        f'[[earn]]\nid = "{sku}"\nsku = "{sku}"\namount = "{cents / 100:.2f}"\n' for sku, cents in amounts.items()
    ]
    parts += [f'[[earn]]\nid = "rest"\npercent = "{percent}"\n']
    parts += [_redeem(minimum, guests, rng.random() < 0.3)]
    return Rules("".join(parts), True, amounts, percent, minimum, guests)


_EARN = '[[earn]]\nid = "rest"\npercent = "{}"\n'
_PIECES = (
    '[[earn]]\nid = "more"\nsku = "TEE"\namount = "0.50"\nalso = true\n',
    '[[bonus]]\nid = "q"\nkind = "turnover"\nperiod = "quarter"\nminimum = "60.00"\namount = "5.00"\n',
    '[[bonus]]\nid = "m"\nkind = "turnover"\nperiod = "month"\nminimum = "30.00"\npercent = "3"\n'
    'award = "period_end"\n',
    '[[bonus]]\nid = "r"\nkind = "regularity"\nperiod = "month"\norders = 1\nperiods = 2\namount = "4.00"\n',
    '[[bonus]]\nid = "f"\nkind = "first_order"\namount = "2.00"\n',
    '[[bonus]]\nid = "c"\nkind = "membership"\nsku = "PIN"\namount = "1.00"\nmonths = 3\n',
    '[[exclude]]\nsku = "MUG"\nuse = false\n',
    "[expiry]\nmonths = 1\n",
    "[expiry]\nmonths = 1\nend_of_year = true\n",
    '[referral]\nbase = "paid"\nlevels = ["5", "2", "1"]\ncompression = true\n'
    '[referral.own_turnover]\nperiod = "month"\nminimum = "20.00"\n',
    '[referral]\nlevels = ["20", "10"]\ncap_percent_of_paid = "2"\n',
    '[budget]\nmax_percent_of_turnover = "15"\nperiod = "month"\naction = "stop"\n',
)


def rich(rng: random.Random, like: Rules | None = None) -> Rules:
    """A percentage with a handful of everything else, no table twice; codes are issued as by ``like``."""
    basics = f'available_after_days = {rng.choice((0, 0, 1, 14))}\nearn_basis = "{rng.choice(("gross", "net"))}"\n'
    chosen: dict[str, str] = {}
    for piece in rng.sample(_PIECES, rng.randrange(1, 6)):
        chosen.setdefault(piece if piece.startswith("[[") else piece.partition("]")[0], piece)
    percent = rng.choice(("5", "10", "33.3"))
    minimum, guests = (like.minimum, like.guests) if like else rng.choice(((100, True), (0, False), (0, False)))
    text = _HEAD + basics + _EARN.format(percent) + "".join(chosen.values())
    text += _redeem(minimum, guests, rng.random() < 0.3)
    return Rules(text, False, {}, percent, minimum, guests)


def _redeem(minimum: int, guests: bool, open_orders: bool) -> str:
    return (
        f'[redeem]\nminimum = "{minimum / 100:.2f}"\nguests = {str(guests).lower()}\n'
        f"open_orders = {str(open_orders).lower()}\n"
    )
