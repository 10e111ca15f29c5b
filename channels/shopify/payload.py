"""The parts of Shopify's REST bodies that we read, as leniently as they are written.

Source: shopify.dev/docs/api/admin-rest, resources Order and Fulfillment. Nulls stand anywhere,
ids exceed 2**53, amounts are strings and sometimes numbers. Everything else is ignored.
"""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from channels.body import (
    CleanText,
    Clipped,
    ClippedNotes,
    NumericId,
    empty_if_null,
    gid_number,
    zero_if_absent,
)
from domain.order import Amount, Instant

Money = Annotated[Amount, BeforeValidator(zero_if_absent)]
NullableList = BeforeValidator(empty_if_null)


def _nothing_if_null(value: object) -> object:
    return {} if value is None else value


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _WithGid(_Body):
    """Something with an id and, beside it, the same id as a gid.

    A relay that writes ids as floats ruins the one and leaves the other: the gid, where it is
    there, is the id; `id` stays as it came, for the order's record.
    """

    admin_graphql_api_id: CleanText = ""

    @model_validator(mode="before")
    @classmethod
    def _tolerate_a_ruined_id(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        number, said = gid_number(data.get("admin_graphql_api_id")), data.get("id")
        if not number or not (said is None or isinstance(said, Decimal)):
            return data
        return data | {"id": _as_said(said) or number}


class _Identified(_WithGid):
    id: NumericId

    @property
    def whole_id(self) -> str:
        """The id with all its digits."""
        return gid_number(self.admin_graphql_api_id) or self.id


def _as_said(said: Decimal | None) -> str:
    return str(int(said)) if said is not None and 0 < said < 10**20 else ""


class _ShopMoney(_Body):
    amount: Money = Decimal(0)


class MoneySet(_Body):
    """An amount in the shop's currency; the buyer's currency beside it is only for show."""

    shop_money: Annotated[_ShopMoney, BeforeValidator(_nothing_if_null)] = _ShopMoney()


class TaxLine(_Body):
    """One tax on a line; `channel_liable` says that the marketplace remits it."""

    price: Money = Decimal(0)
    channel_liable: bool | None = None


class Allocation(_Body):
    """A line's share of a discount."""

    amount: Money = Decimal(0)


class RestLine(_Identified):
    """An order line; `quantity` is what was ordered, `current_quantity` what edits left of it."""

    sku: CleanText = ""
    name: Clipped = ""
    title: Clipped = ""
    quantity: int
    current_quantity: int | None = None
    fulfillable_quantity: int | None = None
    requires_shipping: bool | None = None
    price: Amount
    total_discount: Money = Decimal(0)
    discount_allocations: Annotated[list[Allocation], NullableList] = []
    tax_lines: Annotated[list[TaxLine], NullableList] = []

    @property
    def remaining(self) -> int:
        """The quantity that edits and refunds left."""
        return self.quantity if self.current_quantity is None else self.current_quantity


class RestShippingLine(_Body):
    """One way of shipping; `discounted_price` leaves out order-wide discounts."""

    price: Money = Decimal(0)
    discounted_price: Amount | None = None


class RestAddress(_Body):
    """A postal address."""

    name: Clipped = ""
    first_name: Clipped = ""
    last_name: Clipped = ""
    company: Clipped = ""
    address1: CleanText = ""
    address2: CleanText = ""
    city: CleanText = ""
    province: CleanText = ""
    province_code: CleanText = ""
    zip: CleanText = ""
    country: CleanText = ""
    country_code: CleanText = ""
    phone: CleanText = ""


class RestCustomer(_WithGid):
    """The shop's customer record; null for a guest."""

    id: NumericId | None = None
    first_name: Clipped = ""
    last_name: Clipped = ""
    email: CleanText = ""
    phone: CleanText = ""
    tags: CleanText = ""


class RestCompany(_Body):
    """The company of a B2B order; that there is one is all we read."""


class RestPaymentTerms(_Body):
    """When a B2B order falls due."""

    payment_terms_type: CleanText = ""
    due_in_days: int | None = None


class RestFulfilmentLine(_Identified):
    """How much of a line went into a parcel; the id is that of the order's line."""

    quantity: int


class RestFulfilment(_Identified):
    """A parcel, or several under one fulfilment."""

    status: CleanText = ""
    shipment_status: CleanText = ""
    tracking_company: Clipped = ""
    tracking_number: CleanText = ""
    tracking_numbers: Annotated[list[CleanText], NullableList] = []
    line_items: Annotated[list[RestFulfilmentLine], NullableList] = []
    created_at: Instant | None = None
    updated_at: Instant | None = None


class FulfilmentBody(RestFulfilment):
    """A fulfilment that comes alone, as fulfillments/create and /update carry it."""

    order_id: NumericId


class RestOrder(_Identified):
    """An order as orders/create, orders/updated, orders/paid and orders/cancelled carry it."""

    name: CleanText = ""
    order_number: CleanText = ""
    created_at: Instant
    updated_at: Instant | None = None
    cancelled_at: Instant | None = None
    closed_at: Instant | None = None
    cancel_reason: CleanText = ""
    test: bool | None = None
    currency: CleanText
    taxes_included: bool | None = None
    total_price: Amount
    current_total_price: Amount | None = None
    total_tax: Money = Decimal(0)
    current_total_tax: Amount | None = None
    total_discounts: Money = Decimal(0)
    current_total_discounts: Amount | None = None
    total_tip_received: Money = Decimal(0)
    current_shipping_price_set: MoneySet | None = None
    original_total_duties_set: MoneySet | None = None
    original_total_additional_fees_set: MoneySet | None = None
    current_total_duties_set: MoneySet | None = None
    current_total_additional_fees_set: MoneySet | None = None
    financial_status: CleanText = ""
    fulfillment_status: CleanText = ""
    payment_gateway_names: Annotated[list[CleanText], NullableList] = []
    gateway: CleanText = ""
    payment_terms: RestPaymentTerms | None = None
    source_name: CleanText = ""
    email: CleanText = ""
    contact_email: CleanText = ""
    phone: CleanText = ""
    note: ClippedNotes = ""
    customer: RestCustomer | None = None
    company: RestCompany | None = None
    billing_address: RestAddress | None = None
    shipping_address: RestAddress | None = None
    line_items: list[RestLine]
    shipping_lines: Annotated[list[RestShippingLine], NullableList] = []
    fulfillments: Annotated[list[RestFulfilment], NullableList] = []
