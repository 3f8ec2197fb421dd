<?php
/** What the shop's staff see: a customer's credit beside an order, a coupon list without our codes, our silence. */

namespace Rabattkonto;

defined( 'ABSPATH' ) || exit;

/** The panel on the order screen: what the customer has, and the credit for orders by telephone. */
final class Panel {

	private const ACTION = 'rabattkonto_use_credit';

	/** Both order screens: that of orders in their own tables, and the older one. */
	public static function add(): void {
		$screens = array_unique( array( 'shop_order', function_exists( 'wc_get_page_screen_id' ) ? wc_get_page_screen_id( 'shop-order' ) : 'shop_order' ) );
		add_meta_box( 'rabattkonto', __( 'Credit', 'rabattkonto' ), guarded( array( self::class, 'print_panel' ) ), $screens, 'side' );
	}

	/** The customer's credit, the last refusal, and the button where it can do something. */
	public static function print_panel( $shown ): void {
		$order = $shown instanceof \WC_Order ? $shown : wc_get_order( $shown->ID ?? 0 );
		if ( ! $order instanceof \WC_Order ) {
			return;
		}
		$customer = $order->get_customer_id();
		$balance  = Account::text( 'balance', $customer );
		if ( '' === $balance ) {
			printf( '<p>%s</p>', esc_html__( 'This customer has no credit, or none that is known here.', 'rabattkonto' ) );
			return;
		}
		self::row( __( 'Balance', 'rabattkonto' ), $balance );
		self::row( __( 'Usable now', 'rabattkonto' ), Account::text( 'usable', $customer ) );
		self::row( __( 'Credit used', 'rabattkonto' ), Money::printed( Used::on( $order ) ) );
		self::print_answer( $order );
		self::print_button( $order );
	}

	/** Puts the customer's code on the order. Comes from the button, leads back to the order. */
	public static function use_credit(): void {
		if ( ! function_exists( 'wc_get_order' ) ) {
			return;
		}
		$id = absint( $_GET['order'] ?? 0 ); // phpcs:ignore WordPress.Security -- the nonce is checked in the next line.
		check_admin_referer( self::ACTION . $id );
		$order = wc_get_order( $id );
		if ( ! $order instanceof \WC_Order || ! current_user_can( 'edit_shop_orders' ) ) {
			wp_die( esc_html__( 'This order cannot be changed by you.', 'rabattkonto' ), '', array( 'response' => 403 ) );
		}
		set_transient( self::ACTION . $id, self::put_on( $order ), MINUTE_IN_SECONDS );
		wp_safe_redirect( $order->get_edit_order_url() );
		exit;
	}

	/** What came of it, as a sentence for staff. */
	private static function put_on( \WC_Order $order ): string {
		$coupon = Account::coupon( $order->get_customer_id() );
		if ( null === $coupon || ! self::is_open( $order ) ) {
			return __( 'There is nothing to use: the order is paid, or the customer has no usable credit.', 'rabattkonto' );
		}
		$done = $order->apply_coupon( $coupon );
		if ( is_wp_error( $done ) ) {
			/* translators: %s: the reason, in the shop's own words */
			return sprintf( __( 'The shop refused it: %s', 'rabattkonto' ), wp_strip_all_tags( $done->get_error_message() ) );
		}
		/* translators: %s: an amount of money */
		$said = sprintf( __( '%s of credit was taken off.', 'rabattkonto' ), Money::printed( Used::on( $order ) ) );
		$order->add_order_note( $said, 0, true );
		return $said;
	}

	/** A paid order's total must not fall, as no money would flow. */
	private static function is_open( \WC_Order $order ): bool {
		return ! $order->get_date_paid() && $order->has_status( array( 'auto-draft', 'pending', 'on-hold' ) );
	}

	private static function print_answer( \WC_Order $order ): void {
		$said = get_transient( self::ACTION . $order->get_id() );
		if ( is_string( $said ) && '' !== $said ) {
			printf( '<p role="status"><strong>%s</strong></p>', esc_html( $said ) );
		}
	}

	private static function print_button( \WC_Order $order ): void {
		$coupon = Account::coupon( $order->get_customer_id() );
		if ( null === $coupon || ! self::is_open( $order ) || in_array( $coupon->get_code(), $order->get_coupon_codes(), true ) ) {
			return;
		}
		$link = wp_nonce_url( admin_url( 'admin-post.php?action=' . self::ACTION . '&order=' . $order->get_id() ), self::ACTION . $order->get_id() );
		printf( '<p><a class="button" href="%s">%s</a></p>', esc_url( $link ), esc_html__( 'Take the credit off', 'rabattkonto' ) );
	}

	private static function row( string $name, string $text ): void {
		printf( '<p>%s: <strong>%s</strong></p>', esc_html( $name ), esc_html( $text ) );
	}
}

/** Hundreds of our codes would bury the merchant's own coupons, so their list leaves ours out until it is asked. */
final class CouponList {

	private const FILTER = 'rabattkonto_codes';

	/** The choice above the list. */
	public static function print_filter( $type ): void {
		if ( 'shop_coupon' !== $type ) {
			return;
		}
		$choices = array(
			''     => __( 'Without credit codes', 'rabattkonto' ),
			'only' => __( 'Only credit codes', 'rabattkonto' ),
			'all'  => __( 'With credit codes', 'rabattkonto' ),
		);
		printf( '<select name="%s" aria-label="%s">', esc_attr( self::FILTER ), esc_attr__( 'Credit codes', 'rabattkonto' ) );
		foreach ( $choices as $value => $name ) {
			printf( '<option value="%s"%s>%s</option>', esc_attr( $value ), $value === self::chosen() ? ' selected' : '', esc_html( $name ) );
		}
		echo '</select>';
	}

	/** Whoever searches means all of them. */
	public static function narrow( $query ): void {
		if ( ! $query instanceof \WP_Query || ! is_admin() || ! $query->is_main_query() || 'shop_coupon' !== $query->get( 'post_type' ) ) {
			return;
		}
		$compare = array( '' => 'NOT EXISTS', 'only' => 'EXISTS' )[ self::chosen() ] ?? '';
		if ( '' === $compare || ( '' === self::chosen() && $query->get( 's' ) ) ) {
			return;
		}
		$known = array_filter( (array) $query->get( 'meta_query' ) );
		$query->set( 'meta_query', array_merge( $known, array( array( 'key' => Account::COUPON_KEY, 'compare' => $compare ) ) ) );
	}

	private static function chosen(): string {
		$chosen = $_GET[ self::FILTER ] ?? ''; // phpcs:ignore WordPress.Security -- compared only.
		return in_array( $chosen, array( 'only', 'all' ), true ) ? $chosen : '';
	}
}

/** A day without a word from the bridge: somebody has to look. Codes that are live go on working meanwhile. */
final class Silence {

	/** At the top of the admin's pages, for those who can do something about it. */
	public static function print_notice(): void {
		$since = Told::heard();
		if ( ! $since || time() - $since < DAY_IN_SECONDS || ! current_user_can( 'manage_woocommerce' ) ) {
			return;
		}
		$text = sprintf(
			/* translators: %s: a span of time, like “2 days” */
			__( 'Rabattkonto has been silent for %s. Customers can go on using their credit; new credit is booked when it is back. Please look whether it runs.', 'rabattkonto' ),
			human_time_diff( $since )
		);
		printf( '<div class="notice notice-warning"><p>%s</p></div>', esc_html( $text ) );
	}
}
