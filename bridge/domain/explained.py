"""An explained order in sentences, German and English. Pure."""

from bridge.domain import why, wording
from bridge.domain.explain import Explanation, LineOutcome, Reason, RuleOutcome, SponsorOutcome
from bridge.domain.programme import Programme
from bridge.domain.tongue import Texts, Tongue
from bridge.domain.wording_texts import TEXTS as RULES

_TEXTS: Texts = {
    **RULES,
    Reason.TEST: ("Testbestellung: Es wird nichts gebucht.", "Test order: nothing is booked."),
    Reason.BEFORE: (
        "Aufgegeben, bevor das Programm begann.",
        "Placed before the programme began.",
    ),
    Reason.DRAFT: ("Noch keine Bestellung, nur ein Entwurf.", "Not an order yet, only a draft."),
    Reason.OPEN: ("Noch nicht bezahlt.", "Not paid yet."),
    Reason.CANCELLED: ("Die Bestellung wurde storniert.", "The order was cancelled."),
    Reason.FAILED: ("Die Zahlung ist fehlgeschlagen.", "The payment failed."),
    Reason.GONE: ("Die Bestellung wurde im Shop gelöscht.", "The order was deleted in the shop."),
    Reason.NOBODY: (
        "Ohne Käufer: Die Bestellung nennt weder Kundenkonto noch E-Mail-Adresse.",
        "No buyer: the order names neither a customer nor an e-mail address.",
    ),
    Reason.EMPLOYEE: ("Bestellung eines Mitarbeiters.", "Order of an employee."),
    Reason.STOPPED: (
        "Das Budget des Zeitraums war aufgebraucht, als die Bestellung aufgegeben wurde.",
        "The budget of the period had run out when the order was placed.",
    ),
    Reason.EXCLUDED: ("Ausgeschlossen durch Regel {number}: {rule}.", "Excluded by rule {number}: {rule}."),
    Reason.RETURNED: ("Ganz zurückgegeben.", "Given back entirely."),
    Reason.NO_RULE: ("Keine Regel passt.", "No rule fits."),
    Reason.NOT_MEANT: ("gilt nicht für diesen Artikel oder Kunden", "is not meant for this article or customer"),
    Reason.MINIMUM: (
        "Bestellwert {reached} statt mindestens {needed}",
        "order value {reached} instead of at least {needed}",
    ),
    Reason.LATER: ("eine andere Regel kam zuvor", "another rule came first"),
    Reason.ROUNDED: ("{why}, gerundet null", "{why}, rounded to nothing"),
    Reason.UNQUALIFIED: (
        "Sponsor {account}: erfüllt die Bedingung nicht",
        "Sponsor {account}: does not qualify",
    ),
    "rule": ("{rule}: {what}", "{rule}: {what}"),
    "sponsor": ("Sponsor {account}: {what}", "Sponsor {account}: {what}"),
}


class Explainer:
    """Says an explanation in one language; ``programme`` is the one that governs the order, if there is one."""

    def __init__(self, language: str, currency: str, programme: Programme | None) -> None:
        self._tongue = Tongue(language, currency, _TEXTS)
        self._programme = programme

    def whole(self, explanation: Explanation) -> str:
        """Why the order as a whole earns nothing, empty where it earns."""
        return self._tongue.say(explanation.reason) if explanation.reason else ""

    def line(self, outcome: LineOutcome) -> str:
        """Why the line as a whole earns nothing, empty where it earns."""
        if outcome.reason is None:
            return ""
        rule = ""
        if outcome.exclusion and self._programme is not None:
            rule = wording.exclusion(self._programme.exclude[outcome.exclusion - 1], self._tongue)
        return self._tongue.say(outcome.reason, number=outcome.exclusion, rule=rule)

    def rule(self, outcome: RuleOutcome) -> str:
        """What a rule gave, or why it gave nothing."""
        said = ""
        if outcome.why is not None:
            said = why.sentence(outcome.why, self._tongue.language, self._tongue.currency)
        if outcome.reason is not None:
            needed, reached = self._tongue.money(outcome.needed), self._tongue.money(outcome.reached)
            said = self._tongue.say(outcome.reason, why=said, needed=needed, reached=reached)
        return self._tongue.say("rule", rule=outcome.rule, what=said)

    def sponsor(self, outcome: SponsorOutcome, account: str) -> str:
        """What a sponsor earned, or why not; ``account`` is the token that names them."""
        if outcome.why is None:
            return self._tongue.say(outcome.reason or Reason.UNQUALIFIED, account=account)
        said = why.sentence(outcome.why, self._tongue.language, self._tongue.currency)
        return self._tongue.say("sponsor", account=account, what=said)
