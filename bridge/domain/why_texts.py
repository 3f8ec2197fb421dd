"""The wordings of explanations, German and English side by side. The words are those of the glossary."""

from bridge.domain.tongue import Texts

TEXTS: Texts = {
    "pieces": ("{pieces} × {article} × {each} = {amount}",) * 2,
    "pieces, lowered": (
        "{pieces} × {article} × {each}, im Verhältnis zum Bezahlten {amount}",
        "{pieces} × {article} × {each}, in proportion to what was paid {amount}",
    ),
    "percent": ("{article}: {percent} von {of} = {amount}", "{article}: {percent} of {of} = {amount}"),
    "percent, net": (
        "{article}: {percent} von {of} netto = {amount}",
        "{article}: {percent} of {of} net = {amount}",
    ),
    "level": (
        "Empfehlung, Ebene {level}: {percent} von {of} = {uncapped}",
        "Referral, level {level}: {percent} of {of} = {uncapped}",
    ),
    "capped": (", begrenzt auf {amount}", ", capped at {amount}"),
    "rounded": (", gerundet auf {amount}", ", rounded to {amount}"),
    "redemption": ("In Bestellung {number} verrechnet", "Counted in order {number}"),
    "redemption, by somebody else": (
        "Mit Ihrem Code in einer Bestellung verrechnet",
        "Counted in an order with your code",
    ),
    "turnover": (
        "Umsatzbonus {period}: {amount} ab {minimum} Einkaufswert",
        "Turnover bonus {period}: {amount} from {minimum} of purchases on",
    ),
    "turnover, percent": (
        "Umsatzbonus {period}: {percent} von {turnover} Einkaufswert = {amount}",
        "Turnover bonus {period}: {percent} of {turnover} of purchases = {amount}",
    ),
    "regularity": (
        "Treuebonus: bis {period} in {periods} {spans} jeweils mindestens {orders}-mal bestellt, {amount}",
        "Loyalty bonus: ordered at least {orders} × in each of {periods} {spans} up to {period}, {amount}",
    ),
    "first_order": ("Bonus für die erste Bestellung: {amount}", "Bonus for the first order: {amount}"),
    "membership": ("Mitgliedschaft, {month}: {amount}", "Membership, {month}: {amount}"),
    "expiry": ("Verfallen: {amount} nicht rechtzeitig eingelöst", "Expired: {amount} not redeemed in time"),
    "adjustment": ("Korrektur: {amount}", "Adjustment: {amount}"),
    "opening": ("Übernommenes Guthaben: {amount}", "Credit taken over: {amount}"),
    "transfer": ("Vom Gastkonto übernommen", "Taken over from the guest account"),
    "dates": ("Nur die Fristen ändern sich", "Only the dates change"),
    "returned": (
        "{article}, {pieces} Stück zurückgegeben: {delta}",
        "{article}, {pieces} returned: {delta}",
    ),
    "refunded": (
        "{article} erstattet, zurückgebucht: {delta}",
        "{article} refunded, taken back: {delta}",
    ),
    "given back": ("Guthaben aus Bestellung {number} zurück: {delta}", "Credit back from order {number}: {delta}"),
    "given back, by somebody else": (
        "Mit Ihrem Code verrechnetes Guthaben zurück: {delta}",
        "Credit that was counted with your code is back: {delta}",
    ),
    "expired less": ("Verfall zum Teil zurückgenommen: {delta}", "Expiry partly taken back: {delta}"),
    "difference": ("Neu berechnet: {now}; Unterschied {delta}", "Calculated anew: {now}; difference {delta}"),
    "difference, returned": (
        "Neu berechnet, {pieces} Stück zurückgegeben: {now}; Unterschied {delta}",
        "Calculated anew, {pieces} returned: {now}; difference {delta}",
    ),
    "undone": (
        "Zurückgebucht: Der Grund für diese Buchung ist entfallen",
        "Taken back: the reason for this entry no longer applies",
    ),
    "undone accrual": (
        "Zurückgebucht: Die Position zählt nicht mehr",
        "Taken back: the order line no longer counts",
    ),
    "undone referral": (
        "Empfehlung zurückgebucht: Die Bestellung zählt nicht mehr",
        "Referral taken back: the order no longer counts",
    ),
    "undone bonus": (
        "Bonus zurückgebucht: Die Bedingung ist nicht mehr erfüllt",
        "Bonus taken back: its condition is no longer met",
    ),
    "undone redemption": (
        "Guthaben zurück: In der Bestellung wird es nicht mehr verrechnet",
        "Credit back: it is no longer counted in the order",
    ),
    "undone expiry": ("Verfall zurückgenommen", "Expiry taken back"),
    "article": ("Artikel", "Article"),
    "half_year": ("{number}. Halbjahr {year}", "half-year {number} of {year}"),
    "month, one": ("Monat", "month"),
    "month, many": ("Monaten nacheinander", "consecutive months"),
    "quarter, one": ("Quartal", "quarter"),
    "quarter, many": ("Quartalen nacheinander", "consecutive quarters"),
    "half_year, one": ("Halbjahr", "half-year"),
    "half_year, many": ("Halbjahren nacheinander", "consecutive half-years"),
    "year, one": ("Jahr", "year"),
    "year, many": ("Jahren nacheinander", "consecutive years"),
    "unknown": ("Buchung ohne nähere Angabe", "Entry without further details"),
}
