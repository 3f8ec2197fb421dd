"""How the toy shop says no: the error objects of the WordPress interface, as one exception."""

from dataclasses import dataclass, field


@dataclass
class Refusal(Exception):
    """A refused request or checkout: the shop's own ``code``, its sentence and the HTTP status."""

    code: str
    message: str
    status: int = 400
    details: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.status} {self.code}: {self.message}"

    def body(self) -> dict[str, object]:
        """The error object as the interface sends it, also inside batches and deliveries."""
        return {"code": self.code, "message": self.message, "data": {"status": self.status, **self.details}}


UNKNOWN_CODES = {
    "order": "woocommerce_rest_shop_order_invalid_id",
    "product": "woocommerce_rest_product_invalid_id",
    "coupon": "woocommerce_rest_shop_coupon_invalid_id",
    "refund": "woocommerce_rest_shop_order_refund_invalid_id",
    "webhook": "woocommerce_rest_shop_webhook_invalid_id",
}


def unknown(kind: str) -> Refusal:
    """What the shop answers for an id that it does not have."""
    if kind == "customer":
        return Refusal("woocommerce_rest_invalid_id", "Invalid resource ID.", 404)
    return Refusal(UNKNOWN_CODES[kind], "Invalid ID.", 404)
