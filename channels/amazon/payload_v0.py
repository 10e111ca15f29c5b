"""The parts of an Orders v0 order and of its items that we read.

Source: models/orders-api-model/ordersV0.json of amzn/selling-partner-api-models, deprecated by
Amazon until 2027-03-27; files and exports still hold it. Items come by a call of their own, so an
order may stand without them. Addresses lack name and street without a Restricted Data Token.
"""

from typing import Annotated

from pydantic import AliasChoices, Field

from channels.amazon.values import Body, Count, NullableList, Price, Truth
from channels.body import CleanText, Clipped, ClippedNotes


class AddressV0(Body):
    """Where it goes."""

    Name: Clipped = ""
    CompanyName: Clipped = ""
    AddressLine1: CleanText = ""
    AddressLine2: CleanText = ""
    AddressLine3: CleanText = ""
    City: CleanText = ""
    County: CleanText = ""
    District: CleanText = ""
    Municipality: CleanText = ""
    StateOrRegion: CleanText = ""
    PostalCode: CleanText = ""
    CountryCode: CleanText = ""
    Phone: CleanText = ""


class TaxInfoV0(Body):
    """The company of a business buyer."""

    CompanyLegalName: Clipped = ""


class BuyerV0(Body):
    """Who bought; the e-mail address is an alias that Amazon forwards."""

    BuyerName: Clipped = ""
    BuyerEmail: CleanText = ""
    BuyerTaxInfo: TaxInfoV0 | None = None


class ItemBuyerV0(Body):
    """How the buyer wants the item wrapped."""

    GiftWrapPrice: Price = None
    GiftWrapTax: Price = None
    GiftMessageText: ClippedNotes = ""


class TaxCollectionV0(Body):
    """Who withholds the tax; `MarketplaceFacilitator` is Amazon."""

    Model: CleanText = ""


class CancelRequestV0(Body):
    """Whether the buyer asked to cancel; Amazon writes the truth as text."""

    IsBuyerRequestedCancel: Truth = False


class OrderItemV0(Body):
    """One order item; `ItemPrice` is for the whole line, not for a piece."""

    OrderItemId: CleanText
    ASIN: CleanText = ""
    SellerSKU: CleanText = ""
    Title: Clipped = ""
    QuantityOrdered: Count
    ItemPrice: Price = None
    ItemTax: Price = None
    ShippingPrice: Price = None
    ShippingTax: Price = None
    ShippingDiscount: Price = None
    ShippingDiscountTax: Price = None
    PromotionDiscount: Price = None
    PromotionDiscountTax: Price = None
    CODFee: Price = None
    CODFeeDiscount: Price = None
    TaxCollection: TaxCollectionV0 | None = None
    BuyerInfo: ItemBuyerV0 | None = None
    BuyerRequestedCancel: CancelRequestV0 | None = None


class OrderV0(Body):
    """An order as getOrder and getOrders answer it, its items put inside by whoever fetched them.

    `items` is None when nobody fetched them.
    """

    AmazonOrderId: CleanText
    PurchaseDate: CleanText = ""
    LastUpdateDate: CleanText = ""
    OrderStatus: CleanText = ""
    FulfillmentChannel: CleanText = ""
    SalesChannel: CleanText = ""
    MarketplaceId: CleanText = ""
    ShipServiceLevel: CleanText = ""
    OrderTotal: Price = None
    PaymentMethod: CleanText = ""
    PaymentMethodDetails: Annotated[tuple[CleanText, ...], NullableList] = ()
    EasyShipShipmentStatus: CleanText = ""
    OrderType: CleanText = ""
    IsBusinessOrder: Truth = False
    IsReplacementOrder: Truth = False
    HasRegulatedItems: Truth = False
    ShippingAddress: AddressV0 | None = None
    BuyerInfo: BuyerV0 | None = None
    BuyerName: Clipped = ""
    BuyerEmail: CleanText = ""
    items: tuple[OrderItemV0, ...] | None = Field(
        default=None, validation_alias=AliasChoices("OrderItems", "orderItems")
    )
