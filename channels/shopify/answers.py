"""The shapes of Shopify's GraphQL answers, as far as we asked for them."""

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from channels.errors import ChannelUnavailable
from channels.shopify.graphql import UserError

Answer = TypeVar("Answer", bound=BaseModel)


class _Tracking(BaseModel):
    number: str | None = None


class Fulfilment(BaseModel):
    """A fulfilment that exists at the shop."""

    id: str
    status: str = ""
    trackingInfo: list[_Tracking] = []

    def is_tracked_as(self, number: str) -> bool:
        """Tell whether it stands and carries this tracking number."""
        void = self.status in {"CANCELLED", "ERROR", "FAILURE"}
        return not void and any(each.number == number for each in self.trackingInfo)


class _Location(BaseModel):
    id: str


class _AssignedLocation(BaseModel):
    location: _Location | None = None


class FulfilmentOrder(BaseModel):
    """What one location has to ship of an order."""

    id: str
    status: str = ""
    assignedLocation: _AssignedLocation | None = None

    @property
    def location(self) -> str:
        """The id of the location, empty when it was deleted."""
        place = self.assignedLocation.location if self.assignedLocation else None
        return place.id if place else ""

    @property
    def is_open(self) -> bool:
        """Tell whether it can be fulfilled now (neither held, scheduled, closed nor cancelled)."""
        return self.status in {"OPEN", "IN_PROGRESS"}


class _FulfilmentOrders(BaseModel):
    nodes: list[FulfilmentOrder] = []


class Order(BaseModel):
    """The order with its fulfilments, done and to do."""

    id: str
    cancelledAt: str | None = None
    fulfillments: list[Fulfilment] = []
    fulfillmentOrders: _FulfilmentOrders = _FulfilmentOrders()


class OrderAnswer(BaseModel):
    """The answer to OrderFulfilments and OrderState; null when there is no such order."""

    order: Order | None


class _LineItem(BaseModel):
    id: str


class FulfilmentOrderLine(BaseModel):
    """How much of an order line is still to be shipped by one fulfilment order."""

    id: str
    remainingQuantity: int
    lineItem: _LineItem


class PageInfo(BaseModel):
    """Where a list of the Admin API goes on."""

    hasNextPage: bool = False
    endCursor: str | None = None


class OrderEdge(BaseModel):
    """An order as it was selected, with its place in the list."""

    node: dict[str, Any]
    cursor: str | None = None


class OrdersPage(BaseModel):
    """One page of orders."""

    edges: list[OrderEdge] = []
    pageInfo: PageInfo = PageInfo()


class OrdersAnswer(BaseModel):
    """The answer to OrdersPage."""

    orders: OrdersPage


class OrderNodeAnswer(BaseModel):
    """The answer to a question about one order; null when there is no such order."""

    order: dict[str, Any] | None


class _OrderId(BaseModel):
    orderId: str


class OrderIdAnswer(BaseModel):
    """The answer to OrderOfFulfilmentOrder."""

    fulfillmentOrder: _OrderId | None


class LinesPage(BaseModel):
    """One page of a fulfilment order's lines."""

    nodes: list[FulfilmentOrderLine] = []
    pageInfo: PageInfo = PageInfo()


class _FulfilmentOrderLines(BaseModel):
    lineItems: LinesPage


class LinesAnswer(BaseModel):
    """The answer to FulfilmentOrderLines."""

    fulfillmentOrder: _FulfilmentOrderLines | None


class _Created(BaseModel):
    fulfillment: Fulfilment | None = None
    userErrors: list[UserError] = []


class CreateAnswer(BaseModel):
    """The answer to CreateFulfilment."""

    fulfillmentCreate: _Created


class _Cancelled(BaseModel):
    orderCancelUserErrors: list[UserError] = []


class CancelAnswer(BaseModel):
    """The answer to CancelOrder."""

    orderCancel: _Cancelled


def read_answer(model: type[Answer], data: dict[str, Any]) -> Answer:
    """Read an answer; raises ChannelUnavailable when it has another shape than documented."""
    try:
        return model.model_validate(data)
    except ValidationError:
        raise ChannelUnavailable("the answer has an unexpected shape") from None
