"""Offers: the decisions, as tables, and the promise that no interleaving puts two codes into the shop."""

from dataclasses import dataclass, field, replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.domain.answers import Outcome, Verdict, judge, undo
from bridge.domain.offers import (
    OPEN,
    Issued,
    Mark,
    OfferState,
    Plan,
    Wait,
    Wanted,
    Write,
    decide,
    face,
    worth,
)
from bridge.domain.programme import Redeem
from bridge.errors import ShopAway
from bridge.ports import CodeRef, CodeWritten, ShopCode
from tests.fakes import FakeShop

MAIL = "anna@example.org"
OWNER = "account1"
TEN = Wanted(1000, 1000, MAIL)
NONE = Wanted()
MINIMUM = Redeem().model_copy(update={"minimum": 500})


def issued(state: OfferState = OfferState.LIVE, **values: object) -> Issued:
    base = Issued(1, "guthaben-a", 1, state, 1000, 1000, MAIL, external_id="5")
    return replace(base, **values)  # type: ignore[arg-type]


def in_shop(**values: object) -> dict[str, ShopCode]:
    base = ShopCode("guthaben-a", "5", 1000, (MAIL,), 0, 1, False, OWNER)
    return {"guthaben-a": replace(base, **values)}  # type: ignore[arg-type]


# --- what it should be worth --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("available", "redeem", "guest", "automatic", "expected"),
    [
        (1000, Redeem(), False, True, 1000),
        (0, Redeem(), False, True, 0),
        (499, MINIMUM, False, True, 0),
        (500, MINIMUM, False, True, 500),
        (1000, Redeem(automatic=False), False, True, 0),
        (1000, Redeem(), False, False, 0),
        (1000, Redeem(), True, True, 0),
        (1000, Redeem(guests=True), True, True, 1000),
    ],
)
def test_worth(available: int, redeem: Redeem, guest: bool, automatic: bool, expected: int) -> None:
    assert worth(available, redeem, guest, automatic) == expected


@given(st.integers(0, 10**7), st.sampled_from(["0", "7", "19", "25.5", "8.1"]))
def test_a_net_face_never_takes_more_than_the_credit(amount: int, rate: str) -> None:
    percent = Fraction(rate)
    net = face(amount, False, percent)
    assert net * (1 + percent / 100) <= amount < (net + 1) * (1 + percent / 100)
    assert face(amount, True, percent) == amount


# --- what to do ---------------------------------------------------------------------------------------


def test_nothing_wanted_and_nothing_there_is_nothing_to_do() -> None:
    assert decide([], NONE, {}, OWNER) == Plan()


def test_the_first_credit_asks_for_a_code() -> None:
    assert decide([], TEN, {}, OWNER).issue


def test_without_an_address_no_code_is_asked_for() -> None:
    assert decide([], Wanted(1000, 1000, ""), {}, OWNER) == Plan()


def test_a_code_that_is_as_wanted_is_left_alone() -> None:
    assert decide([issued()], TEN, in_shop(), OWNER) == Plan()


def test_the_shop_storing_addresses_in_lower_case_is_no_difference() -> None:
    wanted = Wanted(1000, 1000, "Anna@Example.org")
    assert not decide([issued(holder="Anna@Example.org")], wanted, in_shop(), OWNER).steps


@pytest.mark.parametrize(
    ("offer", "wanted", "shop", "then"),
    [
        (issued(OfferState.PLANNED, external_id=""), TEN, {}, OfferState.LIVE),
        (issued(), Wanted(1500, 1500, MAIL), in_shop(), OfferState.LIVE),
        (issued(), Wanted(500, 500, MAIL), in_shop(), OfferState.LIVE),
        (issued(), Wanted(1000, 1000, "new@example.org"), in_shop(), OfferState.LIVE),
        (issued(), TEN, in_shop(face=99999), OfferState.LIVE),
        (issued(), TEN, in_shop(holders=()), OfferState.LIVE),
        (issued(), TEN, in_shop(limit=None), OfferState.LIVE),
        (issued(), TEN, in_shop(expired=True), OfferState.WITHDRAWN),
        (issued(), NONE, in_shop(), OfferState.WITHDRAWN),
        (issued(OfferState.PLANNED, external_id=""), NONE, in_shop(), OfferState.WITHDRAWN),
        (issued(OfferState.USED, taken=650), TEN, in_shop(uses=1), OfferState.RETIRED),
        (issued(OfferState.USED, taken=650), TEN, in_shop(), OfferState.RETIRED),
        (issued(OfferState.USED, taken=650), TEN, in_shop(expired=True), OfferState.RETIRED),
    ],
)
def test_what_is_written(offer: Issued, wanted: Wanted, shop: dict[str, ShopCode], then: OfferState) -> None:
    plan = decide([offer], wanted, shop, OWNER)
    (step,) = plan.steps
    assert isinstance(step, Write)
    assert step.then.state is then
    assert not plan.issue, "no successor before the answer"


@pytest.mark.parametrize(
    ("offer", "shop", "then"),
    [
        (issued(OfferState.PLANNED, external_id=""), in_shop(), OfferState.LIVE),
        (issued(), {}, OfferState.WITHDRAWN),
        (issued(), in_shop(owner="somebody"), OfferState.FOREIGN),
        (issued(OfferState.PLANNED), in_shop(owner=""), OfferState.FOREIGN),
        (issued(OfferState.USED, taken=650), {}, OfferState.RETIRED),
        (issued(OfferState.USED, taken=650), in_shop(expired=True, face=650), OfferState.RETIRED),
        (issued(OfferState.USED, taken=650), in_shop(owner="somebody"), OfferState.RETIRED),
    ],
)
def test_what_is_only_recorded(offer: Issued, shop: dict[str, ShopCode], then: OfferState) -> None:
    plan = decide([offer], TEN, shop, OWNER)
    (step,) = plan.steps
    assert isinstance(step, Mark)
    assert step.then.state is then
    assert plan.issue is (then is not OfferState.LIVE)


def test_a_used_code_whose_order_is_missing_stops_everything() -> None:
    for wanted in (NONE, TEN, Wanted(5000, 5000, MAIL)):
        assert decide([issued()], wanted, in_shop(uses=1), OWNER) == Plan((Wait(issued()),))


def test_retiring_sets_the_amount_to_what_the_order_took() -> None:
    (step,) = decide([issued(OfferState.USED, taken=650)], TEN, in_shop(uses=1), OWNER).writes
    sent = step.as_code(OWNER)
    assert (sent.face, sent.expired) == (650, True)


def test_a_planned_code_that_is_not_wanted_now_is_kept_for_later() -> None:
    planned = issued(OfferState.PLANNED, external_id="")
    assert decide([planned], NONE, {}, OWNER) == Plan()
    assert decide([planned], TEN, {}, OWNER).writes[0].was is planned


def test_dead_codes_are_never_looked_at_again() -> None:
    for state in (OfferState.RETIRED, OfferState.WITHDRAWN, OfferState.FOREIGN):
        assert decide([issued(state)], TEN, in_shop(), OWNER) == Plan(issue=True)


def test_an_address_that_opened_a_code_to_everybody_gets_no_other() -> None:
    withdrawn = issued(OfferState.WITHDRAWN, problem="The shop did not tie the code …")
    assert not decide([withdrawn], TEN, {}, OWNER).issue
    assert decide([withdrawn], Wanted(1000, 1000, "new@example.org"), {}, OWNER).issue


# --- what the shop answered -----------------------------------------------------------------------------

CREATE = Write(issued(OfferState.PLANNED, external_id=""), issued(external_id=""))
WITHDRAW = Write(issued(), issued(OfferState.WITHDRAWN))
RETIRE = Write(issued(OfferState.USED, taken=650), issued(OfferState.RETIRED, face=650))


def answer(**values: object) -> CodeWritten:
    return CodeWritten(CodeRef("guthaben-a", "5"), in_shop(**values)["guthaben-a"])


@pytest.mark.parametrize(
    ("write", "reply", "verdict"),
    [
        (CREATE, answer(), Verdict.DONE),
        (CREATE, answer(holders=()), Verdict.UNDO),
        (CREATE, answer(holders=("",)), Verdict.UNDO),
        (CREATE, answer(face=1001), Verdict.UNDO),
        (CREATE, answer(owner=""), Verdict.UNDO),
        (CREATE, answer(limit=None), Verdict.UNDO),
        (CREATE, answer(uses=1), Verdict.WAIT),
        (CREATE, CodeWritten(CodeRef("guthaben-a"), exists=True), Verdict.RETRY),
        (CREATE, CodeWritten(CodeRef("guthaben-a"), refusal="no"), Verdict.RETRY),
        (CREATE, CodeWritten(CodeRef("guthaben-a")), Verdict.RETRY),
        (WITHDRAW, answer(expired=True), Verdict.DONE),
        (WITHDRAW, answer(expired=True, uses=1), Verdict.WAIT),
        (WITHDRAW, answer(), Verdict.RETRY),
        (WITHDRAW, CodeWritten(CodeRef("guthaben-a", "5"), gone=True), Verdict.DONE),
        (RETIRE, answer(expired=True, face=650, uses=1), Verdict.DONE),
        (RETIRE, answer(expired=True), Verdict.RETRY),
        (RETIRE, CodeWritten(CodeRef("guthaben-a", "5"), gone=True), Verdict.DONE),
    ],
)
def test_what_an_answer_means(write: Write, reply: CodeWritten, verdict: Verdict) -> None:
    assert judge(write, reply, OWNER).verdict is verdict


def test_a_code_nobody_can_find_counts_as_somebody_elses_in_the_end() -> None:
    reply = CodeWritten(CodeRef("guthaben-a"), exists=True)
    assert judge(CREATE, reply, OWNER, tired=True).then.state is OfferState.FOREIGN


# --- I4: whatever happens in between --------------------------------------------------------------------


@dataclass
class Loop:
    """An account, its shop, and a push made of the pure decisions alone."""

    shop: FakeShop = field(default_factory=FakeShop)
    available: int = 0
    email: str = MAIL
    offers: list[Issued] = field(default_factory=list)
    unseen: list[tuple[str, int]] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    fails_after: bool = False

    def __post_init__(self) -> None:
        self.shop.after_write = self._after

    def _after(self) -> None:
        assert len(self.shop.live()) <= 1, "two codes are live"
        assert all(code.face <= self.available for code in self.shop.live())
        if self.fails_after:
            raise ShopAway("The shop did not answer in time.")

    @property
    def wanted(self) -> Wanted:
        value = worth(self.available, Redeem(), False, True)
        return Wanted(value, value, self.email)

    def push(self) -> None:
        """Rounds as the service makes them, until nothing is left to do or the shop is away."""
        try:
            for _ in range(10):
                if not self._round():
                    return
        except ShopAway:
            return
        pytest.fail("the push does not come to an end")

    def _round(self) -> bool:
        looked_at = [o for o in self.offers if o.state in OPEN or o is self.offers[-1]]
        found = self.shop.codes([o.ref for o in looked_at])
        plan = decide(looked_at, self.wanted, found, OWNER)
        for mark in plan.marks:
            self._put(mark.then)
        if plan.issue:
            number = len(self.offers) + 1
            self.offers.append(Issued(number, f"guthaben-{number}", number, OfferState.PLANNED, 0, 0, ""))
            plan = decide(self.offers[-1:], self.wanted, {}, OWNER)
        outcomes = self._send(plan.writes)
        return plan.again or any(o.verdict is Verdict.RETRY for o in outcomes)

    def _send(self, writes: list[Write]) -> list[Outcome]:
        replies = self.shop.write_codes([w.as_code(OWNER) for w in writes]) if writes else []
        outcomes = [judge(w, r, OWNER) for w, r in zip(writes, replies, strict=True)]
        back = [undo(o) for o in outcomes if o.verdict is Verdict.UNDO]
        final = [o for o in outcomes if o.verdict is not Verdict.UNDO] + (self._send(back) if back else [])
        for outcome in final:
            self._put(outcome.then)
        return final

    def _put(self, offer: Issued) -> None:
        self.offers[offer.id - 1] = offer

    # --- what happens to it ---

    def earn(self, amount: int) -> None:
        self.available += amount

    def lose(self, amount: int) -> None:
        self.available = max(0, self.available - amount)

    def checkout(self, amount: int) -> None:
        for code in self.shop.live():
            self.shop.use(code.code)
            self.unseen.append((code.code, min(amount, code.face)))

    def arrive(self, _: int) -> None:
        """The order is settled: its code is used up, its credit redeemed."""
        if not self.unseen:
            return
        code, taken = self.unseen.pop(0)
        self.seen[code] = taken
        self.available = max(0, self.available - taken)
        for offer in self.offers:
            if offer.code == code and offer.state in (OfferState.PLANNED, OfferState.LIVE):
                self._put(replace(offer, state=OfferState.USED, taken=taken))

    def cancel(self, _: int) -> None:
        """A settled order is cancelled: the shop gives the use back, the ledger the credit."""
        if self.seen:
            code, taken = self.seen.popitem()
            self.available += taken
            if code in self.shop.codes_:
                self.shop.change(code, uses=0)

    def meddle(self, amount: int) -> None:
        """The merchant changes, expires or deletes a code."""
        for code in list(self.shop.live()):
            match amount % 5:
                case 0:
                    self.shop.change(code.code, face=amount)
                case 1:
                    self.shop.change(code.code, expired=True)
                case 2:
                    del self.shop.codes_[code.code]
                case 3:
                    self.shop.change(code.code, holders=())
                case 4:
                    self.shop.change(code.code, limit=None)

    def time_out(self, _: int) -> None:
        self.fails_after = True
        self.push()
        self.fails_after = False

    def move(self, amount: int) -> None:
        self.email = f"anna{amount % 3}@example.org"
        self.shop.dropped_addresses = {"anna2@example.org"}

    def look(self, _: int) -> None:
        self.push()


HAPPENINGS = ("earn", "lose", "checkout", "arrive", "cancel", "meddle", "time_out", "move", "look")
STORIES = st.lists(st.tuples(st.sampled_from(HAPPENINGS), st.integers(1, 2000)), max_size=25)


@given(STORIES)
@settings(max_examples=300, deadline=None)
def test_at_most_one_code_is_live_and_in_the_end_it_equals_the_ledger(
    story: list[tuple[str, int]],
) -> None:
    loop = Loop()
    for name, amount in story:
        getattr(loop, name)(amount)
    while loop.unseen:
        loop.arrive(0)
    loop.push()
    live = loop.shop.live()
    if loop.wanted and loop.email not in loop.shop.dropped_addresses:
        assert [(code.face, code.holders) for code in live] == [(loop.available, (loop.email,))]
    else:
        assert not live
    assert sum(offer.state in OPEN for offer in loop.offers) <= 1
