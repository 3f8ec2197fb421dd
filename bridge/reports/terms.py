"""The terms of a shop's programme, as the public page and the command line show them."""

from bridge.domain.terms import Terms, terms_at
from bridge.errors import NotFound
from bridge.runtime import Runtime
from bridge.services.contact import find_shop
from bridge.storage import programmes


def shop_terms(runtime: Runtime, shop_id: int, language: str) -> Terms:
    """The terms in force now in “de” or “en”, changes to come announced; ``NotFound`` without a programme."""
    with runtime.db.reading() as session:
        find_shop(session, shop_id)
        timeline = programmes.timeline(session, shop_id)
    found = terms_at(timeline, runtime.clock(), language)
    if found is None:
        raise NotFound(f"Shop {shop_id} has no programme yet, so there are no terms.")
    return found
