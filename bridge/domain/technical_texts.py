"""The wordings of technical sentences: English as the code says it, and its German. ``{gaps}`` are carried over.

The first wording that fits counts, so general ones stand below.
"""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    # --- messages that say nothing credit depends on ----------------------------------------------
    "An action names only an order; the update of that order is delivered as well.": (
        "Die Meldung nennt nur eine Bestellung; deren Änderung wird ohnehin gemeldet."
    ),
    "Codes are read from the shop when they are needed.": (
        "Codes lesen wir aus dem Shop, wenn sie gebraucht werden."
    ),
    "A deleted product keeps what its orders knew.": (
        "Was Bestellungen über einen gelöschten Artikel wussten, bleibt erhalten."
    ),
    "A draft is no order yet; the order that comes of it is delivered by itself.": (
        "Ein Entwurf ist noch keine Bestellung; wird eine daraus, meldet der Shop sie eigens."
    ),
    "A bulk operation only says that it ended; we page through orders instead.": (
        "Ein Sammelauftrag meldet nur sein Ende; wir lesen Bestellungen seitenweise."
    ),
    "What the app may do is looked at with every check of the shop.": (
        "Was die App darf, sehen wir bei jeder Prüfung des Shops nach."
    ),
    "We have no use for the topic “{topic}”.": "Das Thema „{topic}“ brauchen wir nicht.",
    "Customers {kept} and {gone} were not merged ({status}).": (
        "Die Kunden {kept} und {gone} wurden nicht zusammengelegt ({status})."
    ),
    "The shop could not build this message ({code}). If something is missing, reading the shop will find it.": (
        "Der Shop konnte diese Meldung nicht erstellen ({code}). Fehlt etwas, finden wir es beim Abgleich."
    ),
    "The shop sent this very message before; the first one counts.": (
        "Der Shop hat genau diese Meldung schon geschickt; die erste zählt."
    ),
    "a checkout that was only opened; it may never become an order": (
        "Eine Kasse, die nur geöffnet wurde; vielleicht wird nie eine Bestellung daraus."
    ),
    "the shop has to be asked, and is away": "Dazu muss der Shop gefragt werden, und er antwortet gerade nicht.",
    "a newer state of this order was read from the shop and settled": (
        "Ein neuerer Stand dieser Bestellung wurde aus dem Shop gelesen und gebucht."
    ),
    # --- messages that cannot be understood -------------------------------------------------------
    "A refund of the order cannot be understood: {problem}.": (
        "Eine Erstattung der Bestellung ist nicht zu verstehen: {problem}."
    ),
    "The message about “{topic}” cannot be understood: {problem}.": (
        "Die Meldung zu „{topic}“ ist nicht zu verstehen: {problem}."
    ),
    "The order cannot be understood: {problem}.": "Die Bestellung ist nicht zu verstehen: {problem}.",
    "The customer cannot be understood: {problem}.": "Der Kunde ist nicht zu verstehen: {problem}.",
    "The product cannot be understood: {problem}.": "Der Artikel ist nicht zu verstehen: {problem}.",
    "The {thing} cannot be understood: {problem}.": "Die Meldung ({thing}) ist nicht zu verstehen: {problem}.",
    "it is not UTF-8 text": "der Text ist nicht in UTF-8",
    "it is not JSON ({said}, at character {place})": "das ist kein JSON ({said}, an Stelle {place})",
    "it is nested too deeply": "der Inhalt ist zu tief verschachtelt",
    "a number in it is too long": "eine Zahl darin ist zu lang",
    "a date in it lies outside of the calendar": "ein Datum darin liegt außerhalb des Kalenders",
    "a date in it is none": "ein Datum darin ist keines",
    "a key in it appears twice": "ein Feld darin kommt zweimal vor",
    "{constant} is not a number": "{constant} ist keine Zahl",
    "an amount in it is not a number": "ein Betrag darin ist keine Zahl",
    "a tax rate in it is not a number": "ein Steuersatz darin ist keine Zahl",
    "a tax rate in it is not a percentage": "ein Steuersatz darin ist kein Prozentsatz",
    "an id in it is none": "eine Nummer darin ist keine",
    "a part of it is missing": "ein Teil davon fehlt",
    "it names nobody": "es ist niemand genannt",
    "it has no id": "die Nummer fehlt",
    "it has no date": "das Datum fehlt",
    "its line {line} has a negative price": "die Position {line} hat einen negativen Preis",
    "two of its lines have the same id": "zwei Positionen haben dieselbe Nummer",
    "Expected `{wanted}`, got `{found}` - at `{place}`": "bei {place} steht {found}, erwartet wird {wanted}",
    "Expected `{wanted}`, got `{found}`": "da steht {found}, erwartet wird {wanted}",
    "Object missing required field `{field}` - at `{place}`": "bei {place} fehlt das Feld {field}",
    "Object missing required field `{field}`": "das Feld {field} fehlt",
    # --- orders that need a word ------------------------------------------------------------------
    "The order is in a state we have never seen: “{status}”. Nothing was booked. It sounds like “{guess}”; say what"
    " it means with `{command}`.": (
        "Die Bestellung hat einen Status, den wir nicht kennen: „{status}“. Gebucht wurde nichts. Was er bedeutet,"
        " beantworten Sie unter „Bezahlt oder nicht“ oder mit `{command}`."
    ),
    "The order is in a state we have never seen: “{status}”. Nothing was booked. It waits for your word:"
    " `{command}` says what it means.": (
        "Die Bestellung hat einen Status, den wir nicht kennen: „{status}“. Gebucht wurde nichts. Was er bedeutet,"
        " beantworten Sie unter „Bezahlt oder nicht“ oder mit `{command}`."
    ),
    "Orders can be “{status}” in the shop (paid by “{method}”), and nobody has said whether that means money. They"
    " book nothing until `{command}` does.": (
        "Bestellungen können im Shop „{status}“ sein (Zahlart „{method}“), und niemand hat gesagt, ob damit Geld da"
        " ist. Sie buchen nichts, bis Sie es unter „Bezahlt oder nicht“ sagen oder mit `{command}`."
    ),
    "This was sent by a copy of the shop at {there}, not by {here}. It was set aside, nothing was booked. Remove"
    " our webhooks from that copy; if the shop has moved there, add it under its new address.": (
        "Das hat eine Kopie des Shops unter {there} geschickt, nicht {here}. Es wurde beiseitegelegt, gebucht wurde"
        " nichts. Entfernen Sie unsere Webhooks aus der Kopie; ist der Shop dorthin umgezogen, verbinden Sie ihn"
        " unter seiner neuen Adresse."
    ),
    "This message could not be booked because of a fault in the program ({kind}). It is kept; after an update,"
    " run it again with `rabattkonto replay`.": (
        "Diese Meldung konnte wegen eines Fehlers im Programm nicht gebucht werden ({kind}). Sie bleibt aufbewahrt;"
        " lassen Sie sie nach einem Update noch einmal verarbeiten."
    ),
    "Order {order} is in {currency}, but the accounts of this shop are kept in {kept}. Nothing was booked; its"
    " credit has to be entered by hand.": (
        "Bestellung {order} lautet auf {currency}, die Konten dieses Shops werden aber in {kept} geführt. Gebucht"
        " wurde nichts; ihr Guthaben muss von Hand gebucht werden."
    ),
    "Order {order} carries the code {code}, which looks like ours but was never issued here. What it took off was"
    " booked on nobody; find out where it comes from and enter it by hand.": (
        "Bestellung {order} trägt den Code {code}, der wie unserer aussieht, hier aber nie ausgegeben wurde. Was er"
        " abzog, ist auf niemanden gebucht; klären Sie seine Herkunft und buchen Sie von Hand."
    ),
    "The code {code} was used on order {order} although order {other} carries it already. Both are booked as they"
    " are, so the account may be below zero until the customer has earned it again. This happens where the shop"
    " holds no stock for open checkouts: set “Hold stock (minutes)” in its settings.": (
        "Der Code {code} wurde auf Bestellung {order} benutzt, obwohl Bestellung {other} ihn schon trägt. Beide"
        " sind gebucht, wie sie sind; das Konto kann unter null stehen, bis der Kunde es wieder verdient hat. Das"
        " geschieht, wo der Shop für offene Kassen keinen Lagerbestand hält: Setzen Sie „Lagerbestand halten"
        " (Minuten)“."
    ),
    "Credit was taken off order {order}, but the note with the new amount could not be written. Tell the customer"
    " what is to be paid now.": (
        "Von Bestellung {order} wurde Guthaben abgezogen, der Hinweis mit dem neuen Betrag konnte aber nicht"
        " geschrieben werden. Sagen Sie dem Kunden, was jetzt zu zahlen ist."
    ),
    "The credit could not be taken off order {order}: {reason} The order was left as it is, and it is not tried"
    " again; usually the billing address is not the account's. The credit stays.": (
        "Von Bestellung {order} konnte das Guthaben nicht abgezogen werden: {reason} Die Bestellung blieb, wie sie"
        " ist, und es wird nicht wieder versucht; meist ist die Rechnungsadresse nicht die des Kontos. Das Guthaben"
        " bleibt."
    ),
    # --- accounts and their codes -----------------------------------------------------------------
    "This customer has credit to use, but the shop knows no e-mail address to tie a code to. Enter the address in"
    " the shop; the code follows by itself.": (
        "Dieser Kunde hat einlösbares Guthaben, der Shop kennt aber keine E-Mail-Adresse, an die ein Code gebunden"
        " werden kann. Tragen Sie sie im Shop ein; der Code kommt von selbst."
    ),
    "The shop has deleted this customer, who still has credit. It stays on the account and is offered to nobody."
    " Decide what becomes of it; `rabattkonto adjust` books what you decide.": (
        "Der Shop hat diesen Kunden gelöscht, der noch Guthaben hat. Es bleibt auf dem Konto und wird niemandem"
        " angeboten. Entscheiden Sie, was damit geschieht, und buchen Sie es von Hand."
    ),
    "The owner of this account was erased, and {left} of credit are left on it. Nothing is offered any more. Decide"
    " what becomes of it; `rabattkonto adjust` books what you decide.": (
        "Der Inhaber dieses Kontos wurde gelöscht, {left} Guthaben stehen noch darauf. Angeboten wird nichts mehr."
        " Entscheiden Sie, was damit geschieht, und buchen Sie es von Hand."
    ),
    "The buyer of order {order} looks like the partner who recommended it (name or e-mail). The recommendation"
    " counts; if both are one person, end it with `rabattkonto partner bind`.": (
        "Der Käufer von Bestellung {order} sieht aus wie der Partner, der sie empfohlen hat (Name oder E-Mail). Die"
        " Empfehlung zählt; sind beide eine Person, beenden Sie die Bindung im Konto."
    ),
    "The code {code} was used in the shop, but no order that we know shows it. The next code follows once that"
    " order is here. An hour after the use was seen, all orders since the code was made are read again; if none"
    " carries it, the use counts as nobody's and the credit is offered anew. If you know that the order was"
    " deleted: `{command}`.": (
        "Der Code {code} wurde im Shop benutzt, aber keine Bestellung zeigt ihn, die wir kennen. Der nächste Code"
        " folgt, sobald sie da ist. Eine Stunde nach der Benutzung lesen wir alle Bestellungen seit Anlage des"
        " Codes noch einmal; trägt keine ihn, zählt die Benutzung nicht, und das Guthaben wird neu angeboten."
        " Wissen Sie, dass die Bestellung gelöscht wurde: `{command}`."
    ),
    "The shop refused the code {code}: {reason}": "Der Shop lehnte den Code {code} ab: {reason}",
    "no reason given": "ohne Begründung",
    "The shop did not expire the code {code} although it was told to. We try again.": (
        "Der Shop ließ den Code {code} nicht ablaufen, obwohl wir es verlangt haben. Wir versuchen es wieder."
    ),
    "The shop did not tie the code {code} to its customer, so anybody could use it. It was expired at once."
    " Correct the customer's e-mail address in the shop; the next code follows by itself.": (
        "Der Shop band den Code {code} nicht an seinen Kunden, jeder hätte ihn benutzen können. Wir ließen ihn"
        " sofort ablaufen. Berichtigen Sie die E-Mail-Adresse des Kunden im Shop; der nächste Code kommt von"
        " selbst."
    ),
    "The shop changed the code {code} while saving it, so it was expired at once. We try again.": (
        "Der Shop änderte den Code {code} beim Speichern, wir ließen ihn deshalb sofort ablaufen. Wir versuchen es"
        " wieder."
    ),
    "The shop has a code {code} that is not ours. It was left alone, and the customer gets another code; rename or"
    " delete it in the shop if nobody knows it.": (
        "Im Shop gibt es einen Code {code}, der nicht von uns ist. Wir ließen ihn in Ruhe, der Kunde bekommt einen"
        " anderen; benennen Sie ihn im Shop um oder löschen Sie ihn, wenn ihn niemand kennt."
    ),
    # --- webhooks ---------------------------------------------------------------------------------
    "{found} They were made anew; what was missed meanwhile is read from the shop.": (
        "{found} Wir haben die Meldungen neu eingerichtet; was inzwischen fehlte, wird aus dem Shop gelesen."
    ),
    "The shop does not tell us about: {topics}.": "Der Shop meldet uns nichts zu: {topics}.",
    "The shop has stopped telling us about: {topics} (after seven failures in a row).": (
        "Der Shop meldet uns nichts mehr zu: {topics} (nach sieben Fehlschlägen in Folge)."
    ),
    "The shop tells us twice about: {topics}.": "Der Shop meldet doppelt: {topics}.",
    "A webhook of ours was turned to another address, so what it tells goes to somebody else.": (
        "Einer unserer Webhooks zeigt auf eine andere Adresse; was er meldet, geht an jemand anderen."
    ),
    "A subscription of ours leads to another address, so what it tells goes to somebody else.": (
        "Eines unserer Abonnements zeigt auf eine andere Adresse; was es meldet, geht an jemand anderen."
    ),
    "The webhooks could not be made: {problem} `rabattkonto shop check` says what is missing.": (
        "Die Webhooks konnten nicht angelegt werden: {problem} `rabattkonto shop check` sagt, was fehlt."
    ),
    "The shop is told to send to {address}, which only this machine can reach. If the shop runs elsewhere, set"
    " PUBLIC_URL to an address that it can reach.": (
        "Der Shop soll an {address} melden, was nur dieser Rechner erreicht. Läuft der Shop anderswo, setzen Sie"
        " PUBLIC_URL auf eine Adresse, die er erreicht."
    ),
    "The shop is {status}, so it is not read; `rabattkonto shop list` shows it.": (
        "Der Shop ist angehalten ({status}) und wird deshalb nicht gelesen."
    ),
    # --- access -----------------------------------------------------------------------------------
    "The access to this shop cannot be opened with the keys at hand. The books are whole and can be read. Give"
    " SECRET_KEY (or secret.key in the data folder) the key it had, or enter the access again: {command}": (
        "Der Zugang zu diesem Shop lässt sich mit den vorhandenen Schlüsseln nicht öffnen. Die Bücher sind heil und"
        " lesbar. Geben Sie SECRET_KEY (oder secret.key im Datenordner) den früheren Schlüssel, oder geben Sie den"
        " Zugang neu ein: {command}"
    ),
    "The app was uninstalled in Shopify, so nothing can be read or written there any more. Install it again, or"
    " remove the shop here with `{command}`.": (
        "Die App wurde in Shopify entfernt; dort lässt sich nichts mehr lesen oder schreiben. Installieren Sie sie"
        " wieder, oder entfernen Sie den Shop hier mit `{command}`."
    ),
    "The app lacks the scopes {scopes}. Add them to a version of the app in the Dev Dashboard, release it, and"
    " install it in the shop again.": (
        "Der App fehlen die Rechte {scopes}. Geben Sie sie im Dev Dashboard einer Version der App,"
        " veröffentlichen Sie diese, und installieren Sie sie im Shop neu."
    ),
    "Coupons are switched off in the shop, so no credit can be used there. Nothing is lost; switch them on in the"
    " shop's settings and the codes follow by themselves.": (
        "Gutscheine sind im Shop abgeschaltet, dort kann also kein Guthaben eingelöst werden. Verloren ist nichts;"
        " schalten Sie sie in den Einstellungen des Shops ein, dann folgen die Codes von selbst."
    ),
    "The shop's address cannot be used. Write it like https://shop.example.": (
        "Die Adresse des Shops ist nicht zu gebrauchen. Schreiben Sie sie wie https://shop.example."
    ),
    "The shop's address must not hold a user name: write {address}.": (
        "Die Adresse des Shops darf keinen Benutzernamen enthalten: Schreiben Sie {address}."
    ),
    "{host} is not called without https, as the key would travel in the open. {hint}": (
        "{host} wird nicht ohne https aufgerufen, sonst wäre der Schlüssel unterwegs lesbar. {hint}"
    ),
    "{host} is not called on port {port}. {hint}": "{host} wird nicht auf Port {port} aufgerufen. {hint}",
    "{host} resolves to an address that is not public. Nothing was sent. {hint}": (
        "{host} führt zu einer Adresse, die nicht öffentlich ist. Gesendet wurde nichts. {hint}"
    ),
    "If it is your own shop, add “{host}” to ALLOW_PRIVATE_SHOPS.": (
        "Ist es Ihr eigener Shop, nehmen Sie „{host}“ in ALLOW_PRIVATE_SHOPS auf."
    ),
    # --- programme, night, mail, requests ----------------------------------------------------------
    "The programme has cost {cost} of {turnover} in {period}, more than its budget: orders placed from now on in"
    " this period earn nothing.": (
        "Das Programm hat im Zeitraum {period} bei {turnover} Umsatz {cost} gekostet, mehr als sein Budget:"
        " Bestellungen, die ab jetzt in diesem Zeitraum eingehen, sammeln nichts."
    ),
    "The programme has cost {cost} of {turnover} in {period}, more than its budget. Nothing was stopped; look at"
    " the rules.": (
        "Das Programm hat im Zeitraum {period} bei {turnover} Umsatz {cost} gekostet, mehr als sein Budget."
        " Angehalten wurde nichts; sehen Sie die Regeln an."
    ),
    "The {work} of this night failed: {problem}": "Eine Arbeit dieser Nacht ist misslungen ({work}): {problem}",
    "look at the budget": "Blick auf das Budget",
    "backup": "Sicherung",
    "throwing away of old raw messages": "Wegwerfen alter Rohmeldungen",
    "count of the months": "Zählung der Monate",
    "throwing away of old mails": "Wegwerfen alter E-Mails",
    "forgetting of old answers to programs": "Vergessen alter Antworten an Programme",
    "proof of the books": "Prüfung der Bücher",
    "figures": "Kennzahlen",
    "look at the shops' access": "Blick auf die Zugänge",
    "announced end": "angekündigtes Ende",
    "A mail could not be delivered and was given up. {problem}": (
        "Eine E-Mail konnte nicht zugestellt werden und wurde aufgegeben. {problem}"
    ),
    "The mail server could not be used: {said}": "Der Mailserver war nicht zu gebrauchen: {said}",
    "The mail server refused it: {said}": "Der Mailserver hat sie abgelehnt: {said}",
    "It cannot be sent: {said}": "Sie lässt sich nicht senden: {said}",
    "A customer asks about entry {entry}. Read and answer it on the page {page}.": (
        "Ein Kunde fragt nach Buchung {entry}. Lesen und beantworten Sie es auf der Seite {page}."
    ),
    "Customer {customer} asks what is stored of them. `{command}` prints it and closes this; send it to them by"
    " {until}.": (
        "Kunde {customer} möchte wissen, was über ihn gespeichert ist. `{command}` gibt es aus und schließt den"
        " Fall; schicken Sie es ihm bis zum {until}."
    ),
    "without a number": "ohne Nummer",
    "A request to erase a person cannot be carried out by itself: {problem}": (
        "Eine Bitte um Löschung kann nicht von selbst ausgeführt werden: {problem}"
    ),
    "Several customers of the shop have this address. Nothing was done; name one by --customer.": (
        "Mehrere Kunden des Shops haben diese Adresse. Getan wurde nichts; nennen Sie einen mit --customer."
    ),
    # --- rows of a list ---------------------------------------------------------------------------
    "Credit cannot be below zero.": "Guthaben kann nicht unter null sein.",
    "The column “{name}” is empty.": "Die Spalte „{name}“ ist leer.",
    "“{text}” is no amount in {currency}; write it like 12.50 or 12,50.": (
        "„{text}“ ist kein Betrag in {currency}; schreiben Sie ihn wie 12,50."
    ),
    "“{text}” is no number.": "„{text}“ ist keine Zahl.",
    "“{text}” is no date; write it like 2026-12-31 or 31.12.2026.": (
        "„{text}“ ist kein Datum; schreiben Sie es wie 31.12.2026."
    ),
    # --- what the shop answered -------------------------------------------------------------------
    "An order vanished while it was read. We ask again later.": (
        "Eine Bestellung verschwand, während wir sie lasen. Wir fragen später wieder."
    ),
    "An answer of the shop cannot be understood: {problem}. We ask again later.": (
        "Eine Antwort des Shops ist nicht zu verstehen: {problem}. Wir fragen später wieder."
    ),
    "The shop lets us ask no more for now. We ask again later.": (
        "Der Shop lässt uns gerade nicht weiter fragen. Wir fragen später wieder."
    ),
    "The shop described itself in a form that we do not know. We ask again later.": (
        "Der Shop beschrieb sich in einer Form, die wir nicht kennen. Wir fragen später wieder."
    ),
    "The shop's tax rates cannot be read: one is not a percentage. We ask again later.": (
        "Die Steuersätze des Shops sind nicht zu lesen: Einer ist kein Prozentsatz. Wir fragen später wieder."
    ),
    "Shopify gave no token in a form that we know. We ask again later.": (
        "Shopify gab keinen Zugang in einer Form, die wir kennen. Wir fragen später wieder."
    ),
    "Another process has been renewing the access to this shop for too long. We ask again later.": (
        "Ein anderer Prozess erneuert den Zugang zu diesem Shop schon zu lange. Wir fragen später wieder."
    ),
    "The answer to {what} is larger than {size} bytes; it was dropped.": (
        "Die Antwort auf {what} ist größer als {size} Bytes; sie wurde verworfen."
    ),
    "The answer to {what} took longer than {seconds} seconds.": (
        "Die Antwort auf {what} brauchte länger als {seconds} Sekunden."
    ),
    "{what} is redirected to {target}. We do not follow, as the key must not travel on. Enter the shop's final"
    " address.": (
        "{what} wird nach {target} umgeleitet. Wir folgen nicht, denn der Schlüssel darf nicht weiterwandern. Geben"
        " Sie die endgültige Adresse des Shops ein."
    ),
    "{what} was answered with something else than data: {problem}. Often this is a page of a firewall or of a shop"
    " under maintenance. We ask again later.": (
        "Auf {what} kam etwas anderes als Daten: {problem}. Oft ist das die Seite einer Firewall oder eines Shops"
        " in Wartung. Wir fragen später wieder."
    ),
    "{what} was answered with something else than a list. We ask again later.": (
        "Auf {what} kam etwas anderes als eine Liste. Wir fragen später wieder."
    ),
    "{what} was not answered item by item. We look again later.": (
        "Auf {what} kam keine Antwort Stück für Stück. Wir sehen später wieder nach."
    ),
    "{what} was answered with nothing. We ask again later.": "Auf {what} kam nichts. Wir fragen später wieder.",
    "{what} was answered without data. We ask again later.": (
        "Auf {what} kam eine Antwort ohne Daten. Wir fragen später wieder."
    ),
    "{what} costs more points than the shop ever gives.": "{what} kostet mehr Punkte, als der Shop je gibt.",
    "{what} was answered with 401: Shopify no longer accepts our access. ({said})": (
        "Auf {what} kam 401: Shopify nimmt unseren Zugang nicht mehr an. ({said})"
    ),
    "{what} was answered with 401: Shopify no longer accepts our access.": (
        "Auf {what} kam 401: Shopify nimmt unseren Zugang nicht mehr an."
    ),
    "{what} was answered with 402: the shop is frozen until its owner pays Shopify.": (
        "Auf {what} kam 402: Der Shop ist gesperrt, bis sein Inhaber Shopify bezahlt."
    ),
    "{what} was answered with 403: the app may not do this. ({said})": (
        "Auf {what} kam 403: Die App darf das nicht. ({said})"
    ),
    "{what} was answered with 403: the app may not do this.": "Auf {what} kam 403: Die App darf das nicht.",
    "{what} was answered with 404: there is no shop at this address. Use the one that ends in .myshopify.com.": (
        "Auf {what} kam 404: Unter dieser Adresse gibt es keinen Shop. Nehmen Sie die, die auf .myshopify.com"
        " endet."
    ),
    "{what} was answered with 423: Shopify has locked the shop. Ask its support.": (
        "Auf {what} kam 423: Shopify hat den Shop gesperrt. Fragen Sie dort den Support."
    ),
    "{said}: the shop does not accept our key. Make a new one that may read and write.": (
        "{said}: Der Shop nimmt unseren Schlüssel nicht an. Legen Sie einen neuen an, der lesen und schreiben darf."
    ),
    "{said}: the shop is busy. We ask again later.": "{said}: Der Shop ist beschäftigt. Wir fragen später wieder.",
    "{said}: the shop has a fault. We ask again later.": (
        "{said}: Im Shop ist ein Fehler aufgetreten. Wir fragen später wieder."
    ),
    "{said}: the app lacks a scope. Add it in the Dev Dashboard, then install it again.": (
        "{said}: Der App fehlt ein Recht. Geben Sie es ihr im Dev Dashboard, und installieren Sie sie neu."
    ),
    "{what} failed: {hint}. We ask again later.": "{what} misslang: {hint}. Wir fragen später wieder.",
    "its certificate cannot be verified; for a certificate authority of your own set REQUESTS_CA_BUNDLE": (
        "das Zertifikat ist nicht zu prüfen; für eine eigene Zertifizierungsstelle setzen Sie REQUESTS_CA_BUNDLE"
    ),
    "the proxy named in HTTPS_PROXY does not pass it on": "der Proxy aus HTTPS_PROXY leitet die Anfrage nicht"
    " weiter",
    "it does not accept a connection in time": "der Shop nimmt keine Verbindung an",
    "no answer came in time": "es kam nicht rechtzeitig eine Antwort",
    "the connection failed": "die Verbindung kam nicht zustande",
    "the answer broke off": "die Antwort brach ab",
    "{what} was answered with {status} ({words}).": "Auf {what} kam die Antwort {status} ({words}).",
    "{what} was answered with {status} ({words})": "Auf {what} kam die Antwort {status} ({words})",
    "{what} was answered with {status}.": "Auf {what} kam die Antwort {status}.",
    "{what} was answered with {status}": "Auf {what} kam die Antwort {status}",
}
