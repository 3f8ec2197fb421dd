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

/**
 * Keeps the rules that the bridge wrote on a code: which articles it may not touch, and how much of the
 * basket it may take. The shop knows neither for a fixed amount.
 *
 * Everything is computed from the goods at hand, be they a cart's or those of an order that the admin
 * calculates anew; the visitor's cart would be the wrong one there.
 */
final class Rules {

	private const KEY = '_rabattkonto_rules';

	/** What each coupon object may take of the goods that it was last asked about. */
	private static ?\SplObjectStorage $most = null;

	/** The rules on one of our codes, empty where there are none. */
	public static function of( $coupon ): array {
		if ( ! $coupon instanceof \WC_Coupon || ! Account::issued( $coupon ) ) {
			return array();
		}
		$rules = $coupon->get_meta( self::KEY );
		return is_array( $rules ) ? $rules : array();
	}

	/** Filter `woocommerce_coupon_get_items_to_apply`, asked each time before a coupon takes something off. */
	public static function leave_out( $items, $coupon = null, $discounts = null ) {
		$rules = self::of( $coupon );
		if ( ! $rules || ! $discounts instanceof \WC_Discounts ) {
			return $items;
		}
		$groups = self::groups( $discounts->get_object() );
		$usable = array();
		foreach ( (array) $items as $item ) {
			if ( ! self::is_barred( $rules, $item->product, $groups ) ) {
				$usable[] = $item;
			}
		}
		$most = self::most( $rules, $usable, $discounts );
		self::remember( $coupon, $most );
		// Asked for nothing, the shop would ask the coupon for its amount a second time: so it gets no goods.
		return $most > 0 ? $usable : array();
	}

	/** Filter `woocommerce_coupon_get_amount`. */
	public static function cap( $amount, $coupon = null ) {
		$known = $coupon instanceof \WC_Coupon && isset( self::$most[ $coupon ] );
		return $known && self::of( $coupon ) ? min( (float) $amount, self::$most[ $coupon ] ) : $amount;
	}

	/** What may be taken at most: the share of the usable goods, and what leaves enough to pay for all of them. */
	private static function most( array $rules, array $usable, \WC_Discounts $discounts ): float {
		$share = self::number( $rules, 'share' );
		$most  = self::worth( $usable, $discounts ) * ( null === $share ? 1 : $share / 100 );
		$least = self::number( $rules, 'min_payable' );
		if ( $least ) {
			$most = min( $most, self::worth( $discounts->get_items(), $discounts ) - $least );
		}
		return self::whole_cents( $most );
	}

	/** What these goods cost now that earlier coupons have taken their part. */
	private static function worth( array $items, \WC_Discounts $discounts ): float {
		return (float) array_sum( array_map( array( $discounts, 'get_discounted_price' ), $items ) );
	}

	private static function whole_cents( float $amount ): float {
		$unit = 10 ** wc_get_price_decimals();
		return floor( round( $amount * $unit, 4 ) ) / $unit;
	}

	private static function number( array $rules, string $name ): ?float {
		return is_numeric( $rules[ $name ] ?? null ) ? (float) $rules[ $name ] : null;
	}

	private static function remember( \WC_Coupon $coupon, float $most ): void {
		self::$most            = self::$most ?? new \SplObjectStorage();
		self::$most[ $coupon ] = $most;
	}

	/** Whether one rule means this article: all that it names must fit, of each list any word. */
	private static function is_barred( array $rules, $product, array $groups ): bool {
		$words = self::words( $product ) + array( 'group' => $groups );
		foreach ( (array) ( $rules['barred'] ?? array() ) as $rule ) {
			$fits = array_filter( (array) $rule, fn( $list, $kind ) => array_intersect( (array) $list, $words[ $kind ] ?? array() ), ARRAY_FILTER_USE_BOTH );
			if ( $rule && count( $fits ) === count( (array) $rule ) ) {
				return true;
			}
		}
		return false;
	}

	/** What an article is called; a variation is filed under its product. A deleted one has no names left. */
	private static function words( $product ): array {
		if ( ! $product instanceof \WC_Product ) {
			return array();
		}
		$parent = $product->get_parent_id() ? $product->get_parent_id() : $product->get_id();
		return array(
			'sku'      => array( $product->get_sku() ),
			'product'  => array( (string) $product->get_id(), (string) $parent ),
			'category' => self::terms( $parent, 'product_cat' ),
			'tag'      => self::terms( $parent, 'product_tag' ),
		);
	}

	/** Names and slugs: merchants write their rules with either. */
	private static function terms( int $product, string $taxonomy ): array {
		$terms = get_the_terms( $product, $taxonomy );
		$words = array();
		foreach ( is_array( $terms ) ? $terms : array() as $term ) {
			array_push( $words, $term->slug, html_entity_decode( $term->name, ENT_QUOTES ) );
		}
		return $words;
	}

	/** The groups of whoever buys: of an order its customer, otherwise the visitor. */
	private static function groups( $object ): array {
		$id   = $object instanceof \WC_Order ? $object->get_customer_id() : get_current_user_id();
		$user = $id ? get_userdata( $id ) : false;
		return $user ? array_values( (array) $user->roles ) : array();
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
on( 'woocommerce_coupon_get_items_to_apply', array( Rules::class, 'leave_out' ), 3 );
on( 'woocommerce_coupon_get_amount', array( Rules::class, 'cap' ), 2 );
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
