"""django-hordak, a double-entry ledger for Django, posting what an order earns. Runs in a process of its own."""

from decimal import Decimal
from typing import Any

from sqlalchemy.engine import make_url

from benchmarks.apart import Stopwatch
from benchmarks.frame import Missing, Run, run_of

CUSTOMERS = 200
LINES = 3
EARNED = Decimal("0.60")
"""Per line, as ours: three percent of 19.99."""


def prepare(url: str) -> None:
    """Its tables and accounts. ``Missing`` without the package."""
    try:
        import django
        import hordak  # noqa: F401 - only to see whether it is there
        from django.conf import settings
        from django.core.management import call_command
    except ImportError:
        raise Missing("django-hordak is not here; `python3 -m bridge bench` installs it") from None
    settings.configure(
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "mptt", "hordak"],
        DATABASES={"default": _database(url)},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        DEFAULT_CURRENCY="EUR",
        CURRENCIES=["EUR"],
    )
    django.setup()
    call_command("migrate", verbosity=0)
    _accounts()


def post(count: int, at_once: int) -> Run:
    """Post the credit of so many orders: a transaction each, with the two legs of its ``transfer_to`` per line.

    A commit takes ``at_once`` orders. The balance of an account is a sum over its legs.
    """
    from django.db import transaction

    issuer, *customers = _all_accounts()
    watch = Stopwatch()
    for start in range(0, count, at_once):
        with transaction.atomic():
            for number in range(start, min(count, start + at_once)):
                _order(issuer, customers[number % len(customers)], number)
    return run_of(count, *watch.stop())


def faults(orders: int) -> list[str]:
    """What is missing when so many orders were posted."""
    from hordak.models import Leg

    found = {
        "legs": (Leg.objects.count(), orders * LINES * 2),
        "owed": (sum(each.get_balance()["EUR"].amount for each in _all_accounts()[1:]), orders * LINES * EARNED),
    }
    return [f"{what}: {there} instead of {wanted}" for what, (there, wanted) in found.items() if there != wanted]


def _order(issuer: Any, customer: Any, number: int) -> None:
    from hordak.models import Leg, Transaction
    from moneyed import Money

    posted = Transaction.objects.create(description=f"order {number}")
    for _ in range(LINES):
        Leg.objects.create(transaction=posted, account=customer, credit=Money(EARNED, "EUR"))
        Leg.objects.create(transaction=posted, account=issuer, debit=Money(EARNED, "EUR"))


def _accounts() -> None:
    from hordak.models import Account, AccountType

    Account.objects.create(name="issuer", code="1", type=AccountType.expense, currencies=["EUR"])
    for number in range(CUSTOMERS):
        Account.objects.create(
            name=f"c{number}", code=str(number + 2), type=AccountType.liability, currencies=["EUR"]
        )


def _all_accounts() -> list[Any]:
    from hordak.models import Account

    return list(Account.objects.order_by("id"))


def _database(url: str) -> dict[str, Any]:
    found = make_url(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": found.database,
        "USER": found.username or "",
        "PASSWORD": found.password or "",
        "HOST": found.query.get("host", found.host or ""),
        "PORT": str(found.port or ""),
    }
