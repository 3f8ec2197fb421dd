<?php
/**
 * Runs the plugin in a small shop and prints one JSON line per case: its sentence, and what went wrong.
 *
 * php cases.php PLUGIN_FILE; a case fails when it throws, or when anything was written to the log.
 */

require __DIR__ . '/stubs.php';
require __DIR__ . '/shop.php';

error_reporting( E_ALL );
set_error_handler(
	function ( $level, $text, $file, $line ) {
		throw new ErrorException( $text, 0, $level, $file, $line );
	}
);

require $argv[1];

const CODE = 'guthaben-abc';

/** Anna is logged in, owns 5.00 of credit as a live code, and has goods in the cart. */
function anna_shops( int $goods = 2000, array $coupon = array() ): WC_Cart {
	World::$customer              = 3;
	World::$meta[3]['rabattkonto'] = array(
		'balance'   => '6,00 €',
		'usable'    => '5,00 €',
		'code'      => CODE,
		'statement' => 'https://bridge.example/s/abc',
	);
	WC_Coupon::$in_shop[ CODE ] = $coupon + array(
		'amount'       => 500,
		'_rabattkonto' => 'account-token',
	);
	return WooCommerce::open( $goods );
}

function other_coupon( string $code, array $coupon ): void {
	WC_Coupon::$in_shop[ $code ] = $coupon;
}

function same( $wanted, $got ): void {
	if ( $wanted !== $got ) {
		throw new Exception( 'wanted ' . json_encode( $wanted ) . ', got ' . json_encode( $got ) );
	}
}

function holds( string $part, string $text ): void {
	if ( false === strpos( $text, $part ) ) {
		throw new Exception( "wanted “{$part}” in “{$text}”" );
	}
}

function printed( string $hook ): string {
	ob_start();
	do_action( $hook );
	return ob_get_clean();
}

function order_placed( string $hook, ?WC_Order $order = null ): array {
	$order = $order ?? new WC_Order();
	do_action( $hook, $order, array() );
	return $order->meta;
}

function may_reach( string $url ): array {
	$host  = (string) parse_url( $url, PHP_URL_HOST );
	$ports = apply_filters( 'http_allowed_safe_ports', array( 80, 443, 8080 ), $host, $url );
	return array( apply_filters( 'http_request_host_is_external', false, $host, $url ), array_slice( $ports, 3 ) );
}

/** The bridge speaks: 1.50 for each TEE, 2.5 % of the rest, nothing for what is on sale. */
function bridge_speaks( array $tariff = array() ): void {
	$rates = array(
		array( 'only' => array( 'sku' => array( 'TEE' ) ), 'minimum_order' => '0', 'amount' => '150', 'percent' => '', 'also' => false ),
		array( 'only' => array(), 'minimum_order' => '0', 'amount' => '', 'percent' => '2.5', 'also' => false ),
	);
	World::$options['rabattkonto_told'] = array(
		'tariff' => $tariff + array(
			'name'     => 'Rabatt-Konto',
			'typed'    => true,
			'basis'    => 'gross',
			'days'     => 14,
			'rates'    => $rates,
			'excluded' => array( array( 'category' => array( 'Sale' ) ) ),
		),
		'way_in' => 'https://bridge.example/in/t0ken',
		'key'    => 'k3y',
		'heard'  => time(),
	);
}

function article( array $kept ): WC_Product {
	return WC_Product::$in_shop[ $kept['id'] ] = new WC_Product( $kept );
}

$cases = array();
function it( string $sentence, callable $case ): void {
	global $cases;
	$cases[ $sentence ] = $case;
}

require __DIR__ . '/cases/basket.php';
require __DIR__ . '/cases/decline.php';
require __DIR__ . '/cases/rules.php';
require __DIR__ . '/cases/surroundings.php';
require __DIR__ . '/cases/told.php';
require __DIR__ . '/cases/tariff.php';
require __DIR__ . '/cases/orders.php';
require __DIR__ . '/cases/account.php';
require __DIR__ . '/cases/desk.php';

foreach ( $cases as $sentence => $case ) {
	World::begin();
	WooCommerce::close();
	$why = '';
	try {
		$case();
		same( array(), World::$log );
	} catch ( Throwable $problem ) {
		$why = get_class( $problem ) . ': ' . $problem->getMessage() . ' at line ' . $problem->getLine();
	}
	echo json_encode( compact( 'sentence', 'why' ) ), "\n";
}
