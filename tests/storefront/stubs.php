<?php
/**
 * As much of WordPress as the plugin calls: hooks, user meta data, options and the page's surroundings.
 *
 * `World` is all that a case sets up and looks at; `World::begin()` makes it new for each case.
 */

define( 'ABSPATH', __DIR__ );
define( 'DAY_IN_SECONDS', 86400 );
define( 'MINUTE_IN_SECONDS', 60 );
define( 'ARRAY_A', 'ARRAY_A' );

final class World {
	public static array $hooks = array();
	public static int $customer = 0;
	public static array $meta = array();
	public static array $options = array();
	public static array $cookies = array();
	public static array $log = array();
	public static array $roles = array();
	public static array $terms = array();
	public static array $post_meta = array();
	public static array $routes = array();
	public static array $boxes = array();
	public static array $enqueued = array();
	public static array $transients = array();
	public static bool $may = true;
	public static bool $in_admin = false;
	public static string $locale = 'en_US';
	public static string $redirect = '';
	public static string $uninstaller = '';

	public static function begin(): void {
		self::$customer = 0;
		self::$meta     = self::$options = self::$cookies = self::$log = array();
		self::$roles    = self::$terms = self::$post_meta = self::$transients = array();
		self::$routes   = self::$boxes = self::$enqueued = array();
		self::$may      = true;
		self::$in_admin = false;
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

final class WP_User {
	public int $ID;
	public array $roles;
	public string $user_email;

	public function __construct( int $id, array $roles ) {
		$this->ID         = $id;
		$this->roles      = $roles;
		$this->user_email = "customer-$id@example.org";
	}
}

function get_userdata( $user ) {
	return isset( World::$roles[ $user ] ) ? new WP_User( $user, World::$roles[ $user ] ) : false;
}

/** `World::$terms` holds (slug, name) by taxonomy and product; as in WordPress, none at all is no list. */
function get_post_type( $post ) {
	return 'product';
}

function get_the_terms( $product, $taxonomy ) {
	$found = World::$terms[ $taxonomy ][ $product ] ?? array();
	return $found ? array_map( fn( $term ) => (object) array_combine( array( 'slug', 'name' ), $term ), $found ) : false;
}

function get_option( $name, $default = false ) {
	return World::$options[ $name ] ?? $default;
}

function update_option( $name, $value ) {
	World::$options[ $name ] = $value;
}

function add_option( $name, $value ) {
	World::$options[ $name ] = World::$options[ $name ] ?? $value;
}

function get_post_meta( $post, $key, $single ) {
	return World::$post_meta[ $post ][ $key ] ?? '';
}

function get_transient( $name ) {
	return World::$transients[ $name ] ?? false;
}

function set_transient( $name, $value, $seconds ) {
	World::$transients[ $name ] = $value;
}

function current_user_can( $right ) {
	return World::$may;
}

function register_rest_route( $space, $path, $route ) {
	World::$routes[ "$space$path" ] = $route;
}

function add_meta_box( $id, $title, $print, $screens, $place ) {
	World::$boxes[ $id ] = compact( 'title', 'print', 'screens' );
}

function wp_enqueue_script( $name, $address, $needs, $version, $in_footer ) {
	World::$enqueued[ $name ] = $needs;
}

function plugins_url( $name, $file ) {
	return "/plugins/rabattkonto/$name";
}

function admin_url( $path ) {
	return "/wp-admin/$path";
}

function absint( $value ) {
	return abs( (int) $value );
}

function check_admin_referer( $action ) {
	if ( ! wp_verify_nonce( $_GET['_wpnonce'] ?? '', $action ) ) {
		throw new Refused( 'nonce' );
	}
}

/** Stops where WordPress would. */
final class Refused extends Exception {
}

function wp_die( $text ) {
	throw new Refused( $text );
}

function is_wp_error( $thing ) {
	return $thing instanceof WP_Error;
}

function wp_strip_all_tags( $html ) {
	return strip_tags( $html );
}

function esc_attr( $text ) {
	return esc_html( $text );
}

function esc_attr__( $text, $domain ) {
	return esc_html__( $text, $domain );
}

function esc_url_raw( $url, $protocols ) {
	return in_array( parse_url( $url, PHP_URL_SCHEME ), $protocols, true ) ? $url : '';
}

function human_time_diff( $since ) {
	return intdiv( time() - $since, DAY_IN_SECONDS ) . ' days';
}

function nocache_headers() {
}

function wp_redirect( $url ) {
	wp_safe_redirect( $url );
}

class WP_Query {
	public array $vars;

	public function __construct( array $vars ) {
		$this->vars = $vars;
	}

	public function is_main_query() {
		return true;
	}

	public function get( $name ) {
		return $this->vars[ $name ] ?? '';
	}

	public function set( $name, $value ) {
		$this->vars[ $name ] = $value;
	}
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

function add_query_arg( $key, $value, $page = false ) {
	return ( $page ?: '/cart/' ) . "?$key=$value";
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
	return World::$in_admin;
}

function is_ssl() {
	return true;
}
