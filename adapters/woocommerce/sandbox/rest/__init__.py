"""The shop as a web application: its interface below ``/wp-json`` and its shop window at ``/``."""

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from adapters.woocommerce.sandbox.approval import approval
from adapters.woocommerce.sandbox.pages import window
from adapters.woocommerce.sandbox.php import php_json
from adapters.woocommerce.sandbox.refusals import Refusal
from adapters.woocommerce.sandbox.rest import about, coupons, customers, orders, products, refunds, webhooks
from adapters.woocommerce.sandbox.rest.access import admit
from adapters.woocommerce.sandbox.rest.collection import Collection, Resource
from adapters.woocommerce.sandbox.rest.trouble import OnTheWire, Wire, after, before
from adapters.woocommerce.sandbox.shop import ToyShop

ROOT = "/wp-json/wc/v3"


def create_app(shop: ToyShop, wire: Wire | None = None) -> Flask:
    """A WSGI application around a shop. ``wire`` says how a stalled or broken connection is played."""
    app = Flask(__name__)
    app.config["PROPAGATE_EXCEPTIONS"] = True
    app.url_map.strict_slashes = False
    wire = wire or OnTheWire()
    _interface(app, shop, wire)
    app.register_blueprint(window(shop))
    app.register_blueprint(approval(shop))
    return app


def _interface(app: Flask, shop: ToyShop, wire: Wire) -> None:
    @app.before_request
    def _before() -> Response | None:
        if not request.path.startswith(ROOT):
            return None
        refused = before(shop, wire)
        if refused is None:
            admit(shop)
            g.admitted = True
        return refused

    @app.after_request
    def _after(response: Response) -> Response:
        return after(shop, wire, response) if "admitted" in g else response

    @app.errorhandler(Refusal)
    def _refused(refusal: Refusal) -> Response:
        return Response(php_json(refusal.body()), refusal.status, mimetype="application/json")

    @app.errorhandler(HTTPException)
    def _unrouted(error: HTTPException) -> Response | HTTPException:
        if not request.path.startswith("/wp-json"):
            return error
        sentence = "No route was found matching the URL and request method."
        return _refused(Refusal("rest_no_route", sentence, 404))

    for resource in _resources(shop):
        Collection(shop, resource).mount(app, ROOT)
    refunds.mount(app, ROOT, shop)
    products.mount_variations(app, ROOT, shop)
    orders.mount_notes(app, ROOT, shop)
    about.mount(app, ROOT, shop)


def _resources(shop: ToyShop) -> list[Resource]:
    return [
        orders.resource(shop),
        products.resource(shop),
        customers.resource(shop),
        coupons.resource(shop),
        webhooks.resource(shop),
    ]
