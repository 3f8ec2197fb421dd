"""The wordings of the rules, German and English side by side; ``wording`` fills their gaps."""

from bridge.domain.tongue import Texts

TEXTS: Texts = {
    "all articles": ("Alle Artikel", "All articles"),
    "articles": ("Artikel {which}", "Articles {which}"),
    "sku": ("mit der Artikelnummer {names}", "with the article number {names}"),
    "product": ("mit der Produktnummer {names}", "with the product number {names}"),
    "category": ("aus der Kategorie {names}", "of the category {names}"),
    "tag": ("mit dem Schlagwort {names}", "with the tag {names}"),
    "and": (" und ", " and "),
    "group": (", nur für Kunden der Gruppe {names}", ", only for customers of the group {names}"),
    "earn": ("{what}{whom}: {measure}{minimum}", "{what}{whom}: {measure}{minimum}"),
    "earn, also": (
        "Zusätzlich – {what}{whom}: {measure}{minimum}",
        "In addition – {what}{whom}: {measure}{minimum}",
    ),
    "each": ("{amount} je Stück", "{amount} per piece"),
    "share, gross": ("{percent} vom bezahlten Preis", "{percent} of the price paid"),
    "share, net": ("{percent} vom bezahlten Nettopreis", "{percent} of the net price paid"),
    "minimum": (" (ab {amount} Bestellwert)", " (from an order value of {amount} on)"),
    "turnover": (
        "Kaufen Sie {span} für mindestens {minimum} ein, erhalten Sie {what} Guthaben{when}{whom}",
        "If you buy for at least {minimum} {span}, you earn {what} of credit{when}{whom}",
    ),
    "turnover, percent": ("{percent} dieses Einkaufswerts als", "{percent} of these purchases"),
    "turnover, reached": (", sobald die Summe erreicht ist", " as soon as the sum is reached"),
    "turnover, period_end": (", wenn der Zeitraum zu Ende ist", " when the period is over"),
    "regularity": (
        "Bestellen Sie in {periods} jeweils mindestens {orders}-mal, erhalten Sie {amount} Guthaben; "
        "danach beginnt die Zählung von vorn{whom}",
        "If you order at least {orders} × in each of {periods}, you earn {amount} of credit; "
        "after that the counting starts anew{whom}",
    ),
    "first_order": (
        "Für Ihre erste bezahlte Bestellung erhalten Sie {amount} Guthaben{whom}",
        "For your first paid order you earn {amount} of credit{whom}",
    ),
    "membership": (
        "Mit der Mitgliedschaft (Artikelnummer {names}) erhalten Sie {months} Monate lang {amount} Guthaben im "
        "Monat, ab dem Tag der Zahlung und je Kalendermonat nur einmal{whom}",
        "With the membership (article number {names}) you earn {amount} of credit a month for {months} months "
        "from the day of payment on, only once per calendar month{whom}",
    ),
    "month": ("in einem Monat", "in a month"),
    "quarter": ("in einem Quartal", "in a quarter"),
    "half_year": ("in einem Halbjahr", "in a half-year"),
    "year": ("in einem Jahr", "in a year"),
    "month, many": ("{count} Monaten nacheinander", "{count} consecutive months"),
    "quarter, many": ("{count} Quartalen nacheinander", "{count} consecutive quarters"),
    "half_year, many": ("{count} Halbjahren nacheinander", "{count} consecutive half-years"),
    "year, many": ("{count} Jahren nacheinander", "{count} consecutive years"),
    "month, one": ("einem Monat", "one month"),
    "quarter, one": ("einem Quartal", "one quarter"),
    "half_year, one": ("einem Halbjahr", "one half-year"),
    "year, one": ("einem Jahr", "one year"),
    "level, accrual": (
        "Ebene {level}: {percent} des Guthabens, das der Käufer für den Artikel erhält",
        "Level {level}: {percent} of the credit that the buyer earns for the article",
    ),
    "level, gross": (
        "Ebene {level}: {percent} vom bezahlten Preis des Artikels",
        "Level {level}: {percent} of the price paid for the article",
    ),
    "level, net": (
        "Ebene {level}: {percent} vom bezahlten Nettopreis des Artikels",
        "Level {level}: {percent} of the net price paid for the article",
    ),
    "cap": (
        "Alle Ebenen zusammen sind auf {percent} des bezahlten Preises (brutto) begrenzt und werden im gleichen "
        "Verhältnis gekürzt",
        "All levels together are capped at {percent} of the price paid (gross) and are lowered in proportion",
    ),
    "own turnover": (
        "Empfehlungsguthaben gibt es für Bestellungen eines Zeitraums nur, wenn Sie {span} – dem der Bestellung – "
        "selbst für mindestens {amount} einkaufen",
        "Referral credit for the orders of a period takes own purchases of at least {amount} {span}, "
        "namely the one of the order",
    ),
    "compression": (
        "Erfüllt jemand diese Bedingung nicht, rückt der nächste Sponsor auf dessen Ebene nach",
        "Where somebody does not qualify, the next sponsor up takes that level",
    ),
    "no compression": (
        "Erfüllt jemand diese Bedingung nicht, entfällt dessen Ebene",
        "Where somebody does not qualify, that level is lost",
    ),
    "automatic": (
        "Ihr Guthaben wird bei Ihrer nächsten Bestellung von selbst abgezogen",
        "Your credit comes off your next order by itself",
    ),
    "not automatic": (
        "Ihr Guthaben wird nicht von selbst eingelöst",
        "Your credit is not redeemed by itself",
    ),
    "offer": ("Eingelöst wird ab {amount} Guthaben", "Credit can be redeemed from {amount} on"),
    "most": (
        "Guthaben deckt höchstens {percent} vom Wert der Artikel, für die es eingelöst werden darf",
        "Credit covers at most {percent} of the value of the articles for which it may be used",
    ),
    "payable": (
        "Mindestens {amount} jeder Bestellung zahlen Sie selbst",
        "At least {amount} of every order remains for you to pay",
    ),
    "open orders": (
        "Auch auf eine noch nicht bezahlte Bestellung kann Guthaben angerechnet werden",
        "Credit may also be counted in an order that is not paid yet",
    ),
    "guests": (
        "Auch wer als Gast bestellt, kann Guthaben einlösen",
        "Guests can redeem credit, too",
    ),
    "no guests": (
        "Wer als Gast bestellt, sammelt schon Guthaben; einlösen lässt es sich mit einem Kundenkonto, dessen "
        "E-Mail-Adresse bestätigt ist",
        "Guests already earn credit; it can be redeemed with a customer account whose e-mail address is confirmed",
    ),
    "never": ("Ihr Guthaben verfällt nicht", "Your credit does not expire"),
    "expiry": (
        "Ihr Guthaben können Sie {months} Monate lang einlösen, gerechnet ab dem Tag, an dem es einlösbar wird",
        "You can redeem your credit for {months} months from the day on which it becomes available",
    ),
    "expiry, end of year": (
        "Ihr Guthaben können Sie {months} Monate lang einlösen, gerechnet ab dem Tag, an dem es einlösbar wird, "
        "und dann noch bis zum 31. Dezember desselben Jahres",
        "You can redeem your credit for {months} months from the day on which it becomes available, "
        "and then until 31 December of that year",
    ),
    "excluded, both": (
        "{what}{whom}: kein Guthaben, und Guthaben kann dafür nicht eingelöst werden",
        "{what}{whom}: no credit is earned, and none can be used",
    ),
    "excluded, earn": ("{what}{whom}: kein Guthaben", "{what}{whom}: no credit is earned"),
    "excluded, use": (
        "{what}{whom}: Guthaben kann dafür nicht eingelöst werden",
        "{what}{whom}: credit cannot be used",
    ),
    "excluded, nothing": ("{what}{whom}: keine Einschränkung", "{what}{whom}: no restriction"),
    "budget, warn": (
        "Kostet das Programm {span} mehr als {percent} des Umsatzes, wird der Händler gewarnt; für Kunden ändert "
        "sich nichts",
        "If the programme costs more than {percent} of the turnover {span}, the merchant is warned; nothing "
        "changes for customers",
    ),
    "budget, stop": (
        "Kostet das Programm {span} mehr als {percent} des Umsatzes, gibt es für Bestellungen, die danach im "
        "selben Zeitraum aufgegeben werden, kein Guthaben. Entschieden wird jeweils um Mitternacht; früher "
        "erhaltenes Guthaben bleibt",
        "If the programme costs more than {percent} of the turnover {span}, orders placed later in that period "
        "earn no credit. This is decided at midnight; credit earned before stays",
    ),
    "at once": (
        "Guthaben ist einlösbar, sobald die Bestellung bezahlt ist",
        "Credit is available as soon as the order is paid",
    ),
    "after days": (
        "Guthaben ist {days} Tage nach der Zahlung der Bestellung einlösbar, zur selben Uhrzeit",
        "Credit is available {days} days after the order was paid, at the same time of day",
    ),
}
"""Every wording of a rule. None ends in a full stop: whoever puts it on a page decides about that."""
