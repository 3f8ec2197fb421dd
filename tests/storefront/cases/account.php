<?php
/** “My account” and the totals: what customers see of their credit. */

it( 'the tab stands before the way out and is named after the programme', function () {
	$items = array( 'orders' => 'Orders', 'customer-logout' => 'Log out' );
	bridge_speaks();
	$menu = apply_filters( 'woocommerce_account_menu_items', $items );
	same( array( 'orders' => 'Orders', 'rabattkonto' => 'Rabatt-Konto', 'customer-logout' => 'Log out' ), $menu );
	same( 'rabattkonto', apply_filters( 'woocommerce_get_query_vars', array() )['rabattkonto'] );
} );

it( 'the tab shows the credit and the way to every booking', function () {
	anna_shops();
	bridge_speaks();
	$shown = printed( 'woocommerce_account_rabattkonto_endpoint' );
	foreach ( array( '6,00 €', '5,00 €', CODE, 'See every booking' ) as $part ) {
		holds( $part, $shown );
	}
	same( false, strpos( $shown, 'sig=' ) );
} );

it( 'the tab of a customer without credit says so, and opens nothing before the bridge has spoken', function () {
	World::$customer = 4;
	same( '<p>You have no credit yet. It comes with your next purchase.</p>', printed( 'woocommerce_account_rabattkonto_endpoint' ) );
} );

it( 'the way to the bookings is signed for the customer who is logged in, at the moment of the click', function () {
	anna_shops();
	bridge_speaks();
	$_GET['rabattkonto'] = 'statement';
	do_action( 'template_redirect' );
	same( true, (bool) preg_match( '~^https://bridge\.example/in/t0ken\?(customer=3&at=(\d+))&sig=([0-9a-f]{64})$~', World::$redirect, $found ) );
	same( hash_hmac( 'sha256', $found[1], 'k3y' ), $found[3] );
	same( true, abs( time() - (int) $found[2] ) < 5 );
	World::$log = array();
} );

it( 'a guest is led nowhere', function () {
	bridge_speaks();
	$_GET['rabattkonto'] = 'statement';
	do_action( 'template_redirect' );
	same( '', World::$redirect );
} );

it( 'the line of the credit tells what this basket leaves of it', function () {
	$cart   = anna_shops( 300 );
	$coupon = new WC_Coupon( CODE );
	$cart->calculate_totals();
	holds( "200\u{a0}€ is left afterwards", apply_filters( 'woocommerce_cart_totals_coupon_html', '-300', $coupon ) );
} );

it( 'where the basket takes all of it nothing is said, nor beside other coupons', function () {
	$cart = anna_shops( 2000 );
	$cart->calculate_totals();
	same( '-500', apply_filters( 'woocommerce_cart_totals_coupon_html', '-500', new WC_Coupon( CODE ) ) );
	other_coupon( 'summer', array( 'amount' => 300 ) );
	same( '-300', apply_filters( 'woocommerce_cart_totals_coupon_html', '-300', new WC_Coupon( 'summer' ) ) );
} );

it( 'the blocks are told the same, and nothing without credit in the basket', function () {
	do_action( 'woocommerce_blocks_loaded' );
	$told = WooCommerce::$told_blocks['rabattkonto'];
	$cart = anna_shops( 300 );
	same( array( 'code' => '', 'label' => '', 'declined' => false ), $told() );
	$cart->calculate_totals();
	same( array( 'code' => CODE, 'label' => "Credit (200\u{a0}€ is left afterwards)", 'declined' => false ), $told() );
} );

it( 'the script that names the line comes with the blocks', function () {
	apply_filters( 'render_block_woocommerce/checkout', '<div>' );
	same( array( 'rabattkonto-blocks' => array( 'wc-blocks-checkout', 'wp-data' ) ), World::$enqueued );
} );

it( "a mailbox that Germanized has seen proven is noted with its address, for the bridge to read", function () {
	do_action( 'woocommerce_gzd_customer_opted_in', new WP_User( 3, array( 'customer' ) ) );
	same( array( 3 => array( 'rabattkonto_mailbox' => 'customer-3@example.org' ) ), WC_Customer::$saved );
} );

it( 'German Market tells of a proven mailbox in two steps, and staff who activate an account prove nothing', function () {
	World::$roles[4] = array( 'customer' );
	do_action( 'updated_user_meta', 9, 4, '_wgm_double_opt_in_activation_status', 'activated' );
	same( array(), WC_Customer::$saved );
	do_action( 'wgm_double_opt_in_activation_user_activated' );
	same( array( 4 ), array_keys( WC_Customer::$saved ) );
} );

/** What the shop answers about this customer, or tells of them in a message. */
function told_of_customer( int $id ): array {
	$response = new class( array( 'id' => $id, 'meta_data' => array() ) ) {
		private array $data;

		public function __construct( array $data ) {
			$this->data = $data;
		}

		public function get_data() {
			return $this->data;
		}

		public function set_data( $data ) {
			$this->data = $data;
		}
	};
	return apply_filters( 'woocommerce_rest_prepare_customer', $response )->get_data()['meta_data'];
}

it( 'the bridge is told of customers whose mailbox Germanized still waits for', function () {
	World::$meta[5]['_woocommerce_activation'] = 'f00d';
	same( array( array( 'id' => 0, 'key' => 'rabattkonto_unconfirmed', 'value' => 'yes' ) ), told_of_customer( 5 ) );
	same( array(), told_of_customer( 6 ) );
} );
