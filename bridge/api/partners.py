"""Partners: who recommends the shop, and what that brought them."""

from bridge.api import cursors, models
from bridge.api.models import money
from bridge.api.operations import Call, Nothing, Operation
from bridge.errors import NotFound
from bridge.reports import accounts as reports
from bridge.reports import partners
from bridge.services.partners import enrol
from bridge.services.tokens import Scope
from bridge.storage.models import Partner


def list_partners(call: Call[models.Paging, Nothing]) -> models.PartnerPage:
    """The shop's partners."""
    limit = call.query.limit
    with call.runtime.db.reading() as session:
        found = reports.coded(session, call.shop, limit + 1, cursors.read(call.query.cursor))
    following = cursors.write(found[limit - 1][0].account_id) if len(found) > limit else None
    return models.PartnerPage(items=[_partner(*each) for each in found[:limit]], next=following)


def read_partner(call: Call[Nothing, Nothing]) -> models.PartnerDetails:
    """One partner, and what each level has earned."""
    with call.runtime.db.reading() as session:
        named = reports.account(session, call.shop, call.path["account"])
        partner = session.get(Partner, named.account.id)
        if partner is None:
            raise NotFound("This account is no partner's.")
        earned = partners.earned(session, partner.account_id)
    currency = named.account.currency
    return models.PartnerDetails(
        **dict(_partner(partner, named.account.token, named.customer)),
        earned={str(level): money(amount, currency) for level, amount in earned.items()},
    )


def enrol_partner(call: Call[Nothing, models.Enrolment]) -> models.Partner:
    """Make a customer a partner. Whoever is one stays it; a given code replaces the one before."""
    enrol(call.runtime, call.shop, call.body.customer, call.body.code)
    with call.runtime.db.reading() as session:
        (named,) = reports.accounts(session, call.shop, 1, customer=call.body.customer)
        partner = session.get_one(Partner, named.account.id)
    return _partner(partner, named.account.token, named.customer)


def _partner(partner: Partner, account: str, customer: str) -> models.Partner:
    return models.Partner(account=account, customer=customer, code=partner.code, since=partner.since)


OPERATIONS = (
    Operation("GET", "/partners", Scope.PARTNERS_READ, list_partners, models.PartnerPage, models.Paging),
    Operation("GET", "/partners/{account}", Scope.PARTNERS_READ, read_partner, models.PartnerDetails),
    Operation(
        "POST",
        "/partners",
        Scope.PARTNERS_WRITE,
        enrol_partner,
        models.Partner,
        body=models.Enrolment,
        deed="partner enrolled",
    ),
)
