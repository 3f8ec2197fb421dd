<?php
/** What the bridge tells the shop, and who may tell it. */

function say( array $said ): array {
	do_action( 'rest_api_init' );
	$request = new class( $said ) {
		private array $said;
		public function __construct( array $said ) {
			$this->said = $said;
		}
		public function get_param( $name ) {
			return $this->said[ $name ] ?? null;
		}
	};
	return ( World::$routes['wc/v3/rabattkonto']['callback'] )( $request );
}

it( 'the bridge speaks below the addresses that take its key, and only as somebody who manages the shop', function () {
	do_action( 'rest_api_init' );
	$may = World::$routes['wc/v3/rabattkonto']['permission_callback'];
	same( true, $may() );
	World::$may = false;
	same( false, $may() );
} );

it( 'what the bridge says is kept with its time, also when it says it again', function () {
	same( array( 'heard' => true ), say( array( 'tariff' => array( 'days' => 14 ), 'way_in' => 'https://bridge.example/in/x', 'key' => 'abc' ) ) );
	$kept = World::$options['rabattkonto_told'];
	same( array( 14, 'https://bridge.example/in/x', 'abc' ), array( $kept['tariff']['days'], $kept['way_in'], $kept['key'] ) );
	same( true, time() - $kept['heard'] < 5 );
} );

it( 'a way in that is no address of the web is not kept', function () {
	say( array( 'way_in' => 'javascript:alert(1)', 'key' => 'abc' ) );
	same( '', World::$options['rabattkonto_told']['way_in'] );
} );

it( 'a shop where the bridge has never spoken, or nonsense is stored, shows nothing', function () {
	foreach ( array( false, 'x', array( 'tariff' => 'x', 'key' => array() ) ) as $stored ) {
		World::$options['rabattkonto_told'] = $stored;
		$GLOBALS['product']                 = article( array( 'id' => 5, 'price' => 1000 ) );
		same( '', printed( 'woocommerce_single_product_summary' ) );
	}
} );

it( 'deleting the plugin deletes what it was told', function () {
	bridge_speaks();
	do_action( 'activate_rabattkonto.php' );
	( World::$uninstaller )();
	same( array(), World::$options );
} );

it( 'a plugin that was replaced makes the address of its tab known once', function () {
	do_action( 'admin_init' );
	same( 'yes', World::$options['woocommerce_queue_flush_rewrite_rules'] );
	World::$options['woocommerce_queue_flush_rewrite_rules'] = 'done';
	do_action( 'admin_init' );
	same( 'done', World::$options['woocommerce_queue_flush_rewrite_rules'] );
} );

it( 'after a farewell nothing is promised and nobody is waited for', function () {
	bridge_speaks();
	say( array( 'tariff' => array(), 'way_in' => '', 'key' => '' ) );
	$GLOBALS['product'] = article( array( 'id' => 5, 'sku' => 'TEE', 'price' => 1000 ) );
	same( '', printed( 'woocommerce_single_product_summary' ) );
	same( '', printed( 'admin_notices' ) );
	same( 0, World::$options['rabattkonto_told']['heard'] );
} );
