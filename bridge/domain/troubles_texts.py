"""The wordings of troubles, German and English side by side; “…, to do” is what to do about it."""

from bridge.domain.tongue import Texts

TEXTS: Texts = {
    "unknown": ("Hier wird Ihre Entscheidung gebraucht.", "Your decision is needed here."),
    "unknown, to do": (
        "Die technische Meldung sagt, worum es geht.",
        "The technical message says what it is about.",
    ),
    # --- the shop --------------------------------------------------------------------------------
    "access lost": (
        "Der Shop nimmt unseren Schlüssel nicht mehr an.",
        "The shop no longer accepts our key.",
    ),
    "access lost, to do": (
        "Legen Sie im Shop einen neuen Schlüssel an und geben Sie ihn hier ein. Bis dahin gehen Meldungen nicht"
        " verloren, und Codes Ihrer Kunden gelten weiter.",
        "Make a new key in the shop and enter it here. Until then no message is lost, and your customers' codes"
        " stay valid.",
    ),
    "locked": (
        "Der gespeicherte Zugang zum Shop lässt sich mit dem Schlüssel dieser Installation nicht öffnen.",
        "The stored access to the shop cannot be opened with this installation's key.",
    ),
    "locked, to do": (
        "Geben Sie den Zugang neu ein, oder setzen Sie SECRET_KEY auf den früheren Wert. Die Bücher sind heil.",
        "Enter the access again, or give SECRET_KEY the value it had. The books are whole.",
    ),
    "refused": ("Der Shop lehnt unsere Anfragen ab.", "The shop refuses our requests."),
    "refused, to do": (
        "Meist fehlt dem Schlüssel das Schreibrecht, oder eine Firewall steht dazwischen. Danach jetzt abgleichen.",
        "Usually the key lacks the right to write, or a firewall is in between. After that: compare now.",
    ),
    "webhooks": (
        "Der Shop konnte nicht angewiesen werden, uns Meldungen zu schicken.",
        "The shop could not be told to send us messages.",
    ),
    "webhooks, to do": (
        "Prüfen Sie die Rechte des Schlüssels und richten Sie die Meldungen neu ein. Bis dahin fragen wir selbst"
        " nach; Buchungen kommen nur später.",
        "Check the rights of the key and set the messages up anew. Until then we ask ourselves; entries only come"
        " later.",
    ),
    "webhooks repaired": (
        "Die Meldungen des Shops waren abgeschaltet oder verstellt. Wir haben sie neu eingerichtet.",
        "The shop's messages were switched off or changed. We have set them up anew.",
    ),
    "webhooks repaired, to do": (
        "Sie müssen nichts tun: Was fehlte, wird aus dem Shop nachgelesen. Kommt es wieder, verstellt sie ein"
        " Plugin oder eine Person.",
        "There is nothing to do: what was missed is read from the shop. If it comes back, a plugin or a person"
        " changes them.",
    ),
    "away": (
        "Der Shop antwortet gerade nicht. Es geht nichts verloren: Wir fragen von selbst wieder nach.",
        "The shop does not answer at the moment. Nothing is lost: we ask again by ourselves.",
    ),
    "resting": (
        "Dieser Shop ist angehalten: Meldungen werden aufbewahrt und zurzeit nicht gebucht.",
        "This shop is on hold: messages are kept and not booked at the moment.",
    ),
    "no programme": (
        "Es gilt noch kein Programm. Ohne Programm wird nichts gebucht und nichts angeboten.",
        "No programme is in force yet. Without one nothing is booked and nothing offered.",
    ),
    "stuck": (
        "{about} Meldungen vom Shop warten schon länger als eine Viertelstunde.",
        "{about} messages from the shop have been waiting for more than a quarter of an hour.",
    ),
    "stuck, one": (
        "Eine Meldung vom Shop wartet schon länger als eine Viertelstunde.",
        "One message from the shop has been waiting for more than a quarter of an hour.",
    ),
    "stuck, to do": (
        "Läuft der Dienst noch? Sonst hilft ein Neustart; verloren geht dabei nichts.",
        "Is the service still running? Otherwise a restart helps; nothing is lost by it.",
    ),
    "attention": (
        "{about} Meldungen vom Shop konnten nicht verstanden werden.",
        "{about} messages from the shop could not be understood.",
    ),
    "attention, one": (
        "Eine Meldung vom Shop konnte nicht verstanden werden.",
        "One message from the shop could not be understood.",
    ),
    "attention, to do": (
        "Sehen Sie nach, woran es liegt, und lassen Sie sie dann noch einmal verarbeiten. Doppelt gebucht wird"
        " dadurch nie.",
        "Look at the reason, then have them processed once more. Nothing is ever booked twice by that.",
    ),
    "silent": (
        "Seit mehr als einer Stunde wurde nicht mit dem Shop abgeglichen.",
        "Nothing has been compared with the shop for more than an hour.",
    ),
    "cases": ("{about} offene Fälle warten auf Ihre Entscheidung.", "{about} open cases wait for your decision."),
    "cases, one": ("Ein offener Fall wartet auf Ihre Entscheidung.", "One open case waits for your decision."),
    "proposals": (
        "{about} Buchungen von Hand warten auf eine zweite Person.",
        "{about} entries by hand wait for a second person.",
    ),
    "proposals, one": (
        "Eine Buchung von Hand wartet auf eine zweite Person.",
        "One entry by hand waits for a second person.",
    ),
    # --- orders ----------------------------------------------------------------------------------
    "not settled": (
        "Bestellung {about} konnte nicht gebucht werden.",
        "Order {about} could not be booked.",
    ),
    "not settled, to do": (
        "Die technische Meldung nennt den Grund. Ist er im Shop behoben, gleichen Sie jetzt ab.",
        "The technical message names the reason. Once it is mended in the shop, compare now.",
    ),
    "code used twice": (
        "Auf Bestellung {about} wurde ein Code ein zweites Mal benutzt.",
        "A code was used for a second time on order {about}.",
    ),
    "code used twice, to do": (
        "Gebucht ist, was beide Bestellungen zeigen; das Konto kann dadurch unter null stehen. Stellen Sie im Shop"
        " „Lagerbestand halten (Minuten)“ ein, dann kommt es nicht wieder vor. Danach ist der Fall erledigt.",
        "Both orders are booked as they are, so the account may be below zero. Set “Hold stock (minutes)” in the"
        " shop to keep it from happening again. Then this case is done.",
    ),
    "credit not used": (
        "Von der unbezahlten Bestellung {about} konnte das Guthaben nicht abgezogen werden.",
        "The credit could not be taken off the unpaid order {about}.",
    ),
    "credit not used, to do": (
        "Meist weicht die Rechnungsadresse von der des Kontos ab. Das Guthaben bleibt erhalten; es ist nichts zu"
        " tun, solange der Kunde nicht fragt.",
        "Usually the billing address is not the account's. The credit is kept; there is nothing to do unless the"
        " customer asks.",
    ),
    "customer not told": (
        "Bei Bestellung {about} wurde Guthaben abgezogen, der Kunde konnte aber nicht benachrichtigt werden.",
        "Credit was taken off order {about}, but the customer could not be told.",
    ),
    "customer not told, to do": (
        "Schreiben Sie dem Kunden, wie viel jetzt noch zu zahlen ist.",
        "Write to the customer what is to be paid now.",
    ),
    "unknown code": (
        "Bestellung {about} trägt einen Code, der wie unserer aussieht und nie von uns ausgegeben wurde.",
        "Order {about} carries a code that looks like ours and was never issued by us.",
    ),
    "unknown code, to do": (
        "Was er abzog, steht auf keinem Konto. Klären Sie, wer ihn angelegt hat, und buchen Sie notfalls von Hand.",
        "What it took off stands on no account. Find out who made it, and make an entry by hand if needed.",
    ),
    # --- accounts --------------------------------------------------------------------------------
    "code": (
        "Der Einlösecode von {about} ist im Shop nicht so, wie er sein soll.",
        "The redemption code of {about} is not in the shop as it should be.",
    ),
    "code, to do": (
        "Wir versuchen es weiter. Bleibt der Fall, löscht oder ändert meist ein anderes Plugin unsere Codes.",
        "We go on trying. If it stays, another plugin usually deletes or changes our codes.",
    ),
    "no address": (
        "{about} hat Guthaben, aber keine E-Mail-Adresse, an die ein Code gebunden werden kann.",
        "{about} has credit, but no e-mail address that a code could be tied to.",
    ),
    "no address, to do": (
        "Tragen Sie die Adresse im Shop ein; der Code kommt dann von selbst.",
        "Enter the address in the shop; the code then comes by itself.",
    ),
    "customer deleted": (
        "{about} wurde im Shop gelöscht und hat noch Guthaben.",
        "{about} was deleted in the shop and still has credit.",
    ),
    "customer deleted, to do": (
        "Entscheiden Sie, was damit geschieht, und buchen Sie es im Konto von Hand. Angeboten wird es niemandem.",
        "Decide what becomes of it and make the entry by hand in the account. It is offered to nobody.",
    ),
    "foreign code": (
        "Im Shop gibt es einen Code, der für {about} gedacht war, aber nicht von uns stammt.",
        "The shop has a code that was meant for {about} and is not from us.",
    ),
    "foreign code, to do": (
        "Sehen Sie den Code im Shop an. Der Kunde hat inzwischen einen anderen bekommen.",
        "Look at the code in the shop. The customer has got another one meanwhile.",
    ),
    "likeness": (
        "Der Käufer sieht aus wie der Partner, der ihn empfohlen hat ({about}).",
        "The buyer looks like the partner who recommended them ({about}).",
    ),
    "likeness, to do": (
        "Ist es dieselbe Person, beenden Sie die Bindung an den Sponsor im Konto. Sonst ist der Fall erledigt.",
        "If both are one person, end the sponsorship in the account. Otherwise this case is done.",
    ),
    "erased": (
        "Eine Person wurde gelöscht, auf ihrem Konto steht noch Guthaben.",
        "A person was erased, and there is credit left on the account.",
    ),
    "erased, to do": (
        "Entscheiden Sie, was damit geschieht, und buchen Sie es im Konto von Hand.",
        "Decide what becomes of it and make the entry by hand in the account.",
    ),
    # --- people ----------------------------------------------------------------------------------
    "question": ("Ein Kunde hat eine Frage zu einer Buchung.", "A customer has a question about an entry."),
    "question, to do": (
        "Lesen Sie die Frage und antworten Sie; der Fall ist damit erledigt.",
        "Read the question and answer it; that closes this case.",
    ),
    "privacy request": (
        "Ein Kunde möchte wissen, was über ihn gespeichert ist, oder gelöscht werden.",
        "A customer wants to know what is stored about them, or to be erased.",
    ),
    "privacy request, to do": (
        "Dafür gilt eine Frist von einem Monat. Die technische Meldung nennt den Kunden und den Befehl dazu.",
        "The law gives a month for it. The technical message names the customer and the command for it.",
    ),
    "mail": (
        "Eine E-Mail an einen Kunden konnte nicht zugestellt werden.",
        "A mail to a customer could not be delivered.",
    ),
    "mail, to do": (
        "Ist die Adresse falsch, berichtigen Sie sie im Shop. Ist es der Mailserver, prüfen Sie die"
        " SMTP-Einstellungen.",
        "If the address is wrong, correct it in the shop. If it is the mail server, check the SMTP settings.",
    ),
    # --- rules -----------------------------------------------------------------------------------
    "paid table": (
        "Es ist nicht gesagt, ob „{about}“ im Shop bezahlt heißt. Solche Bestellungen buchen noch nichts.",
        "Nobody has said whether “{about}” means paid in the shop. Such orders book nothing yet.",
    ),
    "paid table, to do": (
        "Beantworten Sie die Frage einmal; die wartenden Bestellungen werden dann nachgebucht.",
        "Answer the question once; the orders that wait are booked then.",
    ),
    "budget": (
        "Das Programm hat im Zeitraum {about} mehr gekostet als sein Budget.",
        "The programme has cost more than its budget in {about}.",
    ),
    "budget, to do": (
        "Sehen Sie die Regeln an. Ob neue Bestellungen noch sammeln, sagt die technische Meldung.",
        "Look at the rules. Whether new orders still earn is said in the technical message.",
    ),
    "night": ("Eine Arbeit der Nacht ist misslungen.", "A piece of the night's work failed."),
    "night, to do": (
        "Sie wird in der nächsten Nacht wieder versucht. Bleibt der Fall, hilft die technische Meldung weiter.",
        "It is tried again next night. If it stays, the technical message says more.",
    ),
    "night, backup": ("Die Sicherung dieser Nacht ist misslungen.", "This night's backup failed."),
    "night, backup, to do": (
        "Prüfen Sie, ob der Datenträger voll ist. Ohne Sicherung sind Ihre Bücher nicht geschützt.",
        "Check whether the disk is full. Without a backup your books are not protected.",
    ),
    "night, proof of the books": (
        "Die nächtliche Prüfung der Bücher hat eine Abweichung gefunden.",
        "The nightly proof of the books found a difference.",
    ),
    "night, proof of the books, to do": (
        "Geändert wurde nichts. Bewahren Sie die letzten Sicherungen auf und wenden Sie sich an den Support.",
        "Nothing was changed. Keep the latest backups and turn to support.",
    ),
}
