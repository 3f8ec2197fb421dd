<?php
/** What the programme forbids a code to take off a basket. */

const BOOK = array( 'id' => 11, 'sku' => 'ROMAN-1' );

/** Anna's code is worth 15.00 and carries these rules. */
function anna_is_limited( array $rules, array ...$lines ): WC_Cart {
	World::$terms['product_cat'][11] = array( array( 'buecher', 'Bücher &amp; Karten' ) );
	$carried = $rules + array( 'share' => '', 'min_payable' => '0.00', 'barred' => array() );
	return anna_shops( 0, array( 'amount' => 1500, '_rabattkonto_rules' => $carried ) )->fill( ...$lines );
}

function piece( int $price, array $product = array() ): array {
	return array( $price, new WC_Product( $product ) );
}

function to_pay( WC_Cart $cart ): int {
	$cart->calculate_totals();
	return $cart->total;
}

it( 'a share is taken of the goods and no more', function () {
	same( 1000, to_pay( anna_is_limited( array( 'share' => '50' ), piece( 2000 ) ) ) );
} );

it( 'a share is rounded down', function () {
	same( 1290 - 429, to_pay( anna_is_limited( array( 'share' => '33.3' ), piece( 1290 ) ) ) );
} );

it( 'a share that is more than the credit changes nothing', function () {
	same( 4500, to_pay( anna_is_limited( array( 'share' => '50' ), piece( 6000 ) ) ) );
} );

it( 'a share is taken of what other coupons have left', function () {
	$cart = anna_is_limited( array( 'share' => '50' ), piece( 2000 ) );
	other_coupon( 'spring', array( 'amount' => 400 ) );
	$cart->set_applied_coupons( array( 'spring' ) );
	same( 800, to_pay( $cart ) );
} );

it( 'enough is left to pay', function () {
	same( 700, to_pay( anna_is_limited( array( 'min_payable' => '700' ), piece( 2000 ) ) ) );
	same( 500, to_pay( anna_is_limited( array( 'min_payable' => '500' ), piece( 1900 ) ) ) );
} );

it( 'goods on which no credit may be used count as paid', function () {
	$rules = array( 'min_payable' => '500', 'barred' => array( array( 'sku' => array( 'ROMAN-1' ) ) ) );
	same( 2100, to_pay( anna_is_limited( $rules, piece( 1000 ), piece( 2100, BOOK ) ) ) );
} );

it( 'a basket below what must be left keeps the code unspent', function () {
	$cart = anna_is_limited( array( 'min_payable' => '500' ), piece( 500 ) );
	same( 500, to_pay( $cart ) );
	same( array(), $cart->get_applied_coupons() );
} );

foreach ( array(
	'article number' => array( 'sku' => array( 'OTHER', 'ROMAN-1' ) ),
	'id'             => array( 'product' => array( '11' ) ),
	'category slug'  => array( 'category' => array( 'buecher' ) ),
	'category name'  => array( 'category' => array( 'Bücher & Karten' ) ),
	'customer group' => array( 'group' => array( 'reseller' ), 'sku' => array( 'ROMAN-1' ) ),
) as $what => $rule ) {
	it( "an article barred by its $what is left out, and the others are not", function () use ( $rule ) {
		World::$roles[3] = array( 'customer', 'reseller' );
		$cart            = anna_is_limited( array( 'share' => '50', 'barred' => array( $rule ) ), piece( 1999, BOOK ), piece( 1290 ) );
		same( 1999 + 645, to_pay( $cart ) );
	} );
}

it( 'a rule that names two things bars only what is both', function () {
	$rule = array( 'category' => array( 'buecher' ), 'sku' => array( 'OTHER' ) );
	same( 600, to_pay( anna_is_limited( array( 'barred' => array( $rule ) ), piece( 2100, BOOK ) ) ) );
} );

it( 'a variation is barred with its product', function () {
	$rule = array( 'category' => array( 'buecher' ) );
	$cart = anna_is_limited( array( 'barred' => array( $rule ) ), piece( 2100, array( 'id' => 12, 'parent' => 11 ) ) );
	same( 2100, to_pay( $cart ) );
} );

/** The shop speaks two languages: what was written under the first number has its translation under the second. */
function also_in_english( array $translations ): void {
	add_filter( 'wpml_active_languages', fn() => array( 'de' => array(), 'en' => array() ) );
	$in = fn( $id, $language ) => 'en' === $language ? ( $translations[ $id ] ?? $id ) : ( array_search( $id, $translations, true ) ?: $id );
	add_filter( 'wpml_object_id', fn( $id, $type, $or_original, $language ) => isset( $translations[ $id ] ) || in_array( $id, $translations, true ) ? $in( $id, $language ) : null, 10, 4 );
}

foreach ( array( 'number' => array( 'product' => array( '11' ) ), 'category' => array( 'category' => array( 'buecher' ) ) ) as $what => $rule ) {
	it( "a translated article and its variation are barred by the $what of the original", function () use ( $rule ) {
		also_in_english( array( 11 => 21 ) );
		$paid = to_pay( anna_is_limited( array( 'barred' => array( $rule ) ), piece( 2100, array( 'id' => 21 ) ), piece( 1000, array( 'id' => 22, 'parent' => 21 ) ) ) );
		unset( World::$hooks['wpml_active_languages'], World::$hooks['wpml_object_id'] );
		same( 3100, $paid );
	} );
}

it( 'an article that was deleted is not barred by a name', function () {
	$cart = anna_is_limited( array( 'barred' => array( array( 'sku' => array( 'ROMAN-1' ) ) ) ), array( 2000, false ) );
	same( 500, to_pay( $cart ) );
} );

it( 'a basket of barred articles alone keeps the code unspent', function () {
	$cart = anna_is_limited( array( 'barred' => array( array( 'sku' => array( 'ROMAN-1' ) ) ) ), piece( 2100, BOOK ) );
	same( 2100, to_pay( $cart ) );
	same( array(), $cart->get_applied_coupons() );
} );

it( 'a code leaves the basket when only barred articles are left in it', function () {
	$rules = array( 'barred' => array( array( 'sku' => array( 'ROMAN-1' ) ) ) );
	$cart  = anna_is_limited( $rules, piece( 1000 ), piece( 2100, BOOK ) );
	same( 2100, to_pay( $cart ) );
	same( array( CODE ), $cart->get_applied_coupons() );
	same( 2100, to_pay( $cart->fill( piece( 2100, BOOK ) ) ) );
	same( array(), $cart->get_applied_coupons() );
	same( 2100, to_pay( $cart->fill( piece( 1000 ), piece( 2100, BOOK ) ) ) );
	same( array( CODE ), $cart->get_applied_coupons() );
} );

it( 'an order that is calculated anew is measured by its own goods, not by the cart', function () {
	anna_is_limited( array( 'share' => '50', 'barred' => array( array( 'group' => array( 'reseller' ) ) ) ), piece( 9000 ) );
	World::$roles     = array( 3 => array( 'reseller' ), 4 => array( 'customer' ) );
	$order            = new WC_Order();
	$order->customer  = 4;
	$order->lines     = array( piece( 1290 ) );
	$discounts        = new WC_Discounts( $order );
	$discounts->apply_coupon( new WC_Coupon( CODE ), false );
	same( 645, (int) $discounts->get_discounts_by_coupon()[ CODE ] );
} );

it( 'what was taken last limits no other use of the code', function () {
	to_pay( anna_is_limited( array( 'share' => '50' ), piece( 200 ) ) );
	same( 1500, ( new WC_Coupon( CODE ) )->get_amount() );
} );

it( 'a coupon of somebody else is left alone whatever it carries', function () {
	$cart = anna_shops( 2000 );
	unset( WC_Coupon::$in_shop[ CODE ] );
	other_coupon( 'spring', array( 'amount' => 1500, '_rabattkonto_rules' => array( 'share' => '10' ) ) );
	$cart->set_applied_coupons( array( 'spring' ) );
	same( 500, to_pay( $cart ) );
} );

foreach ( array( 'a text' => 'broken', 'nothing' => '', 'odd parts' => array( 'share' => array(), 'barred' => 'x' ) ) as $what => $rules ) {
	it( "rules that hold $what limit nothing", function () use ( $rules ) {
		$cart = anna_shops( 2000, array( 'amount' => 1500, '_rabattkonto_rules' => $rules ) );
		same( 500, to_pay( $cart ) );
	} );
}
