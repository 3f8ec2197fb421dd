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

	/** What an article is called; a variation is filed under its product. A deleted one has no names left. */
	private static function words( $product ): array {
		if ( ! $product instanceof \WC_Product ) {
			return array();
		}
		$parent = $product->get_parent_id() ? $product->get_parent_id() : $product->get_id();
		return array(
			'sku'      => array( $product->get_sku() ),
			'product'  => array( (string) $product->get_id(), (string) $parent ),
			'category' => self::terms( $parent, 'product_cat' ),
			'tag'      => self::terms( $parent, 'product_tag' ),
		);
	}

	/** Names and slugs: merchants write their rules with either. */
	private static function terms( int $product, string $taxonomy ): array {
		$terms = get_the_terms( $product, $taxonomy );
		$words = array();
		foreach ( is_array( $terms ) ? $terms : array() as $term ) {
			array_push( $words, $term->slug, html_entity_decode( $term->name, ENT_QUOTES ) );
		}
		return $words;
	}
}
