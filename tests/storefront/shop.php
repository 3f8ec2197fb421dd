<?php
/**
 * As much of WooCommerce as the plugin touches: a cart with goods in minor units, fixed-cart coupons,
 * the session, and the order in which the real ones call their hooks.
 */

final class WooCommerce {
	public ?WC_Cart $cart       = null;
	public ?WC_Session $session = null;
	public static array $told_blocks = array();
	public static array $heard_from_blocks = array();
	private static ?self $instance = null;

	public static function open( int $goods ): WC_Cart {
		self::$instance          = new self();
		self::$instance->session = new WC_Session();
		self::$instance->cart    = new WC_Cart( $goods );
		return self::$instance->cart;
	}

	public static function instance(): self {
		return self::$instance ?? self::$instance = new self();
	}

	public static function close(): void {
		self::$instance     = null;
		WC_Coupon::$in_shop = WC_Product::$in_shop = WC_Order::$in_shop = WC_Customer::$saved = array();
	}
}

function WC() {
	return WooCommerce::instance();
}

function wc_coupons_enabled() {
	return 'no' !== get_option( 'woocommerce_enable_coupons' );
}

/** All amounts in here are whole minor units. */
function wc_get_price_decimals() {
	return 0;
}

function wc_setcookie( $name, $value, $expire, $secure, $http_only ) {
	World::$cookies[ $name ] = compact( 'value', 'expire', 'secure', 'http_only' );
}

function wc_get_logger() {
	return new class() {
		public function error( $text, $context ) {
			World::$log[] = $context['source'] . ': ' . $text;
		}
	};
}

function wc_prices_include_tax() {
	return true;
}

function wc_price( $amount ) {
	return "<bdi>$amount&nbsp;&euro;</bdi>";
}

/** Prices hold 19 % of tax. */
function wc_get_price_including_tax( $product ) {
	return $product->get_price();
}

function wc_get_price_excluding_tax( $product ) {
	return round( $product->get_price() / 1.19 );
}

function wc_get_product( $id ) {
	return WC_Product::$in_shop[ $id ] ?? false;
}

function wc_get_order( $id ) {
	return WC_Order::$in_shop[ $id ] ?? false;
}

function wc_format_datetime( $date ) {
	return $date->format( 'd.m.Y' );
}

function wc_get_account_endpoint_url( $name ) {
	return "/my-account/$name/";
}

function is_account_page() {
	return true;
}

function woocommerce_store_api_register_endpoint_data( $data ) {
	WooCommerce::$told_blocks[ $data['namespace'] ] = $data['data_callback'];
}

function woocommerce_store_api_register_update_callback( $heard ) {
	WooCommerce::$heard_from_blocks[ $heard['namespace'] ] = $heard['callback'];
}

function wc_get_checkout_url() {
	return '/checkout/';
}

/** Saving one is what the shop tells the bridge of. */
class WC_Customer {
	public static array $saved = array();
	private int $id;
	private array $meta = array();

	public function __construct( int $id ) {
		$this->id = $id;
	}

	public function update_meta_data( $key, $value ) {
		$this->meta[ $key ] = $value;
	}

	public function save() {
		self::$saved[ $this->id ] = $this->meta;
	}
}

class WC_DateTime extends DateTime {
}

class WC_Session {
	private array $kept = array();

	public function get( $key, $default = null ) {
		return $this->kept[ $key ] ?? $default;
	}

	public function set( $key, $value ) {
		$this->kept[ $key ] = $value;
	}
}

/** `$in_shop` holds what the database would: code => amount, owner, and what makes it special. */
class WC_Coupon {
	public static array $in_shop = array();
	private string $code;
	private array $kept;

	public function __construct( $code ) {
		$this->code = strtolower( $code );
		$this->kept = self::$in_shop[ $this->code ] ?? array( 'id' => 0 );
	}

	public function get_id() {
		return $this->kept['id'] ?? 7;
	}

	public function get_code() {
		return $this->code;
	}

	public function get_amount( $context = 'view' ) {
		return 'edit' === $context ? $this->kept['amount'] : apply_filters( 'woocommerce_coupon_get_amount', $this->kept['amount'] ?? 0, $this );
	}

	public function get_individual_use() {
		return $this->kept['alone'] ?? false;
	}

	public function get_meta( $key ) {
		return $this->kept[ $key ] ?? '';
	}

	public function is_expired() {
		return $this->kept['expired'] ?? false;
	}

	public function is_used_up() {
		return $this->kept['used'] ?? false;
	}
}

class WP_Error {
	public function get_error_message() {
		return 'The address <b>differs</b>.';
	}
}

class WC_Product {
	public static array $in_shop = array();
	private array $kept;

	public function __construct( array $kept ) {
		$this->kept = $kept;
	}

	public function get_id() {
		return $this->kept['id'] ?? 1;
	}

	public function get_parent_id() {
		return $this->kept['parent'] ?? 0;
	}

	public function get_sku() {
		return $this->kept['sku'] ?? '';
	}

	public function get_price() {
		return $this->kept['price'] ?? 0;
	}

	public function is_type( $type ) {
		return ( $this->kept['type'] ?? 'simple' ) === $type;
	}

	public function get_visible_children() {
		return $this->kept['children'] ?? array();
	}
}

/** Works on the lines of a cart or an order, one coupon after the other, as the real one does. */
class WC_Discounts {
	private object $object;
	private array $items = array();
	private array $taken = array();

	public function __construct( object $object ) {
		$this->object = $object;
		foreach ( $object->lines() as $key => list( $price, $product ) ) {
			$this->items[ $key ] = (object) compact( 'key', 'price', 'product' );
		}
	}

	public function get_object() {
		return $this->object;
	}

	public function get_items() {
		return $this->items;
	}

	public function get_discounted_price( $item ) {
		return $item->price - array_sum( array_column( $this->taken, $item->key ) );
	}

	public function is_coupon_valid( WC_Coupon $coupon ) {
		$valid = $coupon->get_id() && ! $coupon->is_expired() && ! $coupon->is_used_up();
		return apply_filters( 'woocommerce_coupon_is_valid', $valid, $coupon ) ? true : new WP_Error();
	}

	public function apply_coupon( WC_Coupon $coupon, $validate = true ) {
		if ( $validate && true !== $this->is_coupon_valid( $coupon ) ) {
			return new WP_Error();
		}
		$code                 = $coupon->get_code();
		$this->taken[ $code ] = array_fill_keys( array_keys( $this->items ), 0 );
		$usable               = array_filter( $this->items, fn( $item ) => $this->get_discounted_price( $item ) > 0 );
		$usable               = apply_filters( 'woocommerce_coupon_get_items_to_apply', array_values( $usable ), $coupon, $this );
		$left                 = $usable ? $this->amount( $coupon ) : 0;
		foreach ( $usable as $item ) {
			$part                               = min( $left, $this->get_discounted_price( $item ) );
			$this->taken[ $code ][ $item->key ] = $part;
			$left                              -= $part;
		}
		return true;
	}

	/** As measured, an amount of nothing makes the shop ask once more. */
	private function amount( WC_Coupon $coupon ) {
		return $coupon->get_amount() ?: $coupon->get_amount();
	}

	public function get_discounts_by_coupon() {
		return array_map( 'array_sum', $this->taken );
	}
}

class WC_Cart {
	public int $goods;
	public int $total = 0;
	public array $lines = array();
	private array $applied_coupons = array();

	public function __construct( int $goods ) {
		$this->goods = $goods;
		World::$hooks['woocommerce_applied_coupon'][20] = array( array( array( $this, 'calculate_totals' ), 0 ) );
		World::$hooks['woocommerce_removed_coupon'][20] = array( array( array( $this, 'calculate_totals' ), 0 ) );
	}

	public function is_empty() {
		return 0 === $this->goods;
	}

	/** (price, product) each; without lines of its own, all goods are one nameless piece. */
	public function lines(): array {
		return $this->lines ? $this->lines : array( array( $this->goods, new WC_Product( array() ) ) );
	}

	/** Puts these (price, product) into the cart. */
	public function fill( array ...$lines ): self {
		$this->lines = $lines;
		$this->goods = array_sum( array_column( $lines, 0 ) );
		return $this;
	}

	public function get_applied_coupons() {
		return $this->applied_coupons;
	}

	public function set_applied_coupons( array $codes ) {
		$this->applied_coupons = $codes;
	}

	public function get_coupons() {
		$codes = $this->applied_coupons;
		return array_combine( $codes, array_map( fn( $code ) => new WC_Coupon( $code ), $codes ) );
	}

	public function get_coupon_discount_amount( $code, $without_tax ) {
		$discounts = new WC_Discounts( $this );
		foreach ( $this->get_coupons() as $coupon ) {
			$discounts->apply_coupon( $coupon, false );
		}
		return $discounts->get_discounts_by_coupon()[ $code ] ?? 0;
	}

	public function has_discount( $code ) {
		return in_array( strtolower( $code ), $this->applied_coupons, true );
	}

	public function calculate_totals() {
		if ( $this->is_empty() ) {
			return;
		}
		do_action( 'woocommerce_before_calculate_totals', $this );
		$discounts = new WC_Discounts( $this );
		foreach ( $this->get_coupons() as $coupon ) {
			$discounts->apply_coupon( $coupon, false );
		}
		$this->total = $this->goods - array_sum( $discounts->get_discounts_by_coupon() );
	}

	/** Like the shop, drives out the others first, calculating after each, and then adds the new one. */
	public function apply_coupon( $code ) {
		$coupon = new WC_Coupon( $code );
		if ( $coupon->get_individual_use() ) {
			$kept = apply_filters( 'woocommerce_apply_individual_use_coupon', array(), $coupon, $this->applied_coupons );
			array_map( array( $this, 'remove_coupon' ), array_diff( $this->applied_coupons, $kept ) );
		}
		$this->applied_coupons[] = $coupon->get_code();
		do_action( 'woocommerce_applied_coupon', $coupon->get_code() );
	}

	public function remove_coupon( $code ) {
		$this->applied_coupons = array_values( array_diff( $this->applied_coupons, array( strtolower( $code ) ) ) );
		do_action( 'woocommerce_removed_coupon', strtolower( $code ) );
	}

	public function empty_cart() {
		$this->goods           = 0;
		$this->applied_coupons = array();
		do_action( 'woocommerce_cart_emptied', true );
	}
}

/** One line of an order; amounts after every discount. */
class WC_Order_Item {
	private array $kept;

	public function __construct( array $kept ) {
		$this->kept = $kept;
	}

	public function __call( $name, $none ) {
		return $this->kept[ substr( $name, 4 ) ] ?? 0;
	}
}

class WC_Order {
	public static array $in_shop = array();
	public array $meta = array();
	public array $lines = array();
	public array $items = array();
	public array $refunds = array();
	public array $notes = array();
	public int $customer = 0;
	public string $status = 'pending';
	public string $method = 'bacs';
	public ?WC_DateTime $paid = null;
	public $applying = true;

	/** What an article of the order was paid. */
	public function sell( WC_Product $product, int $quantity, int $total, int $total_tax = 0 ): self {
		$this->items['line_item'][] = new WC_Order_Item( compact( 'product', 'quantity', 'total', 'total_tax' ) );
		return $this;
	}

	public function lines(): array {
		return $this->lines;
	}

	public function get_items( $type = 'line_item' ) {
		return $this->items[ $type ] ?? array();
	}

	/** `$applying` is true, or what the shop refuses the code with. */
	public function apply_coupon( WC_Coupon $coupon ) {
		if ( true === $this->applying ) {
			$this->items['coupon'][] = new WC_Order_Item( array( 'code' => $coupon->get_code(), 'discount' => 420, 'discount_tax' => 80 ) );
		}
		return $this->applying;
	}

	public function get_coupon_codes() {
		return array_map( fn( $line ) => $line->get_code(), $this->get_items( 'coupon' ) );
	}

	public function get_id() {
		return 77;
	}

	public function get_edit_order_url() {
		return '/wp-admin/order-77';
	}

	public function get_refunds() {
		return $this->refunds;
	}

	public function has_status( $statuses ) {
		return in_array( $this->status, (array) $statuses, true );
	}

	public function get_date_paid() {
		return $this->paid;
	}

	public function get_payment_method() {
		return $this->method;
	}

	public function add_order_note( $text, $to_customer, $by_user ) {
		$this->notes[] = $text;
	}

	public function get_customer_id() {
		return $this->customer;
	}

	public function update_meta_data( $key, $value ) {
		$this->meta[ $key ] = $value;
	}

	public function delete_meta_data( $key ) {
		unset( $this->meta[ $key ] );
	}
}
