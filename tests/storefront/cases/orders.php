<?php
/** What orders say of credit: the rows of mails, and the meta data for invoice plugins. */

/** Anna bought two TEEs for 39.98 and a mug for 10.00; 5.00 of credit was taken off. */
function annas_order(): WC_Order {
	anna_shops();
	bridge_speaks();
	$order           = new WC_Order();
	$order->customer = 3;
	$order->sell( article( array( 'id' => 5, 'sku' => 'TEE' ) ), 2, 3360, 638 )->sell( article( array( 'id' => 6 ) ), 1, 840, 160 );
	$order->apply_coupon( new WC_Coupon( CODE ) );
	return $order;
}

function rows( WC_Order $order ): array {
	$rows = apply_filters( 'woocommerce_get_order_item_totals', array( 'order_total' => array( 'value' => 'x' ) ), $order );
	return array_map( fn( $row ) => str_replace( "\u{a0}", ' ', html_entity_decode( $row['value'] ) ), array_slice( $rows, 1 ) );
}

it( 'an order tells what was taken off and what it brings, usable after its payment', function () {
	$new = '325 €, usable from day 14 after the payment on';
	same( array( 'rabattkonto_used' => '500 €', 'rabattkonto_earned' => $new ), rows( annas_order() ) );
} );

it( 'a paid order names the day', function () {
	$order       = annas_order();
	$order->paid = new WC_DateTime( '2026-03-02' );
	same( '325 €, usable from 16.03.2026', rows( $order )['rabattkonto_earned'] );
	same( '2026-03-02', $order->paid->format( 'Y-m-d' ) );
} );

it( 'for cash on delivery the date of payment says nothing until the order is completed', function () {
	$order         = annas_order();
	$order->paid   = new WC_DateTime( '2026-03-02' );
	$order->method = 'cod';
	holds( 'from day 14', rows( $order )['rabattkonto_earned'] );
	$order->status = 'completed';
	holds( '16.03.2026', rows( $order )['rabattkonto_earned'] );
} );

it( 'without a waiting time the credit is usable as soon as the order is paid', function () {
	$order = annas_order();
	World::$options['rabattkonto_told']['tariff']['days'] = 0;
	same( '325 €, usable as soon as the order is paid', rows( $order )['rabattkonto_earned'] );
} );

it( 'an order of which something came back, or that was cancelled, promises no new credit', function () {
	$order          = annas_order();
	$order->refunds = array( 'a refund' );
	same( array( 'rabattkonto_used' ), array_keys( rows( $order ) ) );
	$order->refunds = array();
	$order->status  = 'cancelled';
	same( array( 'rabattkonto_used' ), array_keys( rows( $order ) ) );
} );

it( "a guest's order promises nothing", function () {
	$order           = annas_order();
	$order->customer = 0;
	same( array( 'rabattkonto_used' ), array_keys( rows( $order ) ) );
} );

it( 'somebody else\'s coupon is no credit', function () {
	$order = annas_order();
	other_coupon( 'summer', array( 'amount' => 300 ) );
	$order->apply_coupon( new WC_Coupon( 'summer' ) );
	same( '500 €', rows( $order )['rabattkonto_used'] );
} );

foreach ( array( 'woocommerce_checkout_create_order', 'woocommerce_store_api_checkout_update_order_from_request' ) as $hook ) {
	it( "both amounts are put on the order by $hook, for invoice plugins", function () use ( $hook ) {
		same( array( '_rabattkonto_used' => '500', '_rabattkonto_earned' => '325' ), order_placed( $hook, annas_order() ) );
	} );
}

it( 'an order that is calculated anew keeps the new amounts', function () {
	$order       = annas_order();
	$order->meta = array( '_rabattkonto_used' => '900', '_rabattkonto_earned' => '325' );
	$order->items['coupon'] = array();
	$order->refunds         = array( 'a refund' );
	do_action( 'woocommerce_order_after_calculate_totals', true, $order );
	same( array(), $order->meta );
} );
