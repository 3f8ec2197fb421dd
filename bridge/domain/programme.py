"""The programme: rules as data. These classes are the document format; ``document`` reads it from TOML.

Amounts are minor units of the programme's currency once read, percentages are exact fractions of 100.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, model_validator

from bridge.domain import money
from bridge.domain.calendar import Span
from bridge.domain.faults import Fault
from bridge.domain.orders import Article

GROUPS = ", "
"""Between the names of the groups of somebody who belongs to several."""

ARTICLE_RULE = "article"
"""The id of the rule that is not written down: the credit that the merchant typed on the article itself."""


def _amount(value: Any, info: ValidationInfo) -> int:
    if not isinstance(value, str):
        raise Fault("amount is a text")
    context: dict[str, str] = info.context or {}
    try:
        amount = money.parse(value, context["currency"])
    except ValueError as problem:
        raise Fault("no amount", value=value, english=problem) from None
    if amount < 0:
        raise Fault("amount below zero")
    return amount


def _percent(value: Any) -> Fraction:
    if not isinstance(value, str):
        raise Fault("percentage is a text")
    try:
        percent = Decimal(value)
        fits = 0 <= percent <= 100
    except InvalidOperation:
        raise Fault("no percentage", value=value) from None
    if not fits:
        raise Fault("percentage outside", value=value)
    return Fraction(percent) / 100


def _names(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _zone(value: Any) -> Any:
    try:
        return ZoneInfo(value).key
    except (KeyError, ValueError, TypeError, OSError):
        raise Fault("no zone", value=value) from None


Amount = Annotated[int, BeforeValidator(_amount)]
Percent = Annotated[Fraction, BeforeValidator(_percent)]
Names = Annotated[tuple[str, ...], Field(min_length=1), BeforeValidator(_names)]
Count = Annotated[int, Field(ge=1, strict=True)]
Id = Annotated[str, Field(pattern=r"^[\w.-]{1,40}$")]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Basics(_Table):
    """``[programme]``: the name, the currency, when credit becomes usable and what percentages are taken of.

    ``earning`` false means that nothing is earned any more, also not by credit typed on articles.
    """

    name: str = "Rabatt-Konto"
    currency: str
    timezone: Annotated[str, BeforeValidator(_zone)] = "Europe/Berlin"
    available_after_days: Annotated[int, Field(ge=0, le=3650, strict=True)] = 14
    earn_basis: Literal["gross", "net"] = "gross"
    earning: Annotated[bool, Field(strict=True)] = True


class Matcher(_Table):
    """Which articles and buyers are meant: every matcher that is given must match, a list means any of."""

    sku: Names | None = None
    product: Names | None = None
    category: Names | None = None
    tag: Names | None = None
    group: Names | None = None

    def matches(self, article: Article, group: str) -> bool:
        """Whether an article bought by somebody of this group is meant."""
        return (
            (self.sku is None or article.sku in self.sku)
            and (self.product is None or not _ids(article).isdisjoint(self.product))
            and (self.category is None or not set(self.category).isdisjoint(article.categories))
            and (self.tag is None or not set(self.tag).isdisjoint(article.tags))
            and (self.group is None or belongs(group, self.group))
        )


def _ids(article: Article) -> set[str]:
    """Everything that a rule may call an article by: a translated one by its original's numbers, too."""
    return {article.product, article.variation, *article.originals}


def belongs(group: str, names: Names) -> bool:
    """Whether somebody is in one of these groups; where the shop knows several, ``group`` lists them by commas."""
    return group in names or not set(names).isdisjoint(group.split(GROUPS))


class Earn(Matcher):
    """``[[earn]]``: the first rule that matches a line wins; ``also`` adds to whatever else matched."""

    id: Id
    minimum_order: Amount = 0
    amount: Amount | None = None
    percent: Percent | None = None
    also: Annotated[bool, Field(strict=True)] = False

    @model_validator(mode="after")
    def _one_measure(self) -> "Earn":
        if (self.amount is None) == (self.percent is None):
            raise Fault("one measure")
        if self.id == ARTICLE_RULE:
            raise Fault("kept id", id=ARTICLE_RULE)
        return self

    @cached_property
    def percent_text(self) -> str:
        """The percentage as explanations state it, "0" without one."""
        return money.plain_percent(self.percent or Fraction(0))


class _Bonus(_Table):
    id: Id
    group: Names | None = None

    def meant_for(self, group: str) -> bool:
        """Whether orders placed as a member of this group count."""
        return self.group is None or belongs(group, self.group)


class Turnover(_Bonus):
    """A bonus for what was paid and kept in a period."""

    kind: Literal["turnover"]
    period: Span
    minimum: Amount
    amount: Amount | None = None
    percent: Percent | None = None
    award: Literal["reached", "period_end"] = "reached"

    @model_validator(mode="after")
    def _one_measure(self) -> "Turnover":
        if (self.amount is None) == (self.percent is None):
            raise Fault("one measure of a bonus")
        return self


class Regularity(_Bonus):
    """A bonus for at least so many paid orders in each of so many periods in a row."""

    kind: Literal["regularity"]
    period: Span
    orders: Count
    periods: Count
    amount: Amount


class FirstOrder(_Bonus):
    """A bonus for the earliest placed order that is paid and not wholly given back."""

    kind: Literal["first_order"]
    amount: Amount


class Membership(_Bonus):
    """A monthly amount for whoever bought the membership article."""

    kind: Literal["membership"]
    sku: Names
    amount: Amount
    months: Annotated[int, Field(ge=1, le=120, strict=True)]


Bonus = Annotated[Turnover | Regularity | FirstOrder | Membership, Field(discriminator="kind")]


class OwnTurnover(_Table):
    """What a sponsor must have bought in the period of the order to take part."""

    period: Span
    minimum: Amount


@dataclass(frozen=True, slots=True)
class Step:
    """A level with its share as a whole number over the referral's common denominator, and as text."""

    level: int
    weight: int
    percent: str


class Referral(_Table):
    """``[referral]``: what sponsors earn, level 1 first."""

    base: Literal["accrual", "paid"] = "accrual"
    levels: Annotated[tuple[Percent, ...], Field(min_length=1, max_length=20)]
    cap_percent_of_paid: Percent | None = None
    own_turnover: OwnTurnover | None = None
    compression: Annotated[bool, Field(strict=True)] = False

    @cached_property
    def denominator(self) -> int:
        """What the weights of all levels are parts of."""
        return lcm(*(percent.denominator for percent in self.levels))

    @cached_property
    def ladder(self) -> tuple[Step, ...]:
        """The levels, nearest first, as the shares of a line are counted with."""
        return tuple(
            Step(level, int(percent * self.denominator), money.plain_percent(percent))
            for level, percent in enumerate(self.levels, start=1)
        )


class Redeem(_Table):
    """``[redeem]``: how credit comes off the next order."""

    automatic: Annotated[bool, Field(strict=True)] = True
    minimum: Amount = 0
    max_share_percent: Percent | None = None
    min_payable: Amount = 0
    open_orders: Annotated[bool, Field(strict=True)] = False
    guests: Annotated[bool, Field(strict=True)] = False


class Expiry(_Table):
    """``[expiry]``: the last usable day, counted from the day on which the credit became usable."""

    months: Annotated[int, Field(ge=1, le=1200, strict=True)]
    end_of_year: Annotated[bool, Field(strict=True)] = False


class Exclude(Matcher):
    """``[[exclude]]``: articles that earn nothing, or on which no credit may be used, or both."""

    earn: Annotated[bool, Field(strict=True)] = True
    use: Annotated[bool, Field(strict=True)] = True

    @model_validator(mode="after")
    def _says_what(self) -> "Exclude":
        if all(v is None for v in (self.sku, self.product, self.category, self.tag, self.group)):
            raise Fault("exclusion of nothing")
        if not (self.earn or self.use):
            raise Fault("exclusion from nothing")
        return self


class Budget(_Table):
    """``[budget]``: how much of the turnover the programme may cost in a period."""

    max_percent_of_turnover: Percent
    period: Span
    action: Literal["warn", "stop"] = "warn"


class Programme(_Table):
    """One whole document."""

    programme: Basics
    earn: tuple[Earn, ...] = ()
    bonus: tuple[Bonus, ...] = ()
    referral: Referral | None = None
    redeem: Redeem = Redeem()
    expiry: Expiry | None = None
    exclude: tuple[Exclude, ...] = ()
    budget: Budget | None = None

    @model_validator(mode="after")
    def _ids_are_unique(self) -> "Programme":
        for name, rules in (("earn", self.earn), ("bonus", self.bonus)):
            ids = [rule.id for rule in rules]
            doubled = sorted({i for i in ids if ids.count(i) > 1})
            if doubled:
                raise Fault("doubled id", id=doubled[0], table=name)
        return self

    @property
    def currency(self) -> str:
        """ISO code of the currency of all amounts."""
        return self.programme.currency

    @cached_property
    def zone(self) -> ZoneInfo:
        """The shop's time zone, in which days and periods are counted."""
        return ZoneInfo(self.programme.timezone)

    def earns(self, article: Article, group: str) -> bool:
        """Whether the article takes part in earning, turnover and referrals."""
        return self.programme.earning and not any(r.earn and r.matches(article, group) for r in self.exclude)

    @property
    def reads_catalogue(self) -> bool:
        """Whether a rule asks for categories or tags, which order bodies do not carry."""
        return any(m.category is not None or m.tag is not None for m in (*self.earn, *self.exclude))

    @property
    def bonuses_wait(self) -> bool:
        """Whether a bonus becomes due by time alone."""
        return any(
            isinstance(rule, Membership) or (isinstance(rule, Turnover) and rule.award == "period_end")
            for rule in self.bonus
        )

    @property
    def reads_groups(self) -> bool:
        """Whether a rule asks for the buyer's group."""
        return any(m.group is not None for m in (*self.earn, *self.exclude, *self.bonus))


@dataclass(frozen=True, slots=True)
class Version:
    """A programme and the time it governs: ``valid_from`` None means from the beginning."""

    number: int
    valid_from: datetime | None
    programme: Programme


class Timeline:
    """All versions of a shop's programme, oldest first."""

    def __init__(self, versions: Sequence[Version]) -> None:
        self.versions = tuple(versions)

    def at(self, moment: datetime) -> Version | None:
        """The version in force at a moment; None before the first one."""
        for version in reversed(self.versions):
            if version.valid_from is None or version.valid_from <= moment:
                return version
        return None

    def governing(self, moment: datetime) -> Version | None:
        """As ``at``, but the first version also governs what began before it. None without any version."""
        return self.at(moment) or (self.versions[0] if self.versions else None)
