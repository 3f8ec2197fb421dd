"""What the shop answered to a write of a code, compared with what it was told. Pure."""

from dataclasses import dataclass, replace
from enum import StrEnum

from bridge.domain.offers import EXPIRED, Issued, OfferState, Write, foreign, only
from bridge.ports import CodeWritten, ShopCode


class Verdict(StrEnum):
    """What an answer means for the account: done, to be tried again, or not to be left as it is."""

    DONE = "done"
    WAIT = "wait"
    RETRY = "retry"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What to record after an answer. ``sentence`` says what a person has to know, if anything."""

    was: Issued
    then: Issued
    verdict: Verdict
    sentence: str = ""


def judge(write: Write, answer: CodeWritten, owner: str, tired: bool = False) -> Outcome:
    """Compare the shop's answer with what it was told.

    ``tired``: a code that “exists already” was looked for often enough and never found, so somebody
    else holds it where we cannot see it.
    """
    was, then, now = write.was, write.then, answer.now
    if answer.exists:
        return Outcome(was, foreign(was), Verdict.RETRY, foreign(was).problem) if tired else _retry(was)
    if answer.gone:
        dead = then if then.state in EXPIRED else replace(was, state=OfferState.WITHDRAWN)
        return Outcome(was, dead, Verdict.DONE if dead is then else Verdict.RETRY)
    if answer.refusal or now is None:
        return _retry(was, f"The shop refused the code {was.code}: {answer.refusal or 'no reason given'}")
    known = replace(then, external_id=now.external_id)
    if known.state in EXPIRED:
        return _judge_end(was, known, now)
    return _judge_live(write, known, now, owner)


def _judge_end(was: Issued, then: Issued, now: ShopCode) -> Outcome:
    if now.uses and then.state is OfferState.WITHDRAWN:
        # Used in the very moment: it stays open here, so that the order finds it and it is retired.
        return Outcome(was, replace(was, external_id=now.external_id), Verdict.WAIT)
    if now.expired and (then.state is OfferState.WITHDRAWN or now.face == then.face):
        return Outcome(was, then, Verdict.DONE)
    return _retry(was, f"The shop did not expire the code {was.code} although it was told to. We try again.")


def _judge_live(write: Write, then: Issued, now: ShopCode, owner: str) -> Outcome:
    was = write.was
    if now.uses:
        return Outcome(was, then, Verdict.WAIT)
    if not only(now, then.holder):
        problem = (
            f"The shop did not tie the code {then.code} to its customer, so anybody could use it. It was expired at"
            " once. Correct the customer's e-mail address in the shop; the next code follows by itself."
        )
        return Outcome(was, replace(then, problem=problem), Verdict.UNDO, problem)
    bent = write.rules is not None and now.rules != write.rules.mark
    if now.face != then.face or now.limit != 1 or now.expired or now.owner != owner or bent:
        problem = f"The shop changed the code {then.code} while saving it, so it was expired at once. We try again."
        return Outcome(was, then, Verdict.UNDO, problem)
    return Outcome(was, then, Verdict.DONE)


def _retry(was: Issued, sentence: str = "") -> Outcome:
    return Outcome(was, replace(was, problem=sentence) if sentence else was, Verdict.RETRY, sentence)


def undo(outcome: Outcome) -> Write:
    """The write that takes a code out of the shop again which must not stay live."""
    return Write(outcome.was, replace(outcome.then, state=OfferState.WITHDRAWN))
