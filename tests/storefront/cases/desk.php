<?php
/** What the shop's staff see and do. */

/** An order by telephone for Anna, open on the screen. */
function phone_order(): WC_Order {
	anna_shops();
	World::$customer               = 1;
	$order                         = new WC_Order();
	$order->customer               = 3;
	return WC_Order::$in_shop[77] = $order;
}

function panel( WC_Order $order ): string {
	do_action( 'add_meta_boxes' );
	ob_start();
	( World::$boxes['rabattkonto']['print'] )( $order );
	return ob_get_clean();
}

function press( string $nonce = 'nonce-of-rabattkonto_use_credit77' ): void {
	$_GET = array( 'order' => '77', '_wpnonce' => $nonce );
	do_action( 'admin_post_rabattkonto_use_credit' );
	World::$log = array(); // Redirects and refusals are exceptions here.
}

it( "staff see a customer's credit beside the order, and the button", function () {
	$shown = panel( phone_order() );
	foreach ( array( '6,00 €', '5,00 €', 'Take the credit off', 'order=77' ) as $part ) {
		holds( $part, $shown );
	}
} );

it( 'the button takes the credit off, leaves a note, and is gone', function () {
	$order = phone_order();
	press();
	same( array( CODE ), $order->get_coupon_codes() );
	same( array( "500\u{a0}€ of credit was taken off." ), $order->notes );
	same( '/wp-admin/order-77', World::$redirect );
	$shown = panel( $order );
	holds( 'of credit was taken off', $shown );
	same( false, strpos( $shown, 'Take the credit off' ) );
} );

it( 'what the shop refuses is told in its words', function () {
	$order           = phone_order();
	$order->applying = new WP_Error();
	press();
	same( array(), $order->notes );
	holds( 'The shop refused it: The address differs.', panel( $order ) );
} );

it( 'a paid order is not lowered', function () {
	$order       = phone_order();
	$order->paid = new WC_DateTime( '2026-03-02' );
	same( false, strpos( panel( $order ), 'Take the credit off' ) );
	press();
	same( array(), $order->get_coupon_codes() );
	holds( 'There is nothing to use', panel( $order ) );
} );

it( 'neither a forged link nor somebody without the right takes credit off', function () {
	$order = phone_order();
	press( 'forged' );
	same( array(), $order->get_coupon_codes() );
	World::$may = false;
	press();
	same( array(), $order->get_coupon_codes() );
} );

it( 'an order of a guest says that nothing is known', function () {
	$order           = phone_order();
	$order->customer = 0;
	holds( 'has no credit', panel( $order ) );
} );

function coupon_query( array $vars = array() ): WP_Query {
	World::$in_admin = true;
	$query           = new WP_Query( $vars + array( 'post_type' => 'shop_coupon' ) );
	do_action( 'pre_get_posts', $query );
	return $query;
}

it( 'the list of coupons leaves our codes out until it is asked for them', function () {
	$asked = fn() => array_column( (array) ( coupon_query()->vars['meta_query'] ?? array() ), 'compare', 'key' );
	same( array( '_rabattkonto' => 'NOT EXISTS' ), $asked() );
	$_GET['rabattkonto_codes'] = 'only';
	same( array( '_rabattkonto' => 'EXISTS' ), $asked() );
	$_GET['rabattkonto_codes'] = 'all';
	same( array(), $asked() );
} );

it( 'a search finds our codes, and other lists are left alone', function () {
	same( false, isset( coupon_query( array( 's' => 'guthaben' ) )->vars['meta_query'] ) );
	same( false, isset( coupon_query( array( 'post_type' => 'product' ) )->vars['meta_query'] ) );
} );

it( 'the choice stands above the list of coupons only', function () {
	ob_start();
	do_action( 'restrict_manage_posts', 'shop_order' );
	same( '', ob_get_clean() );
	$_GET['rabattkonto_codes'] = 'only';
	ob_start();
	do_action( 'restrict_manage_posts', 'shop_coupon' );
	holds( '<option value="only" selected>', ob_get_clean() );
} );

it( 'a bridge that was silent for a day is noticed, and not a minute before', function () {
	bridge_speaks();
	same( '', printed( 'admin_notices' ) );
	World::$options['rabattkonto_told']['heard'] = time() - 2 * DAY_IN_SECONDS;
	holds( 'silent for 2 days', printed( 'admin_notices' ) );
	World::$may = false;
	same( '', printed( 'admin_notices' ) );
} );

it( 'a bridge that has never spoken is noticed a day after the plugin was activated', function () {
	same( '', printed( 'admin_notices' ) );
	do_action( 'activate_rabattkonto.php' );
	World::$options['rabattkonto_told']['heard'] -= DAY_IN_SECONDS;
	holds( 'silent for 1 days', printed( 'admin_notices' ) );
} );
