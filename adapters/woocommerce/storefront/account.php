<?php
/** “My account”: the customer's credit at a glance, and the way to every booking. */

namespace Rabattkonto;

defined( 'ABSPATH' ) || exit;

/** The tab, and the signed request by which the bridge knows who was logged in here. */
final class Tab {

	/** The last part of the tab's address. */
	private const NAME = 'rabattkonto';

	private const OPEN = 'statement';

	/** Filter `woocommerce_get_query_vars`: WooCommerce makes addresses of these. */
	public static function add_address( $vars ) {
		return ! is_array( $vars ) ? $vars : $vars + array( self::NAME => self::NAME );
	}

	/** Filter `woocommerce_account_menu_items`: before the way out, which stays the last. */
	public static function add_to_menu( $items ) {
		if ( ! is_array( $items ) ) {
			return $items;
		}
		$ours = array( self::NAME => self::title() );
		$exit = array_intersect_key( $items, array( 'customer-logout' => '' ) );
		return array_diff_key( $items, $exit ) + $ours + $exit;
	}

	/** Filter `woocommerce_endpoint_rabattkonto_title`. */
	public static function title(): string {
		$name = Told::tariff()['name'] ?? '';
		return is_string( $name ) && '' !== $name ? $name : __( 'Credit', 'rabattkonto' );
	}

	/** What stands in the tab: the texts that the bridge wrote for this customer. */
	public static function print_content(): void {
		$rows = array_filter(
			array(
				__( 'Balance', 'rabattkonto' )    => Account::text( 'balance' ),
				__( 'Usable now', 'rabattkonto' ) => Account::text( 'usable' ),
				__( 'Your code', 'rabattkonto' )  => Account::text( 'code' ),
			),
			fn( $text ) => '' !== $text
		);
		// phpcs:ignore WordPress.Security.EscapeOutput -- escaped where it is built.
		echo $rows ? self::table( $rows ) : sprintf( '<p>%s</p>', esc_html__( 'You have no credit yet. It comes with your next purchase.', 'rabattkonto' ) );
		if ( '' !== self::request() ) {
			$link = add_query_arg( self::NAME, self::OPEN, wc_get_account_endpoint_url( self::NAME ) );
			printf( '<p><a class="button" href="%s" rel="nofollow">%s</a></p>', esc_url( $link ), esc_html__( 'See every booking', 'rabattkonto' ) );
		}
	}

	/** Follows the button. The request is signed now and not with the page, as it holds for a moment only. */
	public static function open_statement(): void {
		// phpcs:ignore WordPress.Security -- compared only; whoever follows the link gets into their own account.
		if ( self::OPEN !== ( $_GET[ self::NAME ] ?? '' ) || ! function_exists( 'is_account_page' ) || ! is_account_page() ) {
			return;
		}
		$request = self::request();
		if ( '' !== $request ) {
			nocache_headers();
			wp_redirect( $request ); // phpcs:ignore WordPress.Security.SafeRedirect -- the bridge's own address, told by its key.
			exit;
		}
	}

	/** The bridge's address for the customer who is logged in here; empty for guests and before it has spoken. */
	private static function request(): string {
		$way_in = Told::text( 'way_in' );
		$key    = Told::text( 'key' );
		if ( ! get_current_user_id() || '' === $way_in || '' === $key ) {
			return '';
		}
		$said = sprintf( 'customer=%d&at=%d', get_current_user_id(), time() );
		return "$way_in?$said&sig=" . hash_hmac( 'sha256', $said, $key );
	}

	private static function table( array $rows ): string {
		$html = '';
		foreach ( $rows as $name => $text ) {
			// A code is one long word, which would push the table over the edge of a phone.
			$html .= sprintf( '<tr><th scope="row">%s</th><td style="overflow-wrap:anywhere">%s</td></tr>', esc_html( $name ), esc_html( $text ) );
		}
		return '<table class="shop_table rabattkonto-account"><tbody>' . $html . '</tbody></table>';
	}
}
