"""What can be wrong in a programme document, German and English side by side. Pure."""

from bridge.domain.tongue import Texts, Tongue

TEXTS: Texts = {
    "amount is a text": (
        "ein Betrag ist ein Text; schreiben Sie ihn in Anführungszeichen, wie „1.50“",
        "an amount is a text; write it in quotes, like “1.50”",
    ),
    "no amount": ("„{value}“ ist kein Betrag; schreiben Sie ihn wie „1.50“", "{english}"),
    "amount below zero": ("ein Betrag kann nicht negativ sein", "an amount cannot be negative"),
    "percentage is a text": (
        "ein Prozentsatz ist ein Text; schreiben Sie ihn in Anführungszeichen, wie „2.5“",
        "a percentage is a text; write it in quotes, like “2.5”",
    ),
    "no percentage": (
        "„{value}“ ist kein Prozentsatz; schreiben Sie ihn wie „2.5“",
        "“{value}” is not a percentage; write it like “2.5”",
    ),
    "percentage outside": (
        "„{value}“ liegt nicht zwischen 0 und 100 Prozent",
        "“{value}” is outside 0 to 100 percent",
    ),
    "no zone": (
        "„{value}“ ist keine Zeitzone; schreiben Sie sie wie „Europe/Berlin“",
        "“{value}” is not a time zone; write it like “Europe/Berlin”",
    ),
    "one measure": (
        "eine Regel braucht entweder amount oder percent, nicht beides",
        "a rule needs either amount or percent, not both",
    ),
    "kept id": (
        "die id „{id}“ ist dem am Artikel eingetragenen Guthaben vorbehalten",
        "the id “{id}” is kept for the credit typed on the article itself",
    ),
    "one measure of a bonus": (
        "ein Umsatzbonus braucht entweder amount oder percent, nicht beides",
        "a turnover bonus needs either amount or percent, not both",
    ),
    "exclusion of nothing": (
        "ein Ausschluss braucht mindestens eines von sku, product, category, tag, group",
        "an exclusion needs at least one of sku, product, category, tag, group",
    ),
    "exclusion from nothing": (
        "ein Ausschluss, der weder earn noch use betrifft, schließt nichts aus",
        "an exclusion from neither earn nor use excludes nothing",
    ),
    "doubled id": (
        "die id „{id}“ benennt zwei [[{table}]]-Regeln",
        "the id “{id}” names two [[{table}]] rules",
    ),
    "no table": ("die Tabelle [programme] fehlt", "the table [programme] is missing"),
    "no currency": (
        "„{value}“ ist keine Währung; schreiben Sie ihr ISO-Kürzel, wie „EUR“",
        "“{value}” is not a currency; write its ISO code, like “EUR”",
    ),
    "no TOML": ("das ist kein gültiges TOML: {english}", "this is not valid TOML: {english}"),
    "unknown key": ("diesen Schlüssel gibt es nicht", "this key is not known"),
    "unknown key for this kind": (
        "diesen Schlüssel gibt es bei dieser Art nicht",
        "this key is not known for this kind",
    ),
    "unknown key, near": (
        "diesen Schlüssel gibt es nicht; meinten Sie „{near}“?",
        "this key is not known; did you mean “{near}”?",
    ),
    "missing key": ("dieser Schlüssel fehlt", "this key is missing"),
    "wrong value": ("„{value}“ passt hier nicht ({english})", "{english} (found {value!r})"),
}


class Fault(ValueError):
    """Something in a document that cannot be: its name in the texts, and the facts that fill their gaps."""

    def __init__(self, name: str, **facts: object) -> None:
        self._name = name
        self._facts = facts
        super().__init__(self.said("en"))

    def said(self, language: str) -> str:
        """The sentence in “en” or else in German."""
        return Tongue(language, "EUR", TEXTS).say(self._name, **self._facts)
