<?php
/** What articles and orders earn, calculated here by the rules that the bridge told us. */

namespace Rabattkonto;

defined( 'ABSPATH' ) || exit;

/** Amounts in minor units, as the bridge counts them: whole numbers, halves upwards, once for each line and rule. */
final class Money {

	/** From what the shop calculates with. */
	public static function minor( $amount ): int {
		return (int) round( (float) $amount * self::unit() );
	}

	/** As the shop prints prices, without markup. */
	public static function printed( int $minor ): string {
		return trim( html_entity_decode( wp_strip_all_tags( wc_price( $minor / self::unit() ) ), ENT_QUOTES, 'UTF-8' ) );
	}

	/** As a number for machines, with a dot. */
	public static function plain( int $minor ): string {
		return number_format( $minor / self::unit(), wc_get_price_decimals(), '.', '' );
	}

	/** A share of an amount, the percentage with at most four places. */
	public static function percent_of( int $minor, string $percent ): int {
		$parts = (int) round( (float) $percent * 10000 );
		return intdiv( 2 * $minor * $parts + 1000000, 2000000 );
	}

	private static function unit(): int {
		return 10 ** wc_get_price_decimals();
	}
}

/** The rules for earning. Nothing is promised until the bridge has told them, nor where the programme has ended. */
final class Tariff {

	/** The credit per piece that a merchant types on a product or a variation. */
	private const TYPED_KEY = '_rabattkonto_credit';

	/** What the visitor earns with one piece at its present price; nothing for what has none and cannot be bought. */
	public static function of_product( \WC_Product $product ): int {
		if ( '' === (string) $product->get_price() ) {
			return 0;
		}
		$price = Money::minor( wc_get_price_including_tax( $product ) );
		$net   = Money::minor( wc_get_price_excluding_tax( $product ) );
		return self::earned( $product, 1, $price, $net, $price, Articles::groups( get_current_user_id() ) );
	}

	/** What an order earns its customer once it is paid, as long as nothing of it was given back. */
	public static function of_order( \WC_Order $order ): int {
		$lines  = $order->get_items();
		$paid   = array_map( fn( $line ) => Money::minor( $line->get_total() ) + Money::minor( $line->get_total_tax() ), $lines );
		$groups = Articles::groups( $order->get_customer_id() );
		$sum    = 0;
		foreach ( $lines as $key => $line ) {
			$sum += self::earned( $line->get_product(), $line->get_quantity(), $paid[ $key ], Money::minor( $line->get_total() ), array_sum( $paid ), $groups );
		}
		return $sum;
	}

	/** The first rate that fits counts, unless credit was typed on the article; those with “also” are added. */
	private static function earned( $product, int $pieces, int $paid, int $net, int $basket, array $groups ): int {
		$tariff = Told::tariff();
		if ( self::is_excluded( $tariff, $product, $groups ) ) {
			return 0;
		}
		$typed = empty( $tariff['typed'] ) ? null : self::typed( $product );
		$sum   = null === $typed ? 0 : $typed * $pieces;
		$found = null !== $typed;
		$base  = 'net' === ( $tariff['basis'] ?? '' ) ? $net : $paid;
		foreach ( (array) ( $tariff['rates'] ?? array() ) as $rate ) {
			$also = ! empty( $rate['also'] );
			if ( ( $also || ! $found ) && self::fits( $rate, $product, $basket, $groups ) ) {
				$sum  += self::by_rate( $rate, $pieces, $base );
				$found = $found || ! $also;
			}
		}
		return $sum;
	}

	private static function fits( array $rate, $product, int $basket, array $groups ): bool {
		$enough = $basket >= Money::minor( $rate['minimum_order'] ?? 0 );
		return $enough && Articles::are_meant( $rate['only'] ?? array(), $product, $groups );
	}

	private static function by_rate( array $rate, int $pieces, int $base ): int {
		$amount = (string) ( $rate['amount'] ?? '' );
		return '' === $amount ? Money::percent_of( $base, (string) ( $rate['percent'] ?? '0' ) ) : Money::minor( $amount ) * $pieces;
	}

	private static function is_excluded( array $tariff, $product, array $groups ): bool {
		foreach ( (array) ( $tariff['excluded'] ?? array() ) as $lists ) {
			if ( Articles::are_meant( $lists, $product, $groups ) ) {
				return true;
			}
		}
		return false;
	}

	/** What was typed on the variation, or else on its product, or on that one's original; null where that is no amount. */
	private static function typed( $product ): ?int {
		if ( ! $product instanceof \WC_Product ) {
			return null;
		}
		$parent = $product->get_parent_id() ? $product->get_parent_id() : $product->get_id();
		foreach ( array_unique( array( $product->get_id(), $parent, Articles::original( $parent ) ) ) as $id ) {
			$text = trim( (string) get_post_meta( $id, self::TYPED_KEY, true ) );
			if ( preg_match( '/^[0-9]{1,9}(?:[.,][0-9]{1,4})?$/D', $text ) ) {
				return Money::minor( str_replace( ',', '.', $text ) );
			}
		}
		return null;
	}
}

/** The line on product pages. */
final class Promise {

	/** Below the price: one product's amount, or the least of what its variations earn. */
	public static function print_on_page(): void {
		global $product;
		if ( ! $product instanceof \WC_Product ) {
			return;
		}
		$amounts = $product->is_type( 'variable' ) ? self::of_variations( $product ) : array( Tariff::of_product( $product ) );
		$least   = $amounts ? min( $amounts ) : 0;
		echo self::html( $least, $least < max( $amounts ? $amounts : array( 0 ) ) ); // phpcs:ignore WordPress.Security.EscapeOutput -- escaped where it is built.
	}

	/** Filter `woocommerce_available_variation`: the chosen variation's own amount stands above its description. */
	public static function put_on_variation( $shown, $product = null, $variation = null ) {
		if ( is_array( $shown ) && $variation instanceof \WC_Product ) {
			$shown['variation_description'] = self::html( Tariff::of_product( $variation ), false ) . ( $shown['variation_description'] ?? '' );
		}
		return $shown;
	}

	/** Where there are so many that the shop itself does not load them with the page, only the chosen one tells. */
	private static function of_variations( \WC_Product $product ): array {
		$children = $product->get_visible_children();
		if ( count( $children ) > apply_filters( 'woocommerce_ajax_variation_threshold', 30, $product ) ) {
			return array();
		}
		$variations = array_filter( array_map( 'wc_get_product', $children ) );
		return array_map( array( Tariff::class, 'of_product' ), array_values( $variations ) );
	}

	private static function html( int $amount, bool $at_least ): string {
		if ( $amount <= 0 ) {
			return '';
		}
		/* translators: %s: an amount of money */
		$text = $at_least ? __( 'From %s credit for your next purchase', 'rabattkonto' ) : __( '%s credit for your next purchase', 'rabattkonto' );
		return sprintf( '<p class="rabattkonto-promise">%s</p>', esc_html( sprintf( $text, Money::printed( $amount ) ) ) );
	}
}
