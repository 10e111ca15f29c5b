"""The parts of an Orders 2026-01-01 order that we read.

Source: models/orders-api-model/orders_2026-01-01.json of amzn/selling-partner-api-models. What a
shop's roles do not cover (buyer, recipient, proceeds) is simply not there.
"""

from typing import Annotated

from channels.amazon.values import Body, Count, NullableList, Price
from channels.body import CleanText, Clipped, ClippedNotes


class SalesChannel(Body):
    """Where it was sold; `NON_AMAZON` for orders that Amazon only ships (MCF)."""

    channelName: CleanText = ""
    marketplaceId: CleanText = ""
    marketplaceName: CleanText = ""


class Buyer(Body):
    """Who bought; the e-mail address is an alias that Amazon forwards."""

    buyerName: Clipped = ""
    buyerEmail: CleanText = ""
    buyerCompanyName: Clipped = ""


class DeliveryAddress(Body):
    """Where it goes; the phone is withheld for what Amazon ships."""

    name: Clipped = ""
    companyName: Clipped = ""
    addressLine1: CleanText = ""
    addressLine2: CleanText = ""
    addressLine3: CleanText = ""
    city: CleanText = ""
    districtOrCounty: CleanText = ""
    municipality: CleanText = ""
    stateOrRegion: CleanText = ""
    postalCode: CleanText = ""
    countryCode: CleanText = ""
    phone: CleanText = ""


class DeliveryPreference(Body):
    """What the buyer asks of the courier."""

    dropOffLocation: ClippedNotes = ""
    addressInstruction: ClippedNotes = ""


class Recipient(Body):
    """The address and the wishes that go with it."""

    deliveryAddress: DeliveryAddress | None = None
    deliveryPreference: DeliveryPreference | None = None


class Detail(Body):
    """What part of a breakdown falls on the goods, the shipping, the gift wrap."""

    subtype: CleanText = ""
    value: Price = None


class Breakdown(Body):
    """One kind of proceeds: ITEM, SHIPPING, GIFT_WRAP, COD_FEE, TAX, DISCOUNT, DELIVERY_TIP..."""

    type: CleanText = ""
    subtotal: Price = None
    detailedBreakdowns: Annotated[tuple[Detail, ...], NullableList] = ()


class OrderProceeds(Body):
    """What the order brings in."""

    grandTotal: Price = None
    breakdowns: Annotated[tuple[Breakdown, ...], NullableList] = ()


class ItemProceeds(Body):
    """What one item brings in."""

    breakdowns: Annotated[tuple[Breakdown, ...], NullableList] = ()


class ItemPrice(Body):
    """The price of one piece."""

    unitPrice: Price = None


class Product(Body):
    """What was bought."""

    asin: CleanText = ""
    title: Clipped = ""
    sellerSku: CleanText = ""
    price: ItemPrice | None = None


class CancellationRequest(Body):
    """Somebody asked to cancel the item."""

    requester: CleanText = ""


class CancellationExecution(Body):
    """Somebody cancelled the item."""

    cancelledBy: CleanText = ""


class Cancellation(Body):
    """What became of a wish to cancel."""

    cancellationRequest: CancellationRequest | None = None
    cancellationExecution: CancellationExecution | None = None


class GiftOption(Body):
    """How the item is wrapped."""

    giftMessage: ClippedNotes = ""


class Packing(Body):
    """How the item is packed."""

    giftOption: GiftOption | None = None


class ShippingConstraints(Body):
    """What the courier has to do; `MANDATORY` where it must."""

    cashOnDelivery: CleanText = ""


class Shipping(Body):
    """How the item is shipped."""

    shippingConstraints: ShippingConstraints | None = None


class ItemFulfillment(Body):
    """How much of the item left, and what its handling asks for."""

    quantityUnfulfilled: Count = None
    packing: Packing | None = None
    shipping: Shipping | None = None


class TaxCollection(Body):
    """Who withholds the tax; `MARKETPLACE_FACILITATOR` is Amazon."""

    model: CleanText = ""


class ItemTax(Body):
    """Who has to do with the item's tax; the amounts are in the proceeds."""

    taxCollections: Annotated[tuple[TaxCollection, ...], NullableList] = ()


class OrderItem(Body):
    """One order item."""

    orderItemId: CleanText
    quantityOrdered: Count
    product: Product = Product()
    proceeds: ItemProceeds | None = None
    cancellation: Cancellation | None = None
    fulfillment: ItemFulfillment | None = None
    tax: ItemTax | None = None


class PackageStatus(Body):
    """How far a package got, in a coarse and a fine word."""

    status: CleanText = ""
    detailedStatus: CleanText = ""


class PackageItem(Body):
    """How much of an item a package holds."""

    orderItemId: CleanText = ""
    quantity: Count = None


class Package(Body):
    """A package of a merchant-fulfilled order."""

    packageReferenceId: CleanText = ""
    createdTime: CleanText = ""
    packageStatus: PackageStatus = PackageStatus()
    carrier: Clipped = ""
    shipTime: CleanText = ""
    trackingNumber: CleanText = ""
    packageItems: Annotated[tuple[PackageItem, ...], NullableList] = ()


class PaymentExecution(Body):
    """One way in which it is paid."""

    paymentMethod: CleanText = ""


class Payment(Body):
    """How it is paid."""

    paymentExecutions: Annotated[tuple[PaymentExecution, ...], NullableList] = ()


class OrderFulfillment(Body):
    """How far the order got, and who ships it: `AMAZON` or `MERCHANT`."""

    fulfillmentStatus: CleanText = ""
    fulfilledBy: CleanText = ""
    fulfillmentServiceLevel: CleanText = ""


class AssociatedOrder(Body):
    """Another order this one stands for."""

    associationType: CleanText = ""


class Order(Body):
    """An order as searchOrders and getOrder answer it."""

    orderId: CleanText
    createdTime: CleanText = ""
    lastUpdatedTime: CleanText = ""
    programs: Annotated[tuple[CleanText, ...], NullableList] = ()
    associatedOrders: Annotated[tuple[AssociatedOrder, ...], NullableList] = ()
    salesChannel: SalesChannel = SalesChannel()
    buyer: Buyer | None = None
    recipient: Recipient | None = None
    proceeds: OrderProceeds | None = None
    payment: Payment | None = None
    fulfillment: OrderFulfillment = OrderFulfillment()
    orderItems: Annotated[tuple[OrderItem, ...], NullableList] = ()
    packages: Annotated[tuple[Package, ...], NullableList] = ()
