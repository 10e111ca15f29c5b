"""Amazon's Orders v0 order, with the items fetched beside it, to a purchase.

Source: models/orders-api-model/ordersV0.json of amzn/selling-partner-api-models. `ItemPrice` and
its companions are for the whole line; `OrderTotal` is what the buyer pays.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from channels.amazon.canonical import messages_of
from channels.amazon.payload_v0 import AddressV0, OrderItemV0, OrderV0
from channels.amazon.purchase import ZERO, Amount, Item, Purchase, Recipient
from channels.amazon.values import Money
from channels.body import joined
from channels.message import ChannelMessage


def order_messages(order: OrderV0, shop: str) -> Iterator[ChannelMessage]:
    """Say what an order means: the order or its cancellation, its parcel and delivery."""
    return messages_of(_purchase(order), shop)


def _purchase(order: OrderV0) -> Purchase:
    items, buyer, total = order.items, order.BuyerInfo, order.OrderTotal
    is_elsewhere = order.SalesChannel.casefold().startswith("non-amazon")
    asks_to_cancel = any(_asks_to_cancel(item) for item in items or ())
    company = buyer.BuyerTaxInfo.CompanyLegalName if buyer and buyer.BuyerTaxInfo else ""
    return Purchase(
        id=order.AmazonOrderId,
        placed_at=order.PurchaseDate,
        updated_at=order.LastUpdateDate,
        status=order.OrderStatus,
        fulfilled_by_amazon=order.FulfillmentChannel.upper() == "AFN",
        marketplace_id=order.MarketplaceId,
        marketplace_name=order.SalesChannel,
        total=Amount("OrderTotal", total.amount) if total else None,
        items=None if items is None else tuple(_item(item) for item in items),
        buyer_name=(buyer.BuyerName if buyer else "") or order.BuyerName,
        buyer_email=(buyer.BuyerEmail if buyer else "") or order.BuyerEmail,
        buyer_company=company,
        is_business=order.IsBusinessOrder,
        recipient=_recipient(order.ShippingAddress) if order.ShippingAddress else None,
        currencies=_currencies(total),
        cod="COD" in (order.PaymentMethod, *order.PaymentMethodDetails),
        free=is_elsewhere or order.IsReplacementOrder,
        replacement=order.IsReplacementOrder,
        multi_channel=is_elsewhere,
        cancel_requested=asks_to_cancel,
        cancelled_by="BUYER" if asks_to_cancel else "",
        has_regulated_items=order.HasRegulatedItems,
        easy_ship_status=order.EasyShipShipmentStatus,
        service_level=order.ShipServiceLevel,
        notes=_notes(items or ()),
    )


def _item(item: OrderItemV0) -> Item:
    gift = item.BuyerInfo
    wrap, wrap_tax = (gift.GiftWrapPrice, gift.GiftWrapTax) if gift else (None, None)
    charges = {"ShippingPrice": item.ShippingPrice, "GiftWrapPrice": wrap, "CODFee": item.CODFee}
    discounts = (item.PromotionDiscount, item.ShippingDiscount, item.CODFeeDiscount)
    price = item.ItemPrice
    return Item(
        id=item.OrderItemId,
        sku=item.SellerSKU,
        title=item.Title or item.ASIN,
        quantity=item.QuantityOrdered,
        price=Amount("ItemPrice", price.amount) if price else None,
        unit_price=None,
        tax=Amount("ItemTax", _sum(item.ItemTax)),
        charges=tuple(Amount(w, m.amount) for w, m in charges.items() if m and m.amount),
        charges_tax=_sum(item.ShippingTax, wrap_tax),
        discount=Amount("PromotionDiscount", _sum(item.PromotionDiscount)),
        discount_tax=_sum(item.PromotionDiscountTax),
        charges_discount=_sum(item.ShippingDiscount, item.CODFeeDiscount),
        charges_discount_tax=_sum(item.ShippingDiscountTax),
        collected=item.TaxCollection.Model if item.TaxCollection else "",
        currencies=_currencies(price, item.ItemTax, *charges.values(), *discounts),
    )


def _sum(*amounts: Money | None) -> Decimal:
    return sum((abs(each.amount) for each in amounts if each), ZERO)


def _currencies(*amounts: Money | None) -> frozenset[str]:
    return frozenset(each.currency.upper() for each in amounts if each and each.currency)


def _asks_to_cancel(item: OrderItemV0) -> bool:
    wish = item.BuyerRequestedCancel
    return wish is not None and wish.IsBuyerRequestedCancel


def _recipient(address: AddressV0) -> Recipient:
    return Recipient(
        name=address.Name,
        company=address.CompanyName,
        streets=(address.AddressLine1, address.AddressLine2, address.AddressLine3),
        cities=(address.City, address.Municipality, address.District or address.County),
        region=address.StateOrRegion,
        postal_code=address.PostalCode,
        country=address.CountryCode,
        phone=address.Phone,
    )


def _notes(items: Sequence[OrderItemV0]) -> str:
    gifts = [item.BuyerInfo.GiftMessageText for item in items if item.BuyerInfo]
    return joined(list(dict.fromkeys(gifts)), "\n")
