<?php
/** The line of the credit in the totals of the basket. */

namespace Rabattkonto;

defined( 'ABSPATH' ) || exit;

/** The line of the credit in the totals: its name in place of the code, and what is left of it afterwards. */
final class Line {

	/** Filter `woocommerce_cart_totals_coupon_label`. */
	public static function label( $label, $coupon = null ) {
		return self::is_ours( $coupon ) ? esc_html__( 'Credit', 'rabattkonto' ) : $label;
	}

	/** Filter `woocommerce_cart_totals_coupon_html`. */
	public static function add_rest( $html, $coupon = null ) {
		$left = self::is_ours( $coupon ) ? self::left( $coupon ) : '';
		return '' === $left ? $html : $html . sprintf( ' <small class="rabattkonto-left">%s</small>', esc_html( $left ) );
	}

	private static function is_ours( $coupon ): bool {
		return $coupon instanceof \WC_Coupon && Account::issued( $coupon );
	}

	/** What this basket leaves of the credit, empty where it takes all. Both amounts are as the shop's prices are. */
	public static function left( \WC_Coupon $coupon ): string {
		$taken = WC()->cart ? WC()->cart->get_coupon_discount_amount( $coupon->get_code(), ! wc_prices_include_tax() ) : 0;
		$left  = Money::minor( $coupon->get_amount( 'edit' ) ) - Money::minor( $taken );
		/* translators: %s: an amount of money */
		return $left > 0 ? sprintf( __( '%s is left afterwards', 'rabattkonto' ), Money::printed( $left ) ) : '';
	}
}
