<?php
/** The live code in the basket: put in by itself, taken out by the customer, and what is left of it. */

namespace Rabattkonto;

defined( 'ABSPATH' ) || exit;

/** What the bridge says about a customer: whoever is logged in, unless another is named. */
final class Account {

	/** Customers cannot carry keys with a leading underscore over REST: the shop drops them silently. */
	private const KEY = 'rabattkonto';

	/** The mark that the bridge puts on every code it issues. */
	public const COUPON_KEY = '_rabattkonto';

	/** One text (balance, usable, code, statement); empty for guests and wherever nothing is known. */
	public static function text( string $field, ?int $customer = null ): string {
		$kept = get_user_meta( $customer ?? get_current_user_id(), self::KEY, true );
		$text = is_array( $kept ) ? ( $kept[ $field ] ?? '' ) : '';
		return is_string( $text ) ? $text : '';
	}

	/** The customer's live code as the shop has it, null unless it exists and is the bridge's. */
	public static function coupon( ?int $customer = null ): ?\WC_Coupon {
		$code = self::text( 'code', $customer );
		if ( '' === $code || ! class_exists( 'WC_Coupon' ) ) {
			return null;
		}
		$coupon = new \WC_Coupon( $code );
		return $coupon->get_id() && self::issued( $coupon ) ? $coupon : null;
	}

	/** Whether the bridge issued this coupon. */
	public static function issued( \WC_Coupon $coupon ): bool {
		return ! empty( $coupon->get_meta( self::COUPON_KEY ) );
	}
}

/** Keeps the live code in the basket, unless the customer has taken it out. */
final class Basket {

	private const USE_AGAIN = 'rabattkonto';

	/** In the colours of the page's text: those of themes for notices are often too pale to be read by everybody. */
	private const LOOK = 'border:1px solid;border-radius:4px;padding:.75em 1em;margin:0 0 1.5em';

	/** True while we look at the cart: other plugins may start the totals again from in there. */
	private static bool $busy = false;

	/** Adds the live code. Runs before each calculation, because every change of the goods may decide anew. */
	public static function apply( $cart ): void {
		if ( self::$busy || Decline::is_giving_way() || ! self::is_the_basket( $cart ) || ! wc_coupons_enabled() ) {
			return;
		}
		self::$busy = true;
		try {
			self::add_live_code( $cart );
		} finally {
			self::$busy = false;
		}
	}

	/**
	 * The list is set directly: `apply_coupon` would calculate the totals again from within
	 * themselves and greet the customer with a message about something nobody did.
	 */
	private static function add_live_code( \WC_Cart $cart ): void {
		$coupon = Account::coupon();
		if ( null === $coupon || Decline::covers( $coupon ) ) {
			return;
		}
		if ( $cart->has_discount( $coupon->get_code() ) ) {
			self::take_out_where_useless( $coupon, $cart );
		} elseif ( self::takes_something( $coupon, $cart ) ) {
			$cart->set_applied_coupons( array_merge( $cart->get_applied_coupons(), array( $coupon->get_code() ) ) );
		}
	}

	/** A code whose goods have left the basket would stay in it at 0.00 and count as used. */
	private static function take_out_where_useless( \WC_Coupon $coupon, \WC_Cart $cart ): void {
		$others = array_values( array_diff( $cart->get_applied_coupons(), array( $coupon->get_code() ) ) );
		if ( Rules::of( $coupon ) && ! self::takes_something( $coupon, $cart ) ) {
			$cart->set_applied_coupons( $others );
		}
	}

	/** Copies of the cart, such as those that subscriptions calculate their renewals with, are left alone. */
	private static function is_the_basket( $cart ): bool {
		return $cart instanceof \WC_Cart && function_exists( 'WC' ) && WC()->cart === $cart;
	}

	/**
	 * Whether the coupon is valid here and lowers the price after everything else has been taken off.
	 * A code that takes nothing would still count as used.
	 */
	private static function takes_something( \WC_Coupon $coupon, \WC_Cart $cart ): bool {
		$discounts = new \WC_Discounts( $cart );
		foreach ( $cart->get_coupons() as $other ) {
			if ( $other->get_code() === $coupon->get_code() ) {
				continue;
			}
			if ( $other->get_individual_use() ) {
				return false;
			}
			$discounts->apply_coupon( $other, false );
		}
		$applied = true === $discounts->apply_coupon( $coupon );
		return $applied && ( $discounts->get_discounts_by_coupon()[ $coupon->get_code() ] ?? 0 ) > 0;
	}

	/** Whether the customer has taken out credit that would lower the price of this basket. */
	public static function is_declined(): bool {
		$coupon = Account::coupon();
		$cart   = function_exists( 'WC' ) ? WC()->cart : null;
		if ( null === $coupon || ! Decline::covers( $coupon ) || ! self::is_the_basket( $cart ) ) {
			return false;
		}
		return self::takes_something( $coupon, $cart );
	}

	/** The way back for a customer who has taken the credit out, on this page or the one that is named. */
	public static function hint( string $page = '' ): string {
		$link = wp_nonce_url( add_query_arg( self::USE_AGAIN, 'use', '' === $page ? false : $page ), self::USE_AGAIN );
		/* translators: %s: an amount of money */
		$text = sprintf( __( 'Your credit of %s is not used for this order.', 'rabattkonto' ), Account::text( 'usable' ) );
		return sprintf(
			'<div class="rabattkonto" style="%s">%s <a href="%s" rel="nofollow" style="color:inherit;text-decoration:underline">%s</a></div>',
			self::LOOK,
			esc_html( $text ),
			esc_url( $link ),
			esc_html__( 'Use my credit', 'rabattkonto' )
		);
	}

	/** In the classic cart: inside the form, which the shop renews with every change. */
	public static function print_hint(): void {
		echo self::is_declined() ? '<div role="status">' . self::hint() . '</div>' : ''; // phpcs:ignore WordPress.Security.EscapeOutput -- escaped where it is built.
	}

	/** Above the classic checkout, even when empty: the frame is what the shop renews. */
	public static function print_checkout_hint(): void {
		echo self::framed_hint(); // phpcs:ignore WordPress.Security.EscapeOutput -- escaped where it is built.
	}

	/** Filter `woocommerce_update_order_review_fragments`: what is shown anew after each change in the classic checkout. */
	public static function renew_hint( $fragments ) {
		return is_array( $fragments ) ? $fragments + array( '.rabattkonto-hint' => self::framed_hint() ) : $fragments;
	}

	private static function framed_hint(): string {
		return sprintf( '<div class="rabattkonto-hint" role="status">%s</div>', self::is_declined() ? self::hint( wc_get_checkout_url() ) : '' );
	}

	/** Follows the link in the hint, then leads to the same page without it, so that a reload does nothing. */
	public static function use_again(): void {
		// phpcs:ignore WordPress.Security -- compared only, and the nonce is checked in the next line.
		if ( 'use' !== ( $_GET[ self::USE_AGAIN ] ?? '' ) || ! self::is_nonce( $_GET['_wpnonce'] ?? '' ) ) {
			return;
		}
		Decline::forget();
		wp_safe_redirect( remove_query_arg( array( self::USE_AGAIN, '_wpnonce' ) ) );
		exit;
	}

	private static function is_nonce( $nonce ): bool {
		return is_string( $nonce ) && (bool) wp_verify_nonce( $nonce, self::USE_AGAIN );
	}
}

/** Remembers, for one code and in the customer's session, that the customer took it out of the basket. */
final class Decline {

	private const MARK = 'rabattkonto_declined';

	/** True while a coupon that tolerates no other comes into the cart: then nobody declined anything. */
	private static bool $giving_way = false;

	/** The shop calculates after each coupon it drives out: adding ours again there would put it back beside the new one. */
	public static function is_giving_way(): bool {
		return self::$giving_way;
	}

	/** Whether this code is the one that was taken out. */
	public static function covers( \WC_Coupon $coupon ): bool {
		return self::code() === $coupon->get_code();
	}

	/**
	 * The shop also takes coupons out itself when they have become invalid. That is no decline: such a
	 * code may well become good again. So only one that would still be valid counts.
	 */
	public static function note_removal( $code ): void {
		$coupon = Account::coupon();
		if ( self::$giving_way || null === $coupon || ! self::same( $coupon, $code ) || ! WC()->cart ) {
			return;
		}
		if ( true === ( new \WC_Discounts( WC()->cart ) )->is_coupon_valid( $coupon ) ) {
			self::mark( $coupon->get_code() );
		}
	}

	/** Filter `woocommerce_apply_individual_use_coupon`, asked just before such a coupon drives out the others. */
	public static function begin_giving_way( $kept ) {
		self::$giving_way = true;
		return $kept;
	}

	/** A code typed in by hand is wanted, whatever was said about it before. */
	public static function note_application( $code ): void {
		self::$giving_way = false;
		if ( is_string( $code ) && '' !== $code && self::code() === strtolower( $code ) ) {
			self::forget();
		}
	}

	/**
	 * Also called when the cart is emptied: that, and not the placing of the order, is the end of a
	 * purchase. A customer whose payment failed comes back to the same cart and finds it unchanged.
	 */
	public static function forget(): void {
		self::mark( null );
	}

	/** Keeps the decision with the order, for whoever asks later why the credit was not used. */
	public static function write_to( $order ): void {
		keep_on_order( $order, '_' . self::MARK, self::code() );
	}

	private static function same( \WC_Coupon $coupon, $code ): bool {
		return is_string( $code ) && strtolower( $code ) === $coupon->get_code();
	}

	private static function code(): string {
		$session = session();
		return $session ? (string) $session->get( self::MARK, '' ) : '';
	}

	private static function mark( ?string $code ): void {
		$session = session();
		if ( $session ) {
			$session->set( self::MARK, $code );
		}
	}
}
