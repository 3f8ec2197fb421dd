"""Answers of GraphQL about orders, brought into the form of a webhook's body: both are then read by one reader."""

from typing import Any

from adapters.shopify.ids import number


def order_body(node: Any) -> dict[str, Any]:
    """The order as a webhook would tell it, with its transactions; raises ``KeyError`` and its like."""
    applications = sorted(node["discountApplications"]["nodes"], key=lambda each: each["index"])
    return {
        "id": _id(node),
        "name": node["name"],
        "currency": node["currencyCode"],
        "created_at": node["createdAt"],
        "updated_at": node["updatedAt"],
        "processed_at": node["processedAt"],
        "cancelled_at": node["cancelledAt"],
        "financial_status": _word(node["displayFinancialStatus"]),
        "taxes_included": node["taxesIncluded"],
        "test": node["test"],
        "email": node["email"],
        "customer": _buyer(node["customer"]),
        "source_name": node["sourceName"],
        "fulfillment_status": None if node["displayFulfillmentStatus"] == "UNFULFILLED" else "begun",
        "payment_gateway_names": node["paymentGatewayNames"],
        "discount_applications": [_application(each) for each in applications],
        "discount_codes": [{"code": code} for code in node["discountCodes"]],
        "line_items": [_line(each) for each in node["lineItems"]["nodes"]],
        "refunds": [_refund(each) for each in node["refunds"]],
        "total_tip_received": _sum(node["totalTipReceivedSet"]),
        "total_shipping": _sum(node["totalShippingPriceSet"]),
        "note_attributes": [{"name": each["key"], "value": each["value"]} for each in node["customAttributes"]],
        "transactions": [_payment(each) for each in node["transactions"]],
    }


def _id(node: Any) -> int:
    return int(number(node["id"]))


def _sum(money: Any) -> str:
    """The amount in the shop's currency; what the customer saw in another one is never booked."""
    return str(money["shopMoney"]["amount"])


def _word(name: str | None) -> str | None:
    return name.lower() if name else None


def _buyer(customer: Any) -> dict[str, Any] | None:
    if customer is None:
        return None
    return {
        "id": _id(customer),
        "first_name": customer["firstName"],
        "last_name": customer["lastName"],
        "email": (customer["defaultEmailAddress"] or {}).get("emailAddress"),
    }


_KINDS = {
    "DiscountCodeApplication": "discount_code",
    "AutomaticDiscountApplication": "automatic",
    "ManualDiscountApplication": "manual",
    "ScriptDiscountApplication": "script",
}


def _application(node: Any) -> dict[str, Any]:
    return {
        "type": _KINDS[node["__typename"]],
        "code": node.get("code"),
        "title": node.get("title"),
        "description": node.get("description"),
    }


def _line(node: Any) -> dict[str, Any]:
    return {
        "id": _id(node),
        "title": node["title"],
        "sku": node["sku"],
        "quantity": node["quantity"],
        "current_quantity": node["currentQuantity"],
        "gift_card": node["isGiftCard"],
        "product_id": _id(node["product"]) if node["product"] else None,
        "variant_id": _id(node["variant"]) if node["variant"] else None,
        "price": _sum(node["originalUnitPriceSet"]),
        "tax_lines": [{"rate": tax["rate"], "price": _sum(tax["priceSet"])} for tax in node["taxLines"]],
        "discount_allocations": [
            {
                "amount": _sum(each["allocatedAmountSet"]),
                "discount_application_index": each["discountApplication"]["index"],
            }
            for each in node["discountAllocations"]
        ],
    }


def _refund(node: Any) -> dict[str, Any]:
    return {
        "id": _id(node),
        "refund_line_items": [_refunded(each) for each in node["refundLineItems"]["nodes"]],
        "order_adjustments": [_shipping(each) for each in node["refundShippingLines"]["nodes"]],
        "transactions": [_payment(each) for each in node["transactions"]["nodes"]],
    }


def _refunded(node: Any) -> dict[str, Any]:
    return {
        "line_item_id": _id(node["lineItem"]),
        "quantity": node["quantity"],
        "subtotal": _sum(node["subtotalSet"]),
        "total_tax": _sum(node["totalTaxSet"]),
    }


def _shipping(node: Any) -> dict[str, Any]:
    """A parcel given back; webhooks list it among the adjustments, with a minus in front."""
    return {
        "kind": "shipping_refund",
        "amount": f"-{_sum(node['subtotalAmountSet'])}",
        "tax_amount": f"-{_sum(node['taxAmountSet'])}",
    }


def _payment(node: Any) -> dict[str, Any]:
    return {
        "kind": _word(node["kind"]),
        "status": _word(node["status"]),
        "gateway": node["gateway"],
        "amount": _sum(node["amountSet"]),
    }
