<?php
/** What an order keeps of us. */

namespace Rabattkonto;

defined( 'ABSPATH' ) || exit;

/** Carries the code of a partner's link (?ref=CODE) to the order that comes of it. */
final class Referral {

	/** The name of the cookie, and of the order's meta data that the bridge reads. */
	private const KEY = 'rabattkonto_ref';

	private const DAYS = 30;

	/** Keeps the newest link's code in a cookie of the shop's own. */
	public static function remember(): void {
		$code = self::clean( $_GET['ref'] ?? '' ); // phpcs:ignore WordPress.Security -- a public link, cleaned here.
		if ( '' === $code || is_admin() || ! function_exists( 'wc_setcookie' ) ) {
			return;
		}
		wc_setcookie( self::KEY, $code, time() + self::DAYS * DAY_IN_SECONDS, is_ssl(), true );
		$_COOKIE[ self::KEY ] = $code;
	}

	/** Puts the code on an order that is being placed. */
	public static function write_to( $order ): void {
		keep_on_order( $order, self::KEY, self::clean( $_COOKIE[ self::KEY ] ?? '' ) ); // phpcs:ignore WordPress.Security
	}

	private static function clean( $text ): string {
		return is_string( $text ) && preg_match( '/^[A-Za-z0-9_-]{1,64}$/D', $text ) ? $text : '';
	}
}

/** The credit on an order: what was taken off, and what the order will earn. */
final class Used {

	/** For invoice plugins: amounts in the order's currency, with a dot. */
	private const TAKEN_KEY = '_rabattkonto_used';

	private const EARNED_KEY = '_rabattkonto_earned';

	/** Methods whose money comes after the goods: a date of payment says nothing there. */
	private const COLLECTED_LATER = array( 'cod', 'invoice', 'direct-debit', 'german_market_purchase_on_account', 'german_market_sepa_direct_debit' );

	/** What our codes took off the order with its tax, in minor units. */
	public static function on( \WC_Order $order ): int {
		$sum = 0;
		foreach ( $order->get_items( 'coupon' ) as $line ) {
			if ( Account::issued( new \WC_Coupon( $line->get_code() ) ) ) {
				$sum += Money::minor( (float) $line->get_discount() + (float) $line->get_discount_tax() );
			}
		}
		return $sum;
	}

	/** Keeps both amounts with the order, each time it is placed or calculated anew. */
	public static function write_to( $order ): void {
		if ( $order instanceof \WC_Order ) {
			self::keep( $order, self::TAKEN_KEY, self::on( $order ) );
			self::keep( $order, self::EARNED_KEY, self::earned( $order ) );
		}
	}

	/** Action `woocommerce_order_after_calculate_totals`, which hands over the order second and saves it afterwards. */
	public static function write_again( $and_taxes, $order = null ): void {
		self::write_to( $order );
	}

	/** Filter `woocommerce_get_order_item_totals`: the rows of mails, of the thank-you page and of “My account”. */
	public static function add_rows( $rows, $order = null ) {
		if ( ! is_array( $rows ) || ! $order instanceof \WC_Order ) {
			return $rows;
		}
		$taken  = self::on( $order );
		$earned = self::earned( $order );
		$ours   = array_filter(
			array(
				'rabattkonto_used'   => $taken > 0 ? self::row( __( 'Credit used', 'rabattkonto' ), Money::printed( $taken ) ) : null,
				'rabattkonto_earned' => $earned > 0 ? self::row( __( 'New credit', 'rabattkonto' ), self::usable( $order, Money::printed( $earned ) ) ) : null,
			)
		);
		return $rows + $ours;
	}

	/** Nothing for guests, nor once something was given back or cancelled: then the statement says what is left. */
	private static function earned( \WC_Order $order ): int {
		$ended = $order->has_status( array( 'cancelled', 'failed', 'refunded' ) ) || $order->get_refunds();
		return $order->get_customer_id() && ! $ended ? Tariff::of_order( $order ) : 0;
	}

	private static function usable( \WC_Order $order, string $amount ): string {
		$days = (int) ( Told::tariff()['days'] ?? 0 );
		$paid = self::paid( $order );
		if ( $paid ) {
			/* translators: 1: an amount of money, 2: a date */
			return sprintf( __( '%1$s, usable from %2$s', 'rabattkonto' ), $amount, wc_format_datetime( $paid->modify( "+$days days" ) ) );
		}
		if ( $days < 1 ) {
			/* translators: %s: an amount of money */
			return sprintf( __( '%s, usable as soon as the order is paid', 'rabattkonto' ), $amount );
		}
		/* translators: 1: an amount of money, 2: a number of days */
		return sprintf( __( '%1$s, usable from day %2$d after the payment on', 'rabattkonto' ), $amount, $days );
	}

	/** When the money came, as a copy of the order's date; null where it has not, or nobody knows. */
	private static function paid( \WC_Order $order ): ?\WC_DateTime {
		$later = in_array( $order->get_payment_method(), self::COLLECTED_LATER, true ) && ! $order->has_status( 'completed' );
		$paid  = $later ? null : $order->get_date_paid();
		return $paid ? clone $paid : null;
	}

	private static function row( string $name, string $text ): array {
		return array(
			'label' => $name . ':',
			'value' => esc_html( $text ),
		);
	}

	private static function keep( \WC_Order $order, string $key, int $amount ): void {
		keep_on_order( $order, $key, $amount > 0 ? Money::plain( $amount ) : '' );
	}
}

/** The visitor's session, null where there is none: REST, cron, or WooCommerce switched off. */
function session(): ?\WC_Session {
	$session = function_exists( 'WC' ) ? WC()->session : null;
	return $session instanceof \WC_Session ? $session : null;
}

/**
 * The block checkout uses one draft again and again, so what no longer holds is taken off it.
 * The order is saved by the checkout, right after the hooks that lead here.
 */
function keep_on_order( $order, string $key, string $text ): void {
	if ( ! $order instanceof \WC_Order ) {
		return;
	}
	if ( '' === $text ) {
		$order->delete_meta_data( $key );
	} else {
		$order->update_meta_data( $key, $text );
	}
}

function write_to_order( $order ): void {
	Decline::write_to( $order );
	Referral::write_to( $order );
	Used::write_to( $order );
}
