"""What customers choose for themselves: whether credit comes off by itself, and which mails they want."""

from sqlmodel import Session

from bridge.runtime import Runtime
from bridge.storage.dialect import upsert
from bridge.storage.models import Account, MailChoice


def choose_automatic(runtime: Runtime, account_id: int, *, automatic: bool) -> None:
    """Have credit come off the next order by itself, or save it up.

    Whoever saves up has no live code: so the shop's basket, unpaid orders and the shop's staff all find none.
    """
    with runtime.db.transaction() as session:
        account = session.get_one(Account, account_id, with_for_update=True)
        account.automatic, account.stale, account.push_due_at = automatic, True, None
        shop_id = account.shop_id
    runtime.bell.ring("push", shop_id)


def choose_mails(runtime: Runtime, account_id: int, *, news: bool) -> None:
    """Get mails about news, or none but the necessary ones."""
    silent_since = None if news else runtime.clock()
    with runtime.db.transaction() as session:
        _write(session, account_id, {"silent_since": silent_since})


def remember_language(runtime: Runtime, account_id: int, language: str) -> None:
    """Write to this customer in the language in which they read their account."""
    with runtime.db.reading() as session:
        known = session.get(MailChoice, account_id)
    if known is None or known.language != language:
        with runtime.db.transaction() as session:
            _write(session, account_id, {"language": language})


def wants_news(session: Session, account_id: int) -> bool:
    """Whether the customer has not said no."""
    known = session.get(MailChoice, account_id)
    return known is None or known.silent_since is None


def _write(session: Session, account_id: int, values: dict[str, object]) -> None:
    statement = upsert(session, MailChoice).values(account_id=account_id, **{"language": "", **values})
    session.execute(statement.on_conflict_do_update(index_elements=["account_id"], set_=values))
