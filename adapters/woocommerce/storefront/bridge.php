<?php
/** The way between shop and bridge. */

namespace Rabattkonto;

defined( 'ABSPATH' ) || exit;

/**
 * Lets the shop reach a bridge in the same house. WordPress refuses private addresses and unusual
 * ports to webhooks; both are opened for the bridge's own host and port and for nothing else.
 */
final class Bridge {

	/** Filter `http_request_host_is_external`. */
	public static function allow_host( $allowed, $host = '', $url = '' ) {
		return $allowed || self::is_bridge( $url );
	}

	/** Filter `http_allowed_safe_ports`. */
	public static function allow_port( $ports, $host = '', $url = '' ) {
		return self::is_bridge( $url ) ? array_merge( (array) $ports, array( self::port( $url ) ) ) : $ports;
	}

	private static function is_bridge( $url ): bool {
		$address = self::address();
		$host    = self::host( $address );
		return '' !== $host && self::host( $url ) === $host && in_array( self::port( $url ), self::ports( $address ), true );
	}

	/** Where the bridge is: a host, a host with a port, or its address in full. */
	private static function address(): string {
		$given   = defined( 'RABATTKONTO_BRIDGE' ) ? RABATTKONTO_BRIDGE : get_option( 'rabattkonto_bridge', '' );
		$address = is_string( $given ) && '' !== $given ? $given : BUILT_FOR;
		return '' === $address || false !== strpos( $address, '//' ) ? $address : '//' . $address;
	}

	/** The ports at which the bridge may be asked: the one that was named, or those of the web. */
	private static function ports( string $address ): array {
		$port = wp_parse_url( $address, PHP_URL_PORT );
		return $port ? array( $port ) : array( 80, 443 );
	}

	private static function port( $url ): int {
		$port = wp_parse_url( (string) $url, PHP_URL_PORT );
		return $port ? $port : ( 'https' === wp_parse_url( (string) $url, PHP_URL_SCHEME ) ? 443 : 80 );
	}

	private static function host( $url ): string {
		return strtolower( (string) wp_parse_url( (string) $url, PHP_URL_HOST ) );
	}
}

/**
 * What the bridge told the shop last, and when. It speaks every quarter of an hour, by the key that it has for
 * WooCommerce's interface; so silence says that it is away.
 */
final class Told {

	private const OPTION = 'rabattkonto_told';

	/** Opens the address at which the bridge speaks. Keys of WooCommerce's are only taken below `wc/v3`. */
	public static function listen(): void {
		register_rest_route(
			'wc/v3',
			'/rabattkonto',
			array(
				'methods'             => 'POST',
				'callback'            => array( self::class, 'keep' ),
				'permission_callback' => fn() => current_user_can( 'manage_woocommerce' ),
			)
		);
	}

	/** Keeps what was said, and answers that it was heard. Without a way in it was a farewell: then nobody is waited for. */
	public static function keep( $request ) {
		$way_in = esc_url_raw( (string) $request->get_param( 'way_in' ), array( 'http', 'https' ) );
		$told   = array(
			'tariff' => (array) $request->get_param( 'tariff' ),
			'way_in' => $way_in,
			'key'    => (string) $request->get_param( 'key' ),
			'heard'  => '' === $way_in ? 0 : time(),
		);
		update_option( self::OPTION, $told );
		return array( 'heard' => true );
	}

	/** What articles earn; empty before the bridge has spoken. */
	public static function tariff(): array {
		$tariff = self::all()['tariff'] ?? array();
		return is_array( $tariff ) ? $tariff : array();
	}

	/** Where customers find their statement, and what signs their request to it; empty before the bridge has spoken. */
	public static function text( string $field ): string {
		$text = self::all()[ $field ] ?? '';
		return is_string( $text ) ? $text : '';
	}

	/** When the bridge spoke last, in Unix seconds; 0 if it never has. */
	public static function heard(): int {
		return (int) ( self::all()['heard'] ?? 0 );
	}

	/** The silence is counted from the moment the plugin begins to listen. */
	public static function begin(): void {
		add_option( self::OPTION, array( 'heard' => time() ) );
	}

	/** Takes it all away. */
	public static function forget(): void {
		delete_option( self::OPTION );
	}

	private static function all(): array {
		$told = get_option( self::OPTION, array() );
		return is_array( $told ) ? $told : array();
	}
}
