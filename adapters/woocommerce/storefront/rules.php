<?php
/** Which articles a code may not touch, and how much of a basket it may take. */

namespace Rabattkonto;

defined( 'ABSPATH' ) || exit;

/**
 * Keeps the rules that the bridge wrote on a code: which articles it may not touch, and how much of the
 * basket it may take. The shop knows neither for a fixed amount.
 *
 * Everything is computed from the goods at hand, be they a cart's or those of an order that the admin
 * calculates anew; the visitor's cart would be the wrong one there.
 */
final class Rules {

	private const KEY = '_rabattkonto_rules';

	/** What each coupon object may take of the goods that it was last asked about. */
	private static ?\SplObjectStorage $most = null;

	/** The rules on one of our codes, empty where there are none. */
	public static function of( $coupon ): array {
		if ( ! $coupon instanceof \WC_Coupon || ! Account::issued( $coupon ) ) {
			return array();
		}
		$rules = $coupon->get_meta( self::KEY );
		return is_array( $rules ) ? $rules : array();
	}

	/** Filter `woocommerce_coupon_get_items_to_apply`, asked each time before a coupon takes something off. */
	public static function leave_out( $items, $coupon = null, $discounts = null ) {
		$rules = self::of( $coupon );
		if ( ! $rules || ! $discounts instanceof \WC_Discounts ) {
			return $items;
		}
		$groups = self::groups( $discounts->get_object() );
		$usable = array();
		foreach ( (array) $items as $item ) {
			if ( ! self::is_barred( $rules, $item->product, $groups ) ) {
				$usable[] = $item;
			}
		}
		$most = self::most( $rules, $usable, $discounts );
		self::remember( $coupon, $most );
		// Asked for nothing, the shop would ask the coupon for its amount a second time: so it gets no goods.
		return $most > 0 ? $usable : array();
	}

	/** Filter `woocommerce_coupon_get_amount`. */
	public static function cap( $amount, $coupon = null ) {
		$known = $coupon instanceof \WC_Coupon && isset( self::$most[ $coupon ] );
		return $known && self::of( $coupon ) ? min( (float) $amount, self::$most[ $coupon ] ) : $amount;
	}

	/** What may be taken at most: the share of the usable goods, and what leaves enough to pay for all of them. */
	private static function most( array $rules, array $usable, \WC_Discounts $discounts ): float {
		$share = self::number( $rules, 'share' );
		$most  = self::worth( $usable, $discounts ) * ( null === $share ? 1 : $share / 100 );
		$least = self::number( $rules, 'min_payable' );
		if ( $least ) {
			$most = min( $most, self::worth( $discounts->get_items(), $discounts ) - $least );
		}
		return self::whole_cents( $most );
	}

	/** What these goods cost now that earlier coupons have taken their part. */
	private static function worth( array $items, \WC_Discounts $discounts ): float {
		return (float) array_sum( array_map( array( $discounts, 'get_discounted_price' ), $items ) );
	}

	private static function whole_cents( float $amount ): float {
		$unit = 10 ** wc_get_price_decimals();
		return floor( round( $amount * $unit, 4 ) ) / $unit;
	}

	private static function number( array $rules, string $name ): ?float {
		return is_numeric( $rules[ $name ] ?? null ) ? (float) $rules[ $name ] : null;
	}

	private static function remember( \WC_Coupon $coupon, float $most ): void {
		self::$most            = self::$most ?? new \SplObjectStorage();
		self::$most[ $coupon ] = $most;
	}

	private static function is_barred( array $rules, $product, array $groups ): bool {
		foreach ( (array) ( $rules['barred'] ?? array() ) as $lists ) {
			if ( $lists && Articles::are_meant( $lists, $product, $groups ) ) {
				return true;
			}
		}
		return false;
	}

	/** The groups of whoever buys: of an order its customer, otherwise the visitor. */
	private static function groups( $object ): array {
		return Articles::groups( $object instanceof \WC_Order ? $object->get_customer_id() : get_current_user_id() );
	}
}
