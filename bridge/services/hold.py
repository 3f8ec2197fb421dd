"""A hold on an account: it goes on earning, and its code leaves the shop until the merchant lets it go."""

from bridge.errors import NotFound
from bridge.runtime import Runtime
from bridge.storage.models import Account


def pause(runtime: Runtime, account_id: int) -> None:
    """Nothing of this account can be used from the next push on; what was booked stays."""
    _set(runtime, account_id, paused=True)


def resume(runtime: Runtime, account_id: int) -> None:
    """What the account has can be used again."""
    _set(runtime, account_id, paused=False)


def _set(runtime: Runtime, account_id: int, *, paused: bool) -> None:
    with runtime.db.transaction() as session:
        account = session.get(Account, account_id)
        if account is None:
            raise NotFound(f"There is no account {account_id} here.")
        if paused == (account.paused_at is not None):
            return
        account.paused_at = runtime.clock() if paused else None
        account.stale, account.push_due_at = True, None
        shop_id = account.shop_id
    runtime.bell.ring("push", shop_id)
