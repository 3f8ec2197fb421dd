/* The cart and checkout blocks show a coupon by its code unless a filter gives it a name. */
( function ( checkout ) {
	if ( ! checkout || ! checkout.registerCheckoutFilters ) {
		return;
	}
	checkout.registerCheckoutFilters( 'rabattkonto', {
		coupons: function ( coupons, extensions ) {
			var ours = ( extensions && extensions.rabattkonto ) || {};
			return coupons.map( function ( coupon ) {
				return ours.code && coupon.code === ours.code ? Object.assign( {}, coupon, { label: ours.label } ) : coupon;
			} );
		},
	} );
} )( window.wc && window.wc.blocksCheckout );
