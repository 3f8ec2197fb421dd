"""What a merchant should know before a programme is put in force. Pure; hints, not legal advice.

Where they come from: on short expiry BGH 28 November 2017, X ZR 42/16; on referrals § 16 Abs. 2 UWG, no. 14 of the
annex to § 3 Abs. 3 UWG, and UStAE 10.3.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bridge.domain.programme import Expiry, Programme, Referral

SAFE_MONTHS = 36
"""Expiry that is shorter asks for a typed confirmation."""


@dataclass(frozen=True, slots=True)
class Caution:
    """One hint. Where ``confirm`` is set, the programme is only taken once somebody has typed it."""

    sentence: str
    confirm: str = ""


def cautions(programme: Programme, before: Programme | None) -> tuple[Caution, ...]:
    """The hints for a programme that follows another one, None for the first."""
    expiry = before.expiry if before is not None else None
    referral = before.referral if before is not None else None
    return (*_expiry(programme.expiry, expiry), *_referral(programme.referral, referral))


def _expiry(rule: Expiry | None, known: Expiry | None) -> Iterator[Caution]:
    """What was confirmed once need not be confirmed with every version after it."""
    if rule is not None and rule.months < SAFE_MONTHS and rule != known:
        months = rule.months
        yield Caution(
            f"Credit expires after {months} months ([expiry] months). Courts have struck down periods that short "
            f"in standard terms; {SAFE_MONTHS} months or no expiry at all are safer. Ask your lawyer.",
            confirm=f"{months} months",
        )


def _referral(rule: Referral | None, known: Referral | None) -> Iterator[Caution]:
    if rule is None:
        return
    if known is None:
        yield Caution(
            "[referral] is new: credit for recommending is pay for a service, not a discount. It must come from "
            "paid sales to customers only, never from signing up or recruiting (§ 16 Abs. 2 UWG), and is taxed "
            "otherwise than purchase credit. Ask your tax adviser and your lawyer before you switch it on."
        )
    if len(rule.levels) > 1 and (known is None or len(known.levels) < len(rule.levels)):
        yield Caution(
            f"[referral] has {len(rule.levels)} levels: the more levels, the more closely courts look whether the "
            "plan lives from sales to outsiders. One level and a cap (cap_percent_of_paid) are safer."
        )
    if rule.own_turnover is not None and (known is None or known.own_turnover != rule.own_turnover):
        yield Caution(
            "[referral] own_turnover asks partners to buy in order to earn. A duty to buy is a mark of pyramid "
            "schemes (no. 14 of the annex to § 3 Abs. 3 UWG); keep it off unless your lawyer agrees."
        )
