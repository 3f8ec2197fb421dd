<?php
/**
 * Plugin Name:          Rabattkonto
 * Description:          Takes a customer's credit off the basket by itself. The credit is kept by rabattkonto, which runs beside the shop.
 * Version:              0.1.0
 * Requires at least:    5.9
 * Requires PHP:         7.4
 * Requires Plugins:     woocommerce
 * WC requires at least: 7.2
 * WC tested up to:      10.9
 * Text Domain:          rabattkonto
 *
 * The bridge writes into each customer's meta data what the shop may show and apply. This plugin only
 * reads that and never calls the bridge, so a bridge that is away cannot slow or stop a checkout.
 */

namespace Rabattkonto;

defined( 'ABSPATH' ) || exit;

/** The bridge's host, written in when the bridge hands out this plugin for one shop. */
const BUILT_FOR = '';

const VERSION = '0.1.0';

foreach ( array( 'german', 'articles', 'tariff', 'basket', 'line', 'blocks', 'rules', 'order', 'account', 'mailbox', 'desk', 'bridge' ) as $part ) {
	require_once __DIR__ . "/$part.php";
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

/** Takes away what this plugin leaves in the database; sessions and cookies end by themselves. */
function uninstall(): void {
	delete_option( 'rabattkonto_bridge' );
	delete_option( 'rabattkonto_version' );
	Told::forget();
}

/** WordPress keeps the name of the uninstaller, so it is told once and not with every page. */
function activate(): void {
	register_uninstall_hook( __FILE__, __NAMESPACE__ . '\uninstall' );
	Told::begin();
}

/** The address of the account's tab has to be made known once; a plugin that was replaced is not activated again. */
function settle_in(): void {
	if ( VERSION !== get_option( 'rabattkonto_version' ) ) {
		update_option( 'rabattkonto_version', VERSION );
		update_option( 'woocommerce_queue_flush_rewrite_rules', 'yes' );
	}
}

/** Hooks in one of our functions; a filter whose function fails hands on what it was given. */
function on( string $hook, callable $ours, int $arguments = 1, int $priority = 10 ): void {
	add_filter( $hook, guarded( $ours ), $priority, $arguments );
}

/**
 * One of our functions such that its failure is written to WooCommerce's log and the shop goes on as if we were
 * not there. In place of its answer stands what it was given first, or what is named here.
 */
function guarded( callable $ours, $otherwise = null ): callable {
	return static function ( $given = null, ...$more ) use ( $ours, $otherwise ) {
		try {
			return $ours( $given, ...$more );
		} catch ( \Throwable $problem ) {
			report( $problem );
			return $otherwise ?? $given;
		}
	};
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
on( 'woocommerce_cart_totals_coupon_label', array( Line::class, 'label' ), 2 );
on( 'woocommerce_cart_totals_coupon_html', array( Line::class, 'add_rest' ), 2 );
on( 'woocommerce_blocks_loaded', array( Blocks::class, 'begin' ) );
on( 'woocommerce_before_cart_table', array( Basket::class, 'print_hint' ) );
on( 'woocommerce_before_checkout_form', array( Basket::class, 'print_checkout_hint' ) );
on( 'woocommerce_update_order_review_fragments', array( Basket::class, 'renew_hint' ) );
on( 'render_block_woocommerce/cart', array( Blocks::class, 'put_hint_before' ) );
on( 'render_block_woocommerce/checkout', array( Blocks::class, 'put_hint_before' ) );
on( 'wp_loaded', array( Basket::class, 'use_again' ) );

on( 'woocommerce_removed_coupon', array( Decline::class, 'note_removal' ) );
on( 'woocommerce_apply_individual_use_coupon', array( Decline::class, 'begin_giving_way' ) );
on( 'woocommerce_applied_coupon', array( Decline::class, 'note_application' ) );
on( 'woocommerce_cart_emptied', array( Decline::class, 'forget' ) );

on( 'init', array( Referral::class, 'remember' ) );
on( 'woocommerce_checkout_create_order', __NAMESPACE__ . '\write_to_order' );
on( 'woocommerce_store_api_checkout_update_order_from_request', __NAMESPACE__ . '\write_to_order' );
on( 'woocommerce_order_after_calculate_totals', array( Used::class, 'write_again' ), 2 );
on( 'woocommerce_get_order_item_totals', array( Used::class, 'add_rows' ), 2 );

on( 'woocommerce_single_product_summary', array( Promise::class, 'print_on_page' ), 1, 12 );
on( 'woocommerce_available_variation', array( Promise::class, 'put_on_variation' ), 3 );

on( 'woocommerce_get_query_vars', array( Tab::class, 'add_address' ) );
on( 'woocommerce_account_menu_items', array( Tab::class, 'add_to_menu' ) );
on( 'woocommerce_endpoint_rabattkonto_title', array( Tab::class, 'title' ) );
on( 'woocommerce_account_rabattkonto_endpoint', array( Tab::class, 'print_content' ) );
on( 'template_redirect', array( Tab::class, 'open_statement' ) );

on( 'add_meta_boxes', array( Panel::class, 'add' ) );
on( 'admin_post_rabattkonto_use_credit', array( Panel::class, 'use_credit' ) );
on( 'restrict_manage_posts', array( CouponList::class, 'print_filter' ) );
on( 'pre_get_posts', array( CouponList::class, 'narrow' ) );
on( 'admin_notices', array( Silence::class, 'print_notice' ) );
on( 'admin_init', __NAMESPACE__ . '\settle_in' );

on( 'woocommerce_gzd_customer_opted_in', array( Mailbox::class, 'note_germanized' ) );
on( 'woocommerce_rest_prepare_customer', array( Mailbox::class, 'tell_waiting' ) );
on( 'updated_user_meta', array( Mailbox::class, 'watch_german_market' ), 4 );
on( 'wgm_double_opt_in_activation_user_activated', array( Mailbox::class, 'note_german_market' ) );

on( 'rest_api_init', array( Told::class, 'listen' ) );

on( 'http_request_host_is_external', array( Bridge::class, 'allow_host' ), 3 );
on( 'http_allowed_safe_ports', array( Bridge::class, 'allow_port' ), 3 );
