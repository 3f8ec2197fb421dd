"""The wordings of the terms, German and English side by side. Plain words: whoever reads them is a customer."""

from bridge.domain.tongue import Texts
from bridge.domain.wording_texts import TEXTS as RULES

TEXTS: Texts = {
    **RULES,
    "title": ("So funktioniert Ihr {name}", "How your {name} works"),
    "basics": ("Worum es geht", "What it is"),
    "idea": (
        "Mit Ihren Einkäufen sammeln Sie Guthaben. Es wird bei einem späteren Einkauf abgezogen.",
        "Your purchases earn you credit. It comes off a later purchase.",
    ),
    "since": ("Das gilt für Bestellungen ab {day}.", "This holds for orders placed from {day} on."),
    "earning": ("Was Sie erhalten", "What you earn"),
    "rules": (
        "Jeder Artikel einer Bestellung wird einzeln betrachtet. Es gilt die erste Regel, die auf ihn passt; eine "
        "Regel, deren Bestellwert nicht erreicht ist, wird übersprungen. Passt keine, gibt es kein Guthaben.",
        "Each article of an order is looked at by itself. The first rule that fits counts; a rule whose order "
        "value is not reached is passed over. Where none fits, no credit is earned.",
    ),
    "rules in addition": (
        "Was mit „Zusätzlich“ beginnt, kommt immer dazu, wenn es passt – auch dann, wenn sonst keine Regel passt.",
        "What begins with “In addition” is always added where it fits, even if no other rule does.",
    ),
    "no rules": (
        "Für die einzelnen Artikel gibt es keine allgemeine Regel.",
        "There is no general rule for the single articles.",
    ),
    "typed": (
        "Steht beim Artikel selbst ein Guthaben, gilt dieses je Stück anstelle der ersten passenden Regel.",
        "Where an article itself states a credit, that counts per piece instead of the first rule that fits.",
    ),
    "figures": ("So wird gerechnet", "How it is calculated"),
    "when paid": (
        "Gezählt wird, was bezahlt ist und nicht zurückgegeben wurde. Es gelten die Regeln vom Tag der Bestellung.",
        "What counts is what is paid and not given back. The rules of the day of the order apply.",
    ),
    "price, gross": (
        "Der bezahlte Preis ist der Preis mit Steuer nach allen Rabatten. Was Sie mit Guthaben bezahlen und was "
        "der Versand kostet, zählt nicht mit.",
        "The price paid is the price with tax after every discount. What you pay with credit and what shipping "
        "costs does not count.",
    ),
    "price, net": (
        "Der bezahlte Nettopreis ist der Preis ohne Steuer nach allen Rabatten. Was Sie mit Guthaben bezahlen und "
        "was der Versand kostet, zählt nicht mit.",
        "The net price paid is the price without tax after every discount. What you pay with credit and what "
        "shipping costs does not count.",
    ),
    "order value": (
        "Der Bestellwert ist, was Sie für alle Artikel der Bestellung zusammen mit Steuer bezahlt und behalten "
        "haben, ausgeschlossene Artikel eingerechnet.",
        "The order value is what you paid with tax and kept for all articles of the order, excluded ones too.",
    ),
    "pieces": (
        "Ein Betrag je Stück gilt in voller Höhe, auch wenn Sie mit Guthaben bezahlen.",
        "An amount per piece counts in full, even if you pay with credit.",
    ),
    "rounding": (
        "Bei Prozenten wird je Position einmal auf die kleinste Münze gerundet, ab der Hälfte nach oben.",
        "Percentages are rounded once per order line to the smallest coin, halves upwards.",
    ),
    "bonuses": ("Ihre Boni", "Your bonuses"),
    "bonus figures": (
        "Der Einkaufswert ist, was Sie mit Steuer bezahlt und behalten haben. Es zählt der Tag der Bestellung; "
        "gerechnet wird in Monaten, Quartalen und Jahren des Kalenders.",
        "Purchases are what you paid with tax and kept. The day of the order counts; months, quarters and years "
        "are those of the calendar.",
    ),
    "bonus available": (
        "Auch für einen Bonus läuft die Frist, nach der Guthaben einlösbar wird; sie beginnt mit der Zahlung, "
        "durch die er erreicht ist, oder am Ende seines Zeitraums.",
        "The time after which credit becomes available runs for a bonus, too; it begins with the payment that "
        "reached it, or at the end of its period.",
    ),
    "exclusions": ("Ausgeschlossene Artikel", "Excluded articles"),
    "uncounted": (
        "Was kein Guthaben bringt, zählt auch nicht für Boni und Empfehlungen.",
        "What earns no credit does not count for bonuses and referrals either.",
    ),
    "using": ("So lösen Sie Guthaben ein", "How you use credit"),
    "code": (
        "Zu Ihrem Guthaben gehört ein persönlicher Einlösecode. Was eine Bestellung übrig lässt, behalten Sie "
        "für die nächste.",
        "Your credit comes with a personal redemption code. What an order leaves over stays for the next one.",
    ),
    "lasting": ("Wie lange Guthaben gilt", "How long credit lasts"),
    "lapse": (
        "Danach verfällt, was davon übrig ist. Eingelöst wird immer zuerst, was am frühesten verfällt.",
        "What is left of it then expires. Credit that expires first is always used first.",
    ),
    "returns": ("Wenn Sie etwas zurückgeben", "If you give something back"),
    "returned pieces": (
        "Es wird genau das Guthaben zurückgebucht, das Sie für die zurückgegebenen Stücke erhalten haben. Alles "
        "andere bleibt.",
        "Exactly the credit that the returned pieces earned is taken back. Everything else stays.",
    ),
    "refund": (
        "Wird ohne Rückgabe ein Teil des Preises erstattet, sinkt das Guthaben im gleichen Verhältnis.",
        "Where a part of the price is refunded without a return, the credit shrinks in proportion.",
    ),
    "cancelled": (
        "Wird die Bestellung storniert, wird ihr Guthaben ganz zurückgebucht.",
        "Where the order is cancelled, all its credit is taken back.",
    ),
    "credit back": (
        "Haben Sie in der Bestellung Guthaben eingelöst, kommt der Teil der zurückgegebenen Artikel als Guthaben "
        "zurück.",
        "If you had used credit in the order, the part of the returned articles comes back as credit.",
    ),
    "grace": (
        "Es behält seine Frist; ist diese schon vorbei, bleiben Ihnen noch {days} Tage.",
        "It keeps its last day; if that has passed, you still have {days} days.",
    ),
    "condition lost": (
        "Ist eine Bedingung durch die Rückgabe nicht mehr erfüllt, etwa ein Mindestwert, wird auch das Guthaben "
        "zurückgebucht, das daran hing.",
        "Where a condition is no longer met after the return, a minimum for example, the credit that depended on "
        "it is taken back, too.",
    ),
    "overspent": (
        "Haben Sie zurückgebuchtes Guthaben schon eingelöst, gleicht Ihr nächstes Guthaben das aus. Sie müssen "
        "nichts zahlen.",
        "If you had already used credit that is taken back, your next credit makes up for it. You do not have to "
        "pay anything.",
    ),
    "referral": ("Wenn Sie uns empfehlen", "If you recommend us"),
    "sponsors": (
        "Bestellt jemand, den Sie geworben haben, erhalten Sie Empfehlungsguthaben: Ebene 1 sind Kunden, die Sie "
        "selbst geworben haben, Ebene 2 die von diesen geworbenen, und so weiter.",
        "When somebody you referred buys, you earn referral credit: level 1 are customers you referred yourself, "
        "level 2 those referred by them, and so on.",
    ),
    "sponsors earn with": (
        "Guthaben gibt es nur für bezahlte und behaltene Artikel, nie für das Anmelden oder Werben selbst und nie "
        "für eigene Bestellungen.",
        "Only articles that are paid and kept earn credit, never signing up or recruiting as such, and never your "
        "own orders.",
    ),
    "limits": ("Gut zu wissen", "Good to know"),
    "no cash": (
        "Guthaben ist nicht auszahlbar, nicht übertragbar und kann nicht gekauft werden.",
        "Credit cannot be paid out, transferred or bought.",
    ),
    "employees": (
        "Für Bestellungen von Mitarbeitern gibt es kein Guthaben.",
        "Orders of employees earn no credit.",
    ),
    "announced": ("Was sich ab {day} ändert", "What changes from {day} on"),
    "placed before": (
        "Für Bestellungen von vorher bleibt alles, wie es war.",
        "For orders placed before, everything stays as it was.",
    ),
    "nothing changes": ("Für Sie ändert sich nichts.", "Nothing changes for you."),
}
