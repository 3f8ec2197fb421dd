<?php
/** What product pages promise: the same figures as the ledger's, and nothing that is not sure. */

function promised( array $product, int $customer = 0 ): string {
	World::$customer    = $customer;
	$GLOBALS['product'] = article( $product + array( 'id' => 5 ) );
	return strip_tags( printed( 'woocommerce_single_product_summary' ) );
}

$promises = array(
	'an amount for each piece'                       => array( array( 'sku' => 'TEE', 'price' => 1999 ), array(), '150' ),
	'a percentage, halves upwards'                   => array( array( 'price' => 1020 ), array(), '26' ),
	'a percentage of the net price where that holds' => array( array( 'price' => 1190 ), array( 'basis' => 'net' ), '25' ),
	'nothing for an article that is excluded'        => array( array( 'id' => 9, 'price' => 1000 ), array(), '' ),
	'nothing that rounds to nothing'                 => array( array( 'price' => 19 ), array(), '' ),
	'nothing once the programme has ended'           => array( array( 'sku' => 'TEE', 'price' => 1999 ), array( 'typed' => false, 'rates' => array() ), '' ),
);
foreach ( $promises as $what => list( $product, $tariff, $amount ) ) {
	it( "a product page promises $what", function () use ( $product, $tariff, $amount ) {
		bridge_speaks( $tariff );
		World::$terms['product_cat'][9] = array( array( 'sale', 'Sale' ) );
		same( '' === $amount ? '' : "$amount\u{a0}€ credit for your next purchase", promised( $product ) );
	} );
}

it( 'credit typed on an article goes before the rates', function () {
	bridge_speaks();
	World::$post_meta[5]['_rabattkonto_credit'] = '700';
	holds( '700', promised( array( 'sku' => 'TEE', 'price' => 1999 ) ) );
} );

it( 'a typed credit that is no amount is as if nothing were typed', function () {
	bridge_speaks();
	World::$post_meta[5]['_rabattkonto_credit'] = 'viel';
	holds( '150', promised( array( 'sku' => 'TEE', 'price' => 1999 ) ) );
} );

it( 'a rate that is added comes on top of the first that fits', function () {
	$also = array( 'only' => array(), 'minimum_order' => '0', 'amount' => '20', 'percent' => '', 'also' => true );
	bridge_speaks();
	array_unshift( World::$options['rabattkonto_told']['tariff']['rates'], $also );
	holds( '170', promised( array( 'sku' => 'TEE', 'price' => 1999 ) ) );
} );

it( 'a rate for large orders is promised only where one piece reaches it', function () {
	$rates = array( array( 'only' => array(), 'minimum_order' => '5000', 'amount' => '', 'percent' => '10', 'also' => false ) );
	bridge_speaks( array( 'rates' => $rates ) );
	same( '', promised( array( 'price' => 4999 ) ) );
	holds( '500', promised( array( 'price' => 5000 ) ) );
} );

it( 'a rate for a group is promised to nobody else', function () {
	$rates = array( array( 'only' => array( 'group' => array( 'reseller' ) ), 'minimum_order' => '0', 'amount' => '99', 'percent' => '', 'also' => false ) );
	bridge_speaks( array( 'rates' => $rates ) );
	World::$roles[4] = array( 'reseller' );
	same( '', promised( array( 'price' => 1000 ) ) );
	holds( '99', promised( array( 'price' => 1000 ), 4 ) );
} );

it( 'a product with variations promises the least of them, and each variation its own', function () {
	bridge_speaks();
	article( array( 'id' => 21, 'parent' => 20, 'price' => 4000 ) );
	$large = article( array( 'id' => 22, 'parent' => 20, 'price' => 8000 ) );
	holds( "From 100\u{a0}€", promised( array( 'id' => 20, 'type' => 'variable', 'children' => array( 21, 22 ) ) ) );
	$shown = apply_filters( 'woocommerce_available_variation', array( 'variation_description' => 'Large.' ), new WC_Product( array() ), $large );
	same( "200\u{a0}€ credit for your next purchaseLarge.", strip_tags( $shown['variation_description'] ) );
} );

it( 'a product with more variations than the shop loads with a page leaves the promise to the chosen one', function () {
	bridge_speaks();
	foreach ( range( 101, 131 ) as $id ) {
		article( array( 'id' => $id, 'parent' => 20, 'price' => 4000 ) );
	}
	same( '', promised( array( 'id' => 20, 'type' => 'variable', 'children' => range( 101, 131 ) ) ) );
	holds( '100', promised( array( 'id' => 20, 'type' => 'variable', 'children' => range( 101, 130 ) ) ) );
} );

it( 'an article without a price promises nothing', function () {
	bridge_speaks();
	same( '', promised( array( 'sku' => 'TEE', 'price' => '' ) ) );
} );

it( 'a variation takes the credit typed on its product, unless one is typed on itself', function () {
	bridge_speaks();
	World::$post_meta[20]['_rabattkonto_credit'] = '300';
	World::$post_meta[22]['_rabattkonto_credit'] = '500';
	article( array( 'id' => 21, 'parent' => 20, 'price' => 4000 ) );
	article( array( 'id' => 22, 'parent' => 20, 'price' => 8000 ) );
	holds( '300', promised( array( 'id' => 20, 'type' => 'variable', 'children' => array( 21, 22 ) ) ) );
	holds( '500', promised( array( 'id' => 22, 'parent' => 20, 'price' => 8000 ) ) );
} );

it( 'product pages speak German in a German shop', function () {
	bridge_speaks();
	World::$locale = 'de_DE';
	same( "150\u{a0}€ Guthaben für Ihren nächsten Einkauf", promised( array( 'sku' => 'TEE', 'price' => 1999 ) ) );
} );

it( 'a translated article earns what was typed on its original', function () {
	also_in_english( array( 11 => 21 ) );
	bridge_speaks();
	World::$post_meta[11]['_rabattkonto_credit'] = '40';
	$earned = Rabattkonto\Tariff::of_product( article( array( 'id' => 21, 'price' => 1000 ) ) );
	unset( World::$hooks['wpml_active_languages'], World::$hooks['wpml_object_id'] );
	same( 40, $earned );
} );
