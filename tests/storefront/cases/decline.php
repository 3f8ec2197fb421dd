<?php
/** Taking the credit out of the basket, and the ways back. */

/** Anna has found the credit in her basket and has taken it out. */
function anna_declines(): WC_Cart {
	$cart = anna_shops();
	$cart->calculate_totals();
	$cart->remove_coupon( CODE );
	return $cart;
}

it( 'a code that was taken out does not come back by itself', function () {
	$cart = anna_declines();
	$cart->calculate_totals();
	same( array(), $cart->get_applied_coupons() );
	same( 2000, $cart->total );
} );

it( 'the next code is applied although the last one was declined', function () {
	$cart = anna_declines();
	World::$meta[3]['rabattkonto']['code'] = 'guthaben-next';
	other_coupon( 'guthaben-next', array( 'amount' => 700, '_rabattkonto' => 'account-token' ) );
	$cart->calculate_totals();
	same( array( 'guthaben-next' ), $cart->get_applied_coupons() );
} );

it( 'taking out another coupon declines nothing', function () {
	$cart = anna_shops();
	other_coupon( 'spring', array( 'amount' => 300 ) );
	$cart->apply_coupon( 'spring' );
	$cart->remove_coupon( 'spring' );
	same( array( CODE ), $cart->get_applied_coupons() );
} );

it( 'a code that the shop took out as invalid comes back when it is good again', function () {
	$cart = anna_shops();
	$cart->calculate_totals();
	WC_Coupon::$in_shop[ CODE ]['used'] = true;
	$cart->remove_coupon( CODE );
	same( array(), $cart->get_applied_coupons() );
	WC_Coupon::$in_shop[ CODE ]['used'] = false;
	$cart->calculate_totals();
	same( array( CODE ), $cart->get_applied_coupons() );
} );

it( 'a coupon that tolerates no other drives the code out, and its own removal brings it back', function () {
	$cart = anna_shops();
	$cart->calculate_totals();
	other_coupon( 'alone', array( 'amount' => 100, 'alone' => true ) );
	$cart->apply_coupon( 'alone' );
	same( array( 'alone' ), $cart->get_applied_coupons() );
	$cart->remove_coupon( 'alone' );
	same( array( CODE ), $cart->get_applied_coupons() );
} );

it( 'typing the code in takes the decline back', function () {
	$cart = anna_declines();
	$cart->apply_coupon( CODE );
	same( array( CODE ), $cart->get_applied_coupons() );
	$cart->set_applied_coupons( array() );
	$cart->calculate_totals();
	same( array( CODE ), $cart->get_applied_coupons() );
} );

it( 'a purchase that is over forgets the decline', function () {
	$cart = anna_declines();
	$cart->empty_cart();
	$cart->goods = 900;
	$cart->calculate_totals();
	same( array( CODE ), $cart->get_applied_coupons() );
} );

it( 'placing the order alone does not: after a failed payment the basket is as it was', function () {
	$cart = anna_declines();
	order_placed( 'woocommerce_checkout_create_order' );
	$cart->calculate_totals();
	same( array(), $cart->get_applied_coupons() );
} );

it( 'the classic cart offers declined credit again, in the form that the shop renews with every change', function () {
	anna_declines();
	$hint = printed( 'woocommerce_before_cart_table' );
	holds( 'Your credit of 5,00 € is not used for this order.', $hint );
	holds( 'href="/cart/?rabattkonto=use&#038;_wpnonce=nonce-of-rabattkonto"', $hint );
} );

it( 'the classic checkout offers declined credit again at once, by the piece that the shop renews', function () {
	$cart = anna_shops();
	$cart->calculate_totals();
	$empty = '<div class="rabattkonto-hint" role="status"></div>';
	same( $empty, printed( 'woocommerce_before_checkout_form' ) );
	$renewed = fn() => apply_filters( 'woocommerce_update_order_review_fragments', array( '.other' => '' ) )['.rabattkonto-hint'];
	same( $empty, $renewed() );
	$cart->remove_coupon( CODE );
	holds( 'href="/checkout/?rabattkonto=use&#038;_wpnonce=nonce-of-rabattkonto"', $renewed() );
	same( $renewed(), printed( 'woocommerce_before_checkout_form' ) );
} );

foreach ( array( 'woocommerce/cart', 'woocommerce/checkout' ) as $block ) {
	it( "the block $block offers declined credit again, before itself", function () use ( $block ) {
		anna_declines();
		World::$locale = 'de_AT';
		$page          = apply_filters( "render_block_$block", '<div>block</div>' );
		holds( '<div class="rabattkonto-hint" role="status"><div><div class="rabattkonto" style="border:1px solid;', $page );
		holds( 'Ihr Guthaben von 5,00 € wird bei dieser Bestellung nicht eingelöst.', $page );
		holds( 'Guthaben einlösen</a></div></div></div><div>block</div>', $page );
	} );
}

/** What the blocks hear with each answer about the cart. */
function blocks_hear(): array {
	do_action( 'woocommerce_blocks_loaded' );
	return WooCommerce::$told_blocks['rabattkonto']();
}

it( 'the blocks find the hint in the page, hidden until they hear of a decline', function () {
	$cart = anna_shops();
	$cart->calculate_totals();
	holds( '<div class="rabattkonto-hint" role="status"><div hidden>', apply_filters( 'render_block_woocommerce/cart', '<div></div>' ) );
	same( false, blocks_hear()['declined'] );
	$cart->remove_coupon( CODE );
	same( array( 'code' => '', 'label' => '', 'declined' => true ), blocks_hear() );
} );

it( 'the button of the blocks brings the credit back, and nothing else that is sent does', function () {
	$cart = anna_declines();
	do_action( 'woocommerce_blocks_loaded' );
	foreach ( array( null, 'use', array(), array( 'use' => false ) ) as $nothing ) {
		WooCommerce::$heard_from_blocks['rabattkonto']( $nothing );
		same( true, blocks_hear()['declined'] );
	}
	WooCommerce::$heard_from_blocks['rabattkonto']( array( 'use' => true ) );
	$cart->calculate_totals();
	same( array( CODE ), $cart->get_applied_coupons() );
	same( false, blocks_hear()['declined'] );
} );

it( 'what the bridge wrote is escaped where it is shown', function () {
	anna_declines();
	World::$meta[3]['rabattkonto']['usable'] = '<b>5</b>';
	holds( '&lt;b&gt;5&lt;/b&gt;', printed( 'woocommerce_before_cart_table' ) );
} );

it( 'nothing is offered that was not declined', function () {
	anna_shops()->calculate_totals();
	same( '', printed( 'woocommerce_before_cart_table' ) );
	same( false, blocks_hear()['declined'] );
} );

it( 'the blocks of a guest are left as they are', function () {
	anna_shops();
	World::$customer = 0;
	same( '<div></div>', apply_filters( 'render_block_woocommerce/cart', '<div></div>' ) );
} );

it( 'nothing is offered that would change nothing', function () {
	anna_declines();
	WC_Coupon::$in_shop[ CODE ]['expired'] = true;
	same( '', printed( 'woocommerce_before_cart_table' ) );
} );

it( 'nothing is offered in an empty cart', function () {
	$cart        = anna_declines();
	$cart->goods = 0;
	same( '', printed( 'woocommerce_before_cart_table' ) );
} );

/** Follows the link as far as the redirect, which ends the page: here by the one thing in the log. */
function follow_link( array $query ): string {
	$_GET = $query;
	do_action( 'wp_loaded' );
	same( '' === World::$redirect ? 0 : 1, count( World::$log ) );
	World::$log = array();
	return World::$redirect;
}

it( 'the link in the hint brings the credit back and leads to the page without it', function () {
	$cart = anna_declines();
	same( '/cart/', follow_link( array( 'rabattkonto' => 'use', '_wpnonce' => 'nonce-of-rabattkonto' ) ) );
	$cart->calculate_totals();
	same( array( CODE ), $cart->get_applied_coupons() );
} );

foreach ( array( 'a wrong' => array( '_wpnonce' => 'x' ), 'no' => array(), 'a broken' => array( '_wpnonce' => array( 'x' ) ) ) as $which => $query ) {
	it( "a link with $which nonce changes nothing", function () use ( $query ) {
		$cart = anna_declines();
		same( '', follow_link( array( 'rabattkonto' => 'use' ) + $query ) );
		$cart->calculate_totals();
		same( array(), $cart->get_applied_coupons() );
	} );
}

it( 'a page with other parameters is left alone', function () {
	anna_declines();
	same( '', follow_link( array( 'rabattkonto' => array( 'use' ), '_wpnonce' => 'nonce-of-rabattkonto' ) ) );
} );

foreach ( array( 'woocommerce_checkout_create_order', 'woocommerce_store_api_checkout_update_order_from_request' ) as $hook ) {
	it( "a decline is noted on the order by $hook", function () use ( $hook ) {
		anna_declines();
		same( array( '_rabattkonto_declined' => CODE ), order_placed( $hook ) );
	} );
}

it( 'a draft that noted a decline loses the note when the credit is used after all', function () {
	$cart                                 = anna_shops();
	$draft                                = new WC_Order();
	$draft->meta['_rabattkonto_declined'] = CODE;
	$cart->calculate_totals();
	same( array(), order_placed( 'woocommerce_store_api_checkout_update_order_from_request', $draft ) );
} );
