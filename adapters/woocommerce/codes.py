"""Codes as WooCommerce's coupons: what we send, what comes back. Pure."""

from datetime import datetime
from typing import Any

from adapters.documents import Unclear, moment, text, typed
from adapters.money import amount
from adapters.woocommerce.rules import RULES_KEY, read_rules, write_rules
from adapters.woocommerce.shapes import CouponBody, Problem, meta
from bridge.domain.money import plain
from bridge.ports import CodeRef, CodeWrite, CodeWritten, ShopCode

OWNER_KEY = "_rabattkonto"
"""The coupon's meta key that holds the account's token: how we know a code of ours."""

VOUCHER_KEY = "_rabattkonto_voucher"
"""The meta key of a promotional code of ours. Another key than a credit's, which the plugin acts upon."""

LONG_AGO = "2000-01-02T00:00:00"
"""Expired in every time zone. Measured: an order keeps its discount when its code expires, through
cancelling and recalculation, and a later cancel does not revive the code."""

_EXISTS = "woocommerce_rest_coupon_code_already_exists"
_GONE = "woocommerce_rest_shop_coupon_invalid_id"


def read_code(body: Any, currency: str, now: datetime) -> ShopCode:
    """The code in a coupon's body; raises ``Unclear``.

    A code that somebody turned into a percentage has no face amount, so it reads as 0 and
    will be written again; one that is not published cannot be used, like an expired one.
    """
    found = typed(CouponBody, body)
    expires = moment(found.date_expires_gmt) if found.date_expires_gmt else None
    owner, voucher = (meta(found.meta_data, key) for key in (OWNER_KEY, VOUCHER_KEY))
    return ShopCode(
        code=text(found.code.lower()),
        external_id=str(found.id),
        face=amount(found.amount, currency) if found.discount_type == "fixed_cart" else 0,
        holders=tuple(found.email_restrictions),
        uses=found.usage_count,
        limit=found.usage_limit,
        expired=found.status != "publish" or (expires is not None and expires <= now),
        owner=text(owner) if isinstance(owner, str) else "",
        rules=read_rules(meta(found.meta_data, RULES_KEY), currency).mark,
        voucher=text(voucher) if isinstance(voucher, str) else "",
    )


def is_ours(body: Any) -> bool:
    """Whether a coupon carries our meta key; a foreign one may be in any shape and is not even read."""
    kept = body.get("meta_data") if isinstance(body, dict) else None
    return any(isinstance(each, dict) and each.get("key") == OWNER_KEY for each in kept or ())


def refusal(write: CodeWrite) -> str:
    """Why this write must not be sent, empty when it may: without an address a code is open to everybody."""
    if write.expired or (write.holders and all(email.strip() for email in write.holders)):
        return ""
    return f"The code {write.ref.code} was not written: without an e-mail address anybody could use it."


def payload(write: CodeWrite, currency: str) -> dict[str, Any]:
    """What is sent for one write: the id for a known code, the code itself for a new one."""
    sent: dict[str, Any] = {
        "amount": plain(write.face, currency),
        "discount_type": "fixed_cart",
        "usage_limit": 1,
        "individual_use": False,
        "meta_data": [{"key": OWNER_KEY, "value": write.owner}],
    }
    if write.rules is not None:
        sent["meta_data"].append({"key": RULES_KEY, "value": write_rules(write.rules, currency)})
    if write.ref.external_id:
        sent["id"] = int(write.ref.external_id)
    else:
        sent["code"] = write.ref.code
    if write.holders:
        sent["email_restrictions"] = list(write.holders)
    if write.expired:
        sent["date_expires"] = LONG_AGO
    return sent


def read_written(ref: CodeRef, item: Any, currency: str, now: datetime) -> CodeWritten:
    """What one item of a batch's answer says about the code ``ref``."""
    error = item.get("error") if isinstance(item, dict) else None
    try:
        if error is not None:
            return _refused(ref, typed(Problem, error))
        now_there = read_code(item, currency, now)
    except Unclear as problem:
        return CodeWritten(ref, refusal=f"The shop's answer cannot be understood: {problem}.")
    return CodeWritten(CodeRef(ref.code, now_there.external_id), now=now_there)


def _refused(ref: CodeRef, problem: Problem) -> CodeWritten:
    match problem.code:
        case code if code == _EXISTS:
            return CodeWritten(ref, exists=True)
        case code if code == _GONE:
            return CodeWritten(ref, gone=True)
        case _:
            return CodeWritten(ref, refusal=text(problem.message or problem.code)[:200])
