<?php
/** What gets into the basket by itself, and what does not. */

it( 'a customer who is logged in finds the credit in the basket', function () {
	$cart = anna_shops( 2000 );
	$cart->calculate_totals();
	same( array( CODE ), $cart->get_applied_coupons() );
	same( 1500, $cart->total );
} );

it( 'calculating again adds the code only once', function () {
	$cart = anna_shops();
	$cart->calculate_totals();
	$cart->calculate_totals();
	same( array( CODE ), $cart->get_applied_coupons() );
} );

it( 'a code in capitals in the meta data is still added only once', function () {
	$cart = anna_shops();
	World::$meta[3]['rabattkonto']['code'] = strtoupper( CODE );
	$cart->calculate_totals();
	$cart->calculate_totals();
	same( array( CODE ), $cart->get_applied_coupons() );
} );

it( 'a guest gets nothing', function () {
	$cart            = anna_shops();
	World::$customer = 0;
	$cart->calculate_totals();
	same( array(), $cart->get_applied_coupons() );
} );

it( 'another customer gets nothing', function () {
	$cart            = anna_shops();
	World::$customer = 4;
	$cart->calculate_totals();
	same( array(), $cart->get_applied_coupons() );
} );

it( 'a code that the shop does not have is not applied', function () {
	$cart = anna_shops();
	unset( WC_Coupon::$in_shop[ CODE ] );
	$cart->calculate_totals();
	same( array(), $cart->get_applied_coupons() );
} );

it( 'a coupon without our mark is not applied', function () {
	$cart = anna_shops( 2000, array( '_rabattkonto' => '' ) );
	$cart->calculate_totals();
	same( array(), $cart->get_applied_coupons() );
} );

it( 'an expired code is not applied', function () {
	$cart = anna_shops( 2000, array( 'expired' => true ) );
	$cart->calculate_totals();
	same( array(), $cart->get_applied_coupons() );
} );

it( 'a used code is not applied', function () {
	$cart = anna_shops( 2000, array( 'used' => true ) );
	$cart->calculate_totals();
	same( array(), $cart->get_applied_coupons() );
} );

it( 'a code stays unspent where other coupons leave nothing to take', function () {
	$cart = anna_shops( 2000 );
	other_coupon( 'gift', array( 'amount' => 2000 ) );
	$cart->set_applied_coupons( array( 'gift' ) );
	$cart->calculate_totals();
	same( array( 'gift' ), $cart->get_applied_coupons() );
} );

it( 'a code joins other coupons that leave something', function () {
	$cart = anna_shops( 2000 );
	other_coupon( 'spring', array( 'amount' => 300 ) );
	$cart->set_applied_coupons( array( 'spring' ) );
	$cart->calculate_totals();
	same( array( 'spring', CODE ), $cart->get_applied_coupons() );
	same( 1200, $cart->total );
} );

it( 'a code keeps away from a coupon that tolerates no other', function () {
	$cart = anna_shops();
	other_coupon( 'alone', array( 'amount' => 100, 'alone' => true ) );
	$cart->set_applied_coupons( array( 'alone' ) );
	$cart->calculate_totals();
	same( array( 'alone' ), $cart->get_applied_coupons() );
} );

it( 'goods that cost nothing leave the code alone and are reconsidered with every change', function () {
	$cart       = anna_shops( 2000 );
	$cart->goods = 0;
	$cart->calculate_totals();
	same( array(), $cart->get_applied_coupons() );
	$cart->goods = 700;
	$cart->calculate_totals();
	same( array( CODE ), $cart->get_applied_coupons() );
} );

it( 'nothing is applied while coupons are switched off', function () {
	$cart = anna_shops();
	World::$options['woocommerce_enable_coupons'] = 'no';
	$cart->calculate_totals();
	same( array(), $cart->get_applied_coupons() );
} );

it( 'a copy of the cart is left alone', function () {
	$renewal = clone anna_shops();
	$renewal->calculate_totals();
	same( array(), $renewal->get_applied_coupons() );
} );

it( 'a plugin that calculates again while we look at the cart does not make it endless', function () {
	$cart  = anna_shops();
	$times = 0;
	World::$hooks['woocommerce_coupon_is_valid'][10] = array(
		array(
			function ( $valid ) use ( $cart, &$times ) {
				if ( ++$times < 5 ) {
					$cart->calculate_totals();
				}
				return $valid;
			},
			1,
		),
	);
	$cart->calculate_totals();
	unset( World::$hooks['woocommerce_coupon_is_valid'] );
	same( 1, $times );
	same( array( CODE ), $cart->get_applied_coupons() );
} );

foreach ( array( 'a text' => 'broken', 'nothing' => null, 'a code that is a list' => array( 'code' => array( 1 ) ), 'no code' => array() ) as $what => $kept ) {
	it( "meta data that holds $what applies nothing", function () use ( $kept ) {
		$cart = anna_shops();
		World::$meta[3]['rabattkonto'] = $kept;
		$cart->calculate_totals();
		same( array(), $cart->get_applied_coupons() );
	} );
}

it( 'the totals say Credit instead of the code, in German Guthaben', function () {
	anna_shops();
	$label = fn() => apply_filters( 'woocommerce_cart_totals_coupon_label', 'Coupon: ' . CODE, new WC_Coupon( CODE ) );
	same( 'Credit', $label() );
	World::$locale = 'de_DE_formal';
	same( 'Guthaben', $label() );
} );

it( 'other coupons keep their label', function () {
	other_coupon( 'spring', array( 'amount' => 300 ) );
	same( 'Coupon: spring', apply_filters( 'woocommerce_cart_totals_coupon_label', 'Coupon: spring', new WC_Coupon( 'spring' ) ) );
	same( 'Coupon: old', apply_filters( 'woocommerce_cart_totals_coupon_label', 'Coupon: old', 'old' ) );
} );
