<?php
/** Whose mailbox is proven: noted when a plugin's double opt-in is completed, for the bridge to read. */

namespace Rabattkonto;

defined( 'ABSPATH' ) || exit;

/**
 * The address that a customer has proven. The plugins' own notes cannot be read from outside: WooCommerce hides
 * all customer meta data with an underscore in front. And Germanized's says nothing of customers from before.
 */
final class Mailbox {

	private const KEY = 'rabattkonto_mailbox';

	private const WAITING_KEY = 'rabattkonto_unconfirmed';

	/** Germanized keeps the code of its double opt-in here until it was used (`wc_gzd_is_customer_activated`). */
	private const GERMANIZED_WAITS = '_woocommerce_activation';

	/** Whom German Market has just activated; its action afterwards does not say. */
	private static int $activated = 0;

	/** Germanized: action `woocommerce_gzd_customer_opted_in`, when the customer has followed the link in the mail. */
	public static function note_germanized( $user ): void {
		if ( $user instanceof \WP_User ) {
			self::note( $user->ID, $user->user_email );
		}
	}

	/** German Market: action `updated_user_meta`, also when staff activate an account by hand, which proves nothing. */
	public static function watch_german_market( $meta, $user = 0, $key = '', $value = '' ): void {
		if ( '_wgm_double_opt_in_activation_status' === $key ) {
			self::$activated = 'activated' === $value ? (int) $user : 0;
		}
	}

	/** German Market: action `wgm_double_opt_in_activation_user_activated`, only when the link was followed. */
	public static function note_german_market(): void {
		$user = self::$activated ? get_userdata( self::$activated ) : false;
		if ( $user ) {
			self::note( self::$activated, $user->user_email );
		}
	}

	/**
	 * Filter `woocommerce_rest_prepare_customer`, of messages to the bridge, too: Germanized still waits for this
	 * customer to follow the link. It keeps that under a key which WooCommerce hides from outside.
	 */
	public static function tell_waiting( $response ) {
		$data = is_object( $response ) && method_exists( $response, 'get_data' ) ? $response->get_data() : null;
		if ( ! is_array( $data ) || ! is_array( $data['meta_data'] ?? null ) || ! get_user_meta( (int) ( $data['id'] ?? 0 ), self::GERMANIZED_WAITS, true ) ) {
			return $response;
		}
		$data['meta_data'][] = array(
			'id'    => 0,
			'key'   => self::WAITING_KEY,
			'value' => 'yes',
		);
		$response->set_data( $data );
		return $response;
	}

	/** Saved as a customer, so that the shop tells the bridge. The address is kept: another one is not proven. */
	private static function note( int $user, string $address ): void {
		$customer = new \WC_Customer( $user );
		$customer->update_meta_data( self::KEY, $address );
		$customer->save();
	}
}
