<?php
/** Which articles and buyers a rule of the programme means. */

namespace Rabattkonto;

defined( 'ABSPATH' ) || exit;

/** An article by what a merchant may call it: SKU, number, category, tag; and its buyer by group. */
final class Articles {

	/** Whether lists of words mean this article: all kinds that are named must fit, of each list any word. */
	public static function are_meant( $lists, $product, array $groups ): bool {
		$words = self::words( $product ) + array( 'group' => $groups );
		$fits  = array_filter( (array) $lists, fn( $list, $kind ) => array_intersect( (array) $list, $words[ $kind ] ?? array() ), ARRAY_FILTER_USE_BOTH );
		return count( $fits ) === count( (array) $lists );
	}

	/** The groups of a customer, none for guests. */
	public static function groups( int $customer ): array {
		$user = $customer ? get_userdata( $customer ) : false;
		return $user ? array_values( (array) $user->roles ) : array();
	}

	/**
	 * The number of a product or variation in the language it was first written in, as the bridge has it: translations
	 * are made later and number higher. WPML and Polylang answer both filters; without them it is the number itself.
	 */
	public static function original( int $id ): int {
		$numbers = array( $id );
		foreach ( array_keys( (array) apply_filters( 'wpml_active_languages', null ) ) as $language ) {
			$numbers[] = (int) apply_filters( 'wpml_object_id', $id, get_post_type( $id ), false, $language );
		}
		return min( array_filter( $numbers ) );
	}

	/** What an article is called; a variation is filed under its product, a translation under its original, too. A deleted one has no names left. */
	private static function words( $product ): array {
		if ( ! $product instanceof \WC_Product ) {
			return array();
		}
		$parent   = $product->get_parent_id() ? $product->get_parent_id() : $product->get_id();
		$original = self::original( $parent );
		return array(
			'sku'      => array( $product->get_sku() ),
			'product'  => array_map( 'strval', array( $product->get_id(), $parent, self::original( $product->get_id() ), $original ) ),
			'category' => self::terms( array( $parent, $original ), 'product_cat' ),
			'tag'      => self::terms( array( $parent, $original ), 'product_tag' ),
		);
	}

	/** Names and slugs: merchants write their rules with either. */
	private static function terms( array $products, string $taxonomy ): array {
		$words = array();
		foreach ( array_unique( $products ) as $product ) {
			$terms = get_the_terms( $product, $taxonomy );
			foreach ( is_array( $terms ) ? $terms : array() as $term ) {
				array_push( $words, $term->slug, html_entity_decode( $term->name, ENT_QUOTES ) );
			}
		}
		return $words;
	}
}
