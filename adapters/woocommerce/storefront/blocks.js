/* The cart and checkout blocks show a coupon by its code unless a filter gives it a name, and have no place for a hint. */
( function ( checkout, data ) {
	if ( ! checkout || ! checkout.registerCheckoutFilters || ! data ) {
		return;
	}

	/* The filter is not handed the extensions of the cart, so they are read from the blocks' own store. */
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

	/* The page brings the hint along, shown or hidden as it was when the page was built. */
	var hint = document.querySelector( '.rabattkonto-hint > div' );
	if ( ! hint || ! checkout.extensionCartUpdate ) {
		return;
	}

	data.subscribe( function () {
		var declined = ours().declined;
		if ( undefined !== declined && hint.hidden === declined ) {
			hint.hidden = ! declined;
		}
	} );

	/* Where the shop does not answer, the link leads where it would without this script. */
	hint.addEventListener( 'click', function ( event ) {
		var link = event.target.closest( 'a' );
		if ( link ) {
			event.preventDefault();
			checkout.extensionCartUpdate( { namespace: 'rabattkonto', data: { use: true } } ).catch( function () {
				window.location = link.href;
			} );
		}
	} );
} )( window.wc && window.wc.blocksCheckout, window.wp && window.wp.data );
