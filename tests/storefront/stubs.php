<?php
/**
 * As much of WordPress as the plugin calls: hooks, user meta data, options and the page's surroundings.
 *
 * `World` is all that a case sets up and looks at; `World::begin()` makes it new for each case.
 */

define( 'ABSPATH', __DIR__ );
define( 'DAY_IN_SECONDS', 86400 );

final class World {
	public static array $hooks = array();
	public static int $customer = 0;
	public static array $meta = array();
	public static array $options = array();
	public static array $cookies = array();
	public static array $log = array();
	public static array $roles = array();
	public static array $terms = array();
	public static string $locale = 'en_US';
	public static string $redirect = '';
	public static string $uninstaller = '';

	public static function begin(): void {
		self::$customer = 0;
		self::$meta     = self::$options = self::$cookies = self::$log = array();
		self::$roles    = self::$terms = array();
		self::$locale   = 'en_US';
		self::$redirect = self::$uninstaller = '';
		$_GET           = $_COOKIE = array();
	}
}

function add_filter( $hook, $callback, $priority = 10, $arguments = 1 ) {
	World::$hooks[ $hook ][ $priority ][] = array( $callback, $arguments );
	ksort( World::$hooks[ $hook ] );
}

function add_action( $hook, $callback, $priority = 10, $arguments = 1 ) {
	add_filter( $hook, $callback, $priority, $arguments );
}

function apply_filters( $hook, $value, ...$more ) {
	foreach ( World::$hooks[ $hook ] ?? array() as $same_priority ) {
		foreach ( $same_priority as list( $callback, $arguments ) ) {
			$value = $callback( ...array_slice( array( $value, ...$more ), 0, $arguments ) );
		}
	}
	return $value;
}

/** As WordPress does, an action without arguments hands over one empty text. */
function do_action( $hook, ...$given ) {
	$given = $given ? $given : array( '' );
	foreach ( World::$hooks[ $hook ] ?? array() as $same_priority ) {
		foreach ( $same_priority as list( $callback, $arguments ) ) {
			$callback( ...array_slice( $given, 0, $arguments ) );
		}
	}
}

function register_activation_hook( $file, $callback ) {
	add_action( 'activate_' . basename( $file ), $callback );
}

function register_uninstall_hook( $file, $callback ) {
	World::$uninstaller = $callback;
}

function get_current_user_id() {
	return World::$customer;
}

function get_user_meta( $user, $key, $single ) {
	return World::$meta[ $user ][ $key ] ?? '';
}

function get_userdata( $user ) {
	return isset( World::$roles[ $user ] ) ? (object) array( 'roles' => World::$roles[ $user ] ) : false;
}

/** `World::$terms` holds (slug, name) by taxonomy and product; as in WordPress, none at all is no list. */
function get_the_terms( $product, $taxonomy ) {
	$found = World::$terms[ $taxonomy ][ $product ] ?? array();
	return $found ? array_map( fn( $term ) => (object) array_combine( array( 'slug', 'name' ), $term ), $found ) : false;
}

function get_option( $name, $default = false ) {
	return World::$options[ $name ] ?? $default;
}

function delete_option( $name ) {
	unset( World::$options[ $name ] );
}

function determine_locale() {
	return World::$locale;
}

function __( $text, $domain = 'default' ) {
	return apply_filters( "gettext_$domain", $text, $text, $domain );
}

function esc_html( $text ) {
	return htmlspecialchars( $text, ENT_QUOTES );
}

function esc_html__( $text, $domain ) {
	return esc_html( __( $text, $domain ) );
}

function esc_url( $url ) {
	return str_replace( '&', '&#038;', $url );
}

function add_query_arg( $key, $value ) {
	return "/cart/?$key=$value";
}

function remove_query_arg( $keys ) {
	return '/cart/';
}

function wp_nonce_url( $url, $action ) {
	return "$url&_wpnonce=nonce-of-$action";
}

function wp_verify_nonce( $nonce, $action ) {
	return "nonce-of-$action" === $nonce;
}

/** Stops where the plugin would `exit`. */
function wp_safe_redirect( $url ) {
	World::$redirect = $url;
	throw new Redirected();
}

final class Redirected extends Exception {
}

function wp_parse_url( $url, $component = -1 ) {
	return parse_url( $url, $component );
}

function is_admin() {
	return false;
}

function is_ssl() {
	return true;
}
