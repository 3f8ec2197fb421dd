<?php
/**
 * What the plugin says that orders earn. php sums.php PLUGIN_FILE < JSON; prints one number for each order.
 *
 * The JSON is (tariff, orders); an order is its lines of (sku, category, quantity, total, total_tax), minor units.
 */

require __DIR__ . '/stubs.php';
require __DIR__ . '/shop.php';
require $argv[1];

list( $tariff, $orders ) = json_decode( stream_get_contents( STDIN ), true );

World::$options['rabattkonto_told'] = array( 'tariff' => $tariff );
$sums                               = array();
foreach ( $orders as $number => $lines ) {
	$order = new WC_Order();
	foreach ( $lines as $place => list( $sku, $category, $quantity, $total, $total_tax ) ) {
		$id                                   = 1000 * ( $number + 1 ) + $place;
		World::$terms['product_cat'][ $id ] = array( array( $category, $category ) );
		$order->sell( new WC_Product( compact( 'id', 'sku' ) ), $quantity, $total, $total_tax );
	}
	$sums[] = Rabattkonto\Tariff::of_order( $order );
}
echo json_encode( $sums );
