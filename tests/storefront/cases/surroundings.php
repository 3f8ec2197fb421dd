<?php
/** Partner links, the way to the bridge, and what the plugin tells WordPress and WooCommerce about itself. */

it( 'a partner link is kept in a cookie that scripts cannot read, for thirty days', function () {
	$_GET['ref'] = 'anna-2026';
	do_action( 'init' );
	$cookie = World::$cookies['rabattkonto_ref'];
	same( array( 'anna-2026', true, true ), array( $cookie['value'], $cookie['secure'], $cookie['http_only'] ) );
	same( 30, (int) round( ( $cookie['expire'] - time() ) / DAY_IN_SECONDS ) );
} );

foreach ( array( 'woocommerce_checkout_create_order', 'woocommerce_store_api_checkout_update_order_from_request' ) as $hook ) {
	it( "the partner's code is put on the order by $hook", function () use ( $hook ) {
		$_COOKIE['rabattkonto_ref'] = 'anna-2026';
		same( array( 'rabattkonto_ref' => 'anna-2026' ), order_placed( $hook ) );
	} );
}

it( 'the newest partner link wins', function () {
	$_COOKIE['rabattkonto_ref'] = 'anna-2026';
	$_GET['ref']                = 'ben';
	do_action( 'init' );
	same( array( 'rabattkonto_ref' => 'ben' ), order_placed( 'woocommerce_checkout_create_order' ) );
} );

foreach ( array( 'markup' => '<script>', 'a line break' => "anna\n", 'too much' => str_repeat( 'a', 65 ), 'a list' => array( 'anna' ), 'nothing' => '' ) as $what => $ref ) {
	it( "a partner link or cookie that holds $what is ignored", function () use ( $ref ) {
		$_GET['ref'] = $_COOKIE['rabattkonto_ref'] = $ref;
		do_action( 'init' );
		same( array(), World::$cookies );
		same( array(), order_placed( 'woocommerce_checkout_create_order' ) );
	} );
}

it( 'without a bridge named nothing is opened', function () {
	same( array( false, array() ), may_reach( 'http://192.168.1.5:9000/webhooks/' ) );
} );

it( 'the bridge is reachable at its own host and port and nowhere else', function () {
	World::$options['rabattkonto_bridge'] = '192.168.1.5:9000';
	same( array( true, array( 9000 ) ), may_reach( 'http://192.168.1.5:9000/webhooks/' ) );
	same( array( false, array() ), may_reach( 'http://192.168.1.5:22/' ) );
	same( array( false, array() ), may_reach( 'http://192.168.1.5/' ) );
	same( array( false, array() ), may_reach( 'http://192.168.1.6:9000/' ) );
	same( array( false, array() ), may_reach( 'http://192.168.1.5.evil.example:9000/' ) );
} );

it( 'a bridge named without a port is reachable at the ports of the web', function () {
	World::$options['rabattkonto_bridge'] = 'bridge.lan';
	same( array( true, array( 443 ) ), may_reach( 'https://BRIDGE.lan/webhooks/' ) );
	same( array( true, array( 80 ) ), may_reach( 'http://bridge.lan/webhooks/' ) );
	same( array( false, array() ), may_reach( 'http://bridge.lan:8080/' ) );
} );

it( 'a bridge may be named by its whole address', function () {
	World::$options['rabattkonto_bridge'] = 'https://bridge.lan:8443/some/path';
	same( array( true, array( 8443 ) ), may_reach( 'https://bridge.lan:8443/webhooks/' ) );
} );

it( 'what another plugin opened stays open', function () {
	same( true, apply_filters( 'http_request_host_is_external', true, 'other.lan', 'http://other.lan/' ) );
} );

foreach ( array( 'a list' => array( 'x' ), 'nonsense' => 'http:///:99999', 'a number' => 5 ) as $what => $value ) {
	it( "an option that holds $what opens nothing", function () use ( $value ) {
		World::$options['rabattkonto_bridge'] = $value;
		same( array( false, array() ), may_reach( 'http://192.168.1.5:9000/' ) );
		same( array( false, array() ), may_reach( 'not an address' ) );
	} );
}

it( 'a translation that is loaded goes before the German inside the plugin', function () {
	World::$locale = 'de_DE';
	same( 'Bonus', apply_filters( 'gettext_rabattkonto', 'Bonus', 'Credit', 'rabattkonto' ) );
	same( 'Guthaben', apply_filters( 'gettext_rabattkonto', 'Credit', 'Credit', 'rabattkonto' ) );
} );

it( 'a failure inside the plugin is logged and the shop goes on', function () {
	$cart = anna_shops();
	$cart->set_applied_coupons( array( array( 'not a code' ) ) );
	do_action( 'woocommerce_before_calculate_totals', $cart );
	same( 1, count( World::$log ) );
	holds( 'rabattkonto: ', World::$log[0] );
	World::$log = array();
} );

it( 'deleting the plugin deletes its option, and WordPress is told how only when it is activated', function () {
	same( '', World::$uninstaller );
	do_action( 'activate_rabattkonto.php' );
	World::$options['rabattkonto_bridge'] = 'bridge.lan';
	( World::$uninstaller )();
	same( array(), World::$options );
} );

it( 'without WooCommerce features to declare, and for things that are no order, nothing happens', function () {
	do_action( 'before_woocommerce_init' );
	do_action( 'woocommerce_checkout_create_order', null, array() );
	do_action( 'woocommerce_before_calculate_totals', null );
} );
