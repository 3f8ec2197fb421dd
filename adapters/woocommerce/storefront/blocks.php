<?php
/** The cart and checkout blocks, which know no hook of their own to print at: they are told, and a script shows it. */

namespace Rabattkonto;

defined( 'ABSPATH' ) || exit;

/** What goes to the blocks with each answer of the shop about the cart, and what comes back from them. */
final class Blocks {

	private const NAME = 'rabattkonto';

	/** Action `woocommerce_blocks_loaded`. */
	public static function begin(): void {
		if ( ! function_exists( 'woocommerce_store_api_register_endpoint_data' ) ) {
			return;
		}
		woocommerce_store_api_register_endpoint_data(
			array(
				'endpoint'        => 'cart',
				'namespace'       => self::NAME,
				'data_callback'   => guarded( array( self::class, 'told' ), array() ),
				'schema_callback' => array( self::class, 'schema' ),
				'schema_type'     => ARRAY_A,
			)
		);
		woocommerce_store_api_register_update_callback(
			array(
				'namespace' => self::NAME,
				'callback'  => guarded( array( self::class, 'use_again' ) ),
			)
		);
	}

	/** The code in the basket and how its line is called, both empty where there is none; and whether it was taken out. */
	public static function told(): array {
		$coupon = Account::coupon();
		$in     = null !== $coupon && WC()->cart && WC()->cart->has_discount( $coupon->get_code() );
		return array(
			'code'     => $in ? $coupon->get_code() : '',
			'label'    => $in ? self::label( Line::left( $coupon ) ) : '',
			'declined' => Basket::is_declined(),
		);
	}

	/** As WordPress wants it described. */
	public static function schema(): array {
		$field = array(
			'context'  => array( 'view', 'edit' ),
			'readonly' => true,
		);
		return array(
			'code'     => $field + array( 'type' => 'string' ),
			'label'    => $field + array( 'type' => 'string' ),
			'declined' => $field + array( 'type' => 'boolean' ),
		);
	}

	/** The button in the hint was pressed. The shop calculates the cart anew afterwards, and that applies the code. */
	public static function use_again( $sent ): void {
		if ( is_array( $sent ) && ! empty( $sent['use'] ) ) {
			Decline::forget();
		}
	}

	/**
	 * Before each of the two blocks. The hint lies ready for everybody with credit, so that the script can show it in
	 * the moment of a decline; the frame around it is there from the beginning, as screen readers tell only of changes.
	 */
	public static function put_hint_before( $block ): string {
		wp_enqueue_script( 'rabattkonto-blocks', plugins_url( 'blocks.js', __FILE__ ), array( 'wc-blocks-checkout', 'wp-data' ), VERSION, true );
		if ( null === Account::coupon() ) {
			return $block;
		}
		$hidden = Basket::is_declined() ? '' : ' hidden';
		return sprintf( '<div class="rabattkonto-hint" role="status"><div%s>%s</div></div>', $hidden, Basket::hint() ) . $block;
	}

	private static function label( string $left ): string {
		return __( 'Credit', 'rabattkonto' ) . ( '' === $left ? '' : " ($left)" );
	}
}
