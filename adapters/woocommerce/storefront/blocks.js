/* The cart and checkout blocks show a coupon by its code unless a filter gives it a name. */
( function ( checkout, data ) {
	if ( ! checkout || ! checkout.registerCheckoutFilters || ! data ) {
		return;
	}

	/* This filter is not handed the extensions of the cart, so they are read from the blocks' own store. */
	function ours() {
		var cart = data.select( 'wc/store/cart' ).getCartData();
		return ( cart.extensions && cart.extensions.rabattkonto ) || {};
	}

	checkout.registerCheckoutFilters( 'rabattkonto', {
		coupons: function ( coupons ) {
			var known = ours();
			return coupons.map( function ( coupon ) {
				return known.code && coupon.code === known.code ? Object.assign( {}, coupon, { label: known.label } ) : coupon;
			} );
		},
	} );
} )( window.wc && window.wc.blocksCheckout, window.wp && window.wp.data );
