<?php
/**
 * Plugin Name:          Rabattkonto
 * Description:          Takes a customer's credit off the basket by itself. The credit is kept by rabattkonto, which runs beside the shop.
 * Version:              0.1.0
 * Requires at least:    5.9
 * Requires PHP:         7.4
 * Requires Plugins:     woocommerce
 * WC requires at least: 7.2
 * WC tested up to:      10.5
 * Text Domain:          rabattkonto
 *
 * The bridge writes into each customer's meta data what the shop may show and apply. This file only
 * reads that and never calls the bridge, so a bridge that is away cannot slow or stop a checkout.
 */

namespace Rabattkonto;

defined( 'ABSPATH' ) || exit;

/** The bridge's host, written in when the bridge hands out this plugin for one shop. */
const BUILT_FOR = '';

/** Strings in German, so that one file is enough. A translation loaded by WordPress goes first. */
const GERMAN = array(
	'Credit'        => 'Guthaben',
	'Use my credit' => 'Guthaben einlösen',
	'Your credit of %s is not used for this order.' => 'Ihr Guthaben von %s wird bei dieser Bestellung nicht eingelöst.',
);

/** What the bridge says about the customer who is logged in. */
final class Account {

	/** Customers cannot carry keys with a leading underscore over REST: the shop drops them silently. */
	private const KEY = 'rabattkonto';

	/** The mark that the bridge puts on every code it issues. */
	private const COUPON_KEY = '_rabattkonto';

	/** One text (balance, usable, code, statement); empty for guests and wherever nothing is known. */
	public static function text( string $field ): string {
		$kept = get_user_meta( get_current_user_id(), self::KEY, true );
		$text = is_array( $kept ) ? ( $kept[ $field ] ?? '' ) : '';
		return is_string( $text ) ? $text : '';
	}

	/** The customer's live code as the shop has it, null unless it exists and is the bridge's. */
	public static function coupon(): ?\WC_Coupon {
		$code = self::text( 'code' );
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
		if ( null === $coupon || $cart->has_discount( $coupon->get_code() ) || Decline::covers( $coupon ) ) {
			return;
		}
		if ( self::takes_something( $coupon, $cart ) ) {
			$cart->set_applied_coupons( array_merge( $cart->get_applied_coupons(), array( $coupon->get_code() ) ) );
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
			if ( $other->get_individual_use() ) {
				return false;
			}
			$discounts->apply_coupon( $other, false );
		}
		$applied = true === $discounts->apply_coupon( $coupon );
		return $applied && ( $discounts->get_discounts_by_coupon()[ $coupon->get_code() ] ?? 0 ) > 0;
	}

	/** The way back for a customer who has taken the credit out; empty where it would change nothing. */
	public static function hint(): string {
		$coupon = Account::coupon();
		$cart   = function_exists( 'WC' ) ? WC()->cart : null;
		if ( null === $coupon || ! Decline::covers( $coupon ) || ! self::is_the_basket( $cart ) ) {
			return '';
		}
		return self::takes_something( $coupon, $cart ) ? self::hint_html( Account::text( 'usable' ) ) : '';
	}

	private static function hint_html( string $usable ): string {
		$link = wp_nonce_url( add_query_arg( self::USE_AGAIN, 'use' ), self::USE_AGAIN );
		/* translators: %s: an amount of money */
		$text = sprintf( __( 'Your credit of %s is not used for this order.', 'rabattkonto' ), $usable );
		return sprintf(
			'<div class="woocommerce-info rabattkonto" role="status">%s <a href="%s" rel="nofollow">%s</a></div>',
			esc_html( $text ),
			esc_url( $link ),
			esc_html__( 'Use my credit', 'rabattkonto' )
		);
	}

	/** Above the classic cart and checkout. */
	public static function print_hint(): void {
		echo self::hint(); // phpcs:ignore WordPress.Security.EscapeOutput -- escaped where it is built.
	}

	/** Above the cart and checkout blocks, which know no hook of their own to print at. */
	public static function put_hint_before( $block ): string {
		return self::hint() . $block;
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

	/** “Credit” in the totals, where the shop would print the code. */
	public static function label( $label, $coupon = null ) {
		$ours = $coupon instanceof \WC_Coupon && Account::issued( $coupon );
		return $ours ? esc_html__( 'Credit', 'rabattkonto' ) : $label;
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

/**
 * Lets the shop reach a bridge in the same house. WordPress refuses private addresses and unusual
 * ports to webhooks; both are opened for the bridge's own host and port and for nothing else.
 */
final class Bridge {

	/** Filter `http_request_host_is_external`. */
	public static function allow_host( $allowed, $host = '', $url = '' ) {
		return $allowed || self::is_bridge( $url );
	}

	/** Filter `http_allowed_safe_ports`. */
	public static function allow_port( $ports, $host = '', $url = '' ) {
		return self::is_bridge( $url ) ? array_merge( (array) $ports, array( self::port( $url ) ) ) : $ports;
	}

	private static function is_bridge( $url ): bool {
		$address = self::address();
		$host    = self::host( $address );
		return '' !== $host && self::host( $url ) === $host && in_array( self::port( $url ), self::ports( $address ), true );
	}

	/** Where the bridge is: a host, a host with a port, or its address in full. */
	private static function address(): string {
		$given   = defined( 'RABATTKONTO_BRIDGE' ) ? RABATTKONTO_BRIDGE : get_option( 'rabattkonto_bridge', '' );
		$address = is_string( $given ) && '' !== $given ? $given : BUILT_FOR;
		return '' === $address || false !== strpos( $address, '//' ) ? $address : '//' . $address;
	}

	/** The ports at which the bridge may be asked: the one that was named, or those of the web. */
	private static function ports( string $address ): array {
		$port = wp_parse_url( $address, PHP_URL_PORT );
		return $port ? array( $port ) : array( 80, 443 );
	}

	private static function port( $url ): int {
		$port = wp_parse_url( (string) $url, PHP_URL_PORT );
		return $port ? $port : ( 'https' === wp_parse_url( (string) $url, PHP_URL_SCHEME ) ? 443 : 80 );
	}

	private static function host( $url ): string {
		return strtolower( (string) wp_parse_url( (string) $url, PHP_URL_HOST ) );
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
}

/** Filter `gettext_rabattkonto`. */
function german( $translation, $text = '' ) {
	$open = $translation === $text && 0 === strpos( determine_locale(), 'de' );
	return $open ? ( GERMAN[ $text ] ?? $translation ) : $translation;
}

/** Orders in their own tables, and the cart and checkout blocks: both work with this plugin. */
function declare_compatibility(): void {
	$features = '\Automattic\WooCommerce\Utilities\FeaturesUtil';
	if ( ! class_exists( $features ) ) {
		return;
	}
	foreach ( array( 'custom_order_tables', 'cart_checkout_blocks' ) as $feature ) {
		$features::declare_compatibility( $feature, __FILE__, true );
	}
}

/** Takes away the one thing that this plugin leaves in the database; sessions and cookies end by themselves. */
function uninstall(): void {
	delete_option( 'rabattkonto_bridge' );
}

/** WordPress keeps the name of the uninstaller, so it is told once and not with every page. */
function activate(): void {
	register_uninstall_hook( __FILE__, __NAMESPACE__ . '\uninstall' );
}

/**
 * Hooks in one of our functions such that its failure is written to WooCommerce's log and the shop goes
 * on as if we were not there: a filter then hands on what it was given.
 */
function on( string $hook, callable $ours, int $arguments = 1 ): void {
	$safe = static function ( $given = null, ...$more ) use ( $ours ) {
		try {
			return $ours( $given, ...$more );
		} catch ( \Throwable $problem ) {
			report( $problem );
			return $given;
		}
	};
	add_filter( $hook, $safe, 10, $arguments );
}

function report( \Throwable $problem ): void {
	if ( function_exists( 'wc_get_logger' ) ) {
		wc_get_logger()->error( $problem->getMessage() . "\n" . $problem->getTraceAsString(), array( 'source' => 'rabattkonto' ) );
	}
}

register_activation_hook( __FILE__, __NAMESPACE__ . '\activate' );

on( 'before_woocommerce_init', __NAMESPACE__ . '\declare_compatibility' );
on( 'gettext_rabattkonto', __NAMESPACE__ . '\german', 2 );

on( 'woocommerce_before_calculate_totals', array( Basket::class, 'apply' ) );
on( 'woocommerce_cart_totals_coupon_label', array( Basket::class, 'label' ), 2 );
on( 'woocommerce_before_cart', array( Basket::class, 'print_hint' ) );
on( 'woocommerce_before_checkout_form', array( Basket::class, 'print_hint' ) );
on( 'render_block_woocommerce/cart', array( Basket::class, 'put_hint_before' ) );
on( 'render_block_woocommerce/checkout', array( Basket::class, 'put_hint_before' ) );
on( 'wp_loaded', array( Basket::class, 'use_again' ) );

on( 'woocommerce_removed_coupon', array( Decline::class, 'note_removal' ) );
on( 'woocommerce_apply_individual_use_coupon', array( Decline::class, 'begin_giving_way' ) );
on( 'woocommerce_applied_coupon', array( Decline::class, 'note_application' ) );
on( 'woocommerce_cart_emptied', array( Decline::class, 'forget' ) );

on( 'init', array( Referral::class, 'remember' ) );
on( 'woocommerce_checkout_create_order', __NAMESPACE__ . '\write_to_order' );
on( 'woocommerce_store_api_checkout_update_order_from_request', __NAMESPACE__ . '\write_to_order' );

on( 'http_request_host_is_external', array( Bridge::class, 'allow_host' ), 3 );
on( 'http_allowed_safe_ports', array( Bridge::class, 'allow_port' ), 3 );
