"""Amazon's Orders 2026-01-01 order to a purchase: proceeds, wishes and packages of one answer.

Source: models/orders-api-model/orders_2026-01-01.json of amzn/selling-partner-api-models. Proceeds
are a list of kinds that add up to `grandTotal`; ITEM is for all pieces of an item, TAX counts once
whether prices contain it or not. How tax becomes ours: `amounts.py`.
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from channels.amazon.canonical import messages_of
from channels.amazon.payload import Breakdown, DeliveryAddress, Order, OrderItem, Package
from channels.amazon.purchase import ZERO, Amount, Item, Parcel, Purchase, Recipient
from channels.amazon.values import Money
from channels.body import joined
from channels.message import ChannelMessage

_CHARGES = ("SHIPPING", "GIFT_WRAP", "COD_FEE", "OTHER")
_GOODS = "ITEM"


def order_messages(order: Order, shop: str) -> Iterator[ChannelMessage]:
    """Say what an order means: the order or its cancellation, its parcels and deliveries."""
    return messages_of(_purchase(order), shop)


def _purchase(order: Order) -> Purchase:
    channel, buyer, total = order.salesChannel, order.buyer, _total(order)
    is_elsewhere = channel.channelName == "NON_AMAZON"
    replaces = any(other.associationType for other in order.associatedOrders)
    return Purchase(
        id=order.orderId,
        placed_at=order.createdTime,
        updated_at=order.lastUpdatedTime,
        status=order.fulfillment.fulfillmentStatus,
        fulfilled_by_amazon=order.fulfillment.fulfilledBy.upper() == "AMAZON",
        marketplace_id=channel.marketplaceId,
        marketplace_name=channel.marketplaceName,
        total=Amount("proceeds.grandTotal", total.amount) if total else None,
        items=tuple(_item(item) for item in order.orderItems),
        buyer_name=buyer.buyerName if buyer else "",
        buyer_email=buyer.buyerEmail if buyer else "",
        buyer_company=buyer.buyerCompanyName if buyer else "",
        is_business="AMAZON_BUSINESS" in order.programs,
        recipient=_recipient(order),
        order_charges=tuple(_order_charges(order)),
        currencies=_currencies(_order_money(order)),
        cod=_is_cod(order),
        free=is_elsewhere or replaces,
        replacement=replaces,
        multi_channel=is_elsewhere,
        cancel_requested=any(_asks_to_cancel(item) for item in order.orderItems),
        cancelled_by=_cancelled_by(order),
        service_level=order.fulfillment.fulfillmentServiceLevel,
        parcels=tuple(_parcel(package) for package in order.packages),
        notes=_notes(order),
    )


def _item(item: OrderItem) -> Item:
    kinds = item.proceeds.breakdowns if item.proceeds else ()
    unit = item.product.price.unitPrice if item.product.price else None
    tax, taxed_goods = _split(kinds, "TAX")
    collections = item.tax.taxCollections if item.tax else ()
    discount, goods_discount = _split(kinds, "DISCOUNT")
    return Item(
        id=item.orderItemId,
        sku=item.product.sellerSku,
        title=item.product.title or item.product.asin,
        quantity=item.quantityOrdered,
        price=_price(item, kinds, unit),
        unit_price=unit.amount if unit else None,
        tax=Amount("TAX", taxed_goods),
        charges=tuple(_charges(kinds)),
        charges_tax=tax - taxed_goods,
        discount=Amount("DISCOUNT", goods_discount),
        charges_discount=discount - goods_discount,
        collected=next((each.model for each in collections if each.model), ""),
        currencies=_currencies([unit, *(kind.subtotal for kind in kinds)]),
    )


def _price(item: OrderItem, kinds: Sequence[Breakdown], unit: Money | None) -> Amount | None:
    goods = next((k.subtotal for k in kinds if k.type == _GOODS and k.subtotal), None)
    if goods:
        return Amount(_GOODS, goods.amount)
    pieces = item.quantityOrdered
    return Amount("unitPrice", unit.amount * pieces) if unit and type(pieces) is int else None


def _split(kinds: Sequence[Breakdown], name: str) -> tuple[Decimal, Decimal]:
    """Return the whole of one kind, and what of it falls on the goods."""
    whole = goods = ZERO
    for kind in kinds:
        if kind.type == name and kind.subtotal:
            details = [d for d in kind.detailedBreakdowns if d.value]
            named = (abs(d.value.amount) for d in details if d.value and d.subtype == _GOODS)
            whole += abs(kind.subtotal.amount)
            goods += sum(named, ZERO) if details else abs(kind.subtotal.amount)
    return whole, goods


def _charges(kinds: Sequence[Breakdown]) -> Iterator[Amount]:
    for kind in kinds:
        if kind.type in _CHARGES and kind.subtotal and kind.subtotal.amount:
            yield Amount(kind.type, kind.subtotal.amount)


def _order_charges(order: Order) -> Iterator[Amount]:
    """Yield what stands on the order alone: the tip, and shipping no item tells of."""
    kinds = order.proceeds.breakdowns if order.proceeds else ()
    for kind in kinds:
        if kind.type == "DELIVERY_TIP" and kind.subtotal and kind.subtotal.amount:
            yield Amount(kind.type, kind.subtotal.amount)
    if not any(item.proceeds and item.proceeds.breakdowns for item in order.orderItems):
        yield from _charges(kinds)


def _total(order: Order) -> Money | None:
    return order.proceeds.grandTotal if order.proceeds else None


def _order_money(order: Order) -> Iterator[Money | None]:
    yield _total(order)
    yield from (kind.subtotal for kind in (order.proceeds.breakdowns if order.proceeds else ()))


def _currencies(amounts: Iterable[Money | None]) -> frozenset[str]:
    return frozenset(each.currency.upper() for each in amounts if each and each.currency)


def _asks_to_cancel(item: OrderItem) -> bool:
    wish = item.cancellation
    return bool(wish and wish.cancellationRequest and not wish.cancellationExecution)


def _cancelled_by(order: Order) -> str:
    """Name who wanted the cancellation: a buyer's request outranks who carried it out."""
    wishes = [item.cancellation for item in order.orderItems if item.cancellation]
    asked = [w.cancellationRequest.requester for w in wishes if w.cancellationRequest]
    done = [w.cancellationExecution.cancelledBy for w in wishes if w.cancellationExecution]
    return next((who for who in (*asked, *done) if who), "")


def _is_cod(order: Order) -> bool:
    ways = [each.paymentMethod for each in order.payment.paymentExecutions] if order.payment else ()
    constraints = [
        item.fulfillment.shipping.shippingConstraints
        for item in order.orderItems
        if item.fulfillment and item.fulfillment.shipping
    ]
    return "CashOnDelivery" in ways or any(c and c.cashOnDelivery for c in constraints)


def _recipient(order: Order) -> Recipient | None:
    address = order.recipient.deliveryAddress if order.recipient else None
    return _written(address) if address else None


def _written(address: DeliveryAddress) -> Recipient:
    return Recipient(
        name=address.name,
        company=address.companyName,
        streets=(address.addressLine1, address.addressLine2, address.addressLine3),
        cities=(address.city, address.municipality, address.districtOrCounty),
        region=address.stateOrRegion,
        postal_code=address.postalCode,
        country=address.countryCode,
        phone=address.phone,
    )


def _parcel(package: Package) -> Parcel:
    return Parcel(
        reference=package.packageReferenceId,
        tracking_number=package.trackingNumber,
        carrier=package.carrier,
        status=package.packageStatus.status,
        detailed_status=package.packageStatus.detailedStatus,
        shipped_at=package.shipTime or package.createdTime,
        lines=tuple((line.orderItemId, line.quantity) for line in package.packageItems),
    )


def _notes(order: Order) -> str:
    wishes = order.recipient.deliveryPreference if order.recipient else None
    packings = [item.fulfillment.packing for item in order.orderItems if item.fulfillment]
    gifts = [p.giftOption.giftMessage for p in packings if p and p.giftOption]
    said = (wishes.dropOffLocation, wishes.addressInstruction) if wishes else ()
    return joined((*said, *dict.fromkeys(gifts)), "\n")
