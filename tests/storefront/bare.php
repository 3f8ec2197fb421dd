<?php
/**
 * A WordPress whose WooCommerce is switched off: every hook of the plugin is called all the same.
 *
 * php bare.php PLUGIN_FILE; prints the number of hooks. There is nobody to log a failure, so it is shown.
 */

require __DIR__ . '/stubs.php';

error_reporting( E_ALL );
set_error_handler(
	function ( $level, $text, $file, $line ) {
		exit( "$text at $file:$line" );
	}
);

require $argv[1];

World::$customer               = 3;
World::$meta[3]['rabattkonto'] = array( 'code' => 'guthaben-abc' );
$_GET                          = array( 'ref' => 'anna', 'rabattkonto' => 'other' );

/** Failures go to WooCommerce's logger, so this stands in for it alone. */
function wc_get_logger() {
	return new class() {
		public function error( $text ) {
			exit( $text );
		}
	};
}

foreach ( array_keys( World::$hooks ) as $hook ) {
	ob_start();
	apply_filters( $hook, 'given', 'more', 'http://192.168.1.5:9000/' );
	ob_end_clean();
}
echo count( World::$hooks );
