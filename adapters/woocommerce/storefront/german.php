<?php
/** The plugin's texts in German, so that it needs no language pack. A translation loaded by WordPress goes first. */

namespace Rabattkonto;

defined( 'ABSPATH' ) || exit;

/** By the English that stands in the code. */
const GERMAN = array(
	'%1$s, usable from %2$s'              => '%1$s, einlösbar ab %2$s',
	'%1$s, usable from day %2$d after the payment on' => '%1$s, einlösbar ab dem %2$d. Tag nach der Zahlung',
	'%s credit for your next purchase'    => '%s Guthaben für Ihren nächsten Einkauf',
	'%s is left afterwards'               => 'danach bleiben %s',
	'%s of credit was taken off.'         => '%s Guthaben wurden abgezogen.',
	'%s, usable as soon as the order is paid' => '%s, einlösbar, sobald die Bestellung bezahlt ist',
	'Balance'                             => 'Kontostand',
	'Credit'                              => 'Guthaben',
	'Credit codes'                        => 'Guthaben-Codes',
	'Credit used'                         => 'Guthaben verrechnet',
	'From %s credit for your next purchase' => 'Ab %s Guthaben für Ihren nächsten Einkauf',
	'New credit'                          => 'Neues Guthaben',
	'Only credit codes'                   => 'Nur Guthaben-Codes',
	'Rabattkonto has been silent for %s. Customers can go on using their credit; new credit is booked when it is back. Please look whether it runs.' => 'Das Rabattkonto hat sich seit %s nicht gemeldet. Vorhandenes Guthaben kann weiter eingelöst werden; neues wird gebucht, sobald es wieder da ist. Bitte sehen Sie nach, ob es läuft.',
	'See every booking'                   => 'Alle Buchungen ansehen',
	'Take the credit off'                 => 'Guthaben abziehen',
	'The shop refused it: %s'             => 'Der Shop hat es abgelehnt: %s',
	'There is nothing to use: the order is paid, or the customer has no usable credit.' => 'Es gibt nichts einzulösen: Die Bestellung ist bezahlt, oder der Kunde hat kein einlösbares Guthaben.',
	'This customer has no credit, or none that is known here.' => 'Dieser Kunde hat kein Guthaben, oder hier ist keines bekannt.',
	'This order cannot be changed by you.' => 'Sie dürfen diese Bestellung nicht ändern.',
	'Usable now'                          => 'Jetzt einlösbar',
	'Use my credit'                       => 'Guthaben einlösen',
	'With credit codes'                   => 'Mit Guthaben-Codes',
	'Without credit codes'                => 'Ohne Guthaben-Codes',
	'You have no credit yet. It comes with your next purchase.' => 'Sie haben noch kein Guthaben. Es kommt mit Ihrem nächsten Einkauf.',
	'Your code'                           => 'Ihr Code',
	'Your credit of %s is not used for this order.' => 'Ihr Guthaben von %s wird bei dieser Bestellung nicht eingelöst.',
);

/** Filter `gettext_rabattkonto`. */
function german( $translation, $text = '' ) {
	$open = $translation === $text && 0 === strpos( determine_locale(), 'de' );
	return $open ? ( GERMAN[ $text ] ?? $translation ) : $translation;
}

