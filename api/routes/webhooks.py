"""The front door of channels: signed bytes in, one durable row, then 2xx."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import SQLAlchemyError

from api.description import problems
from api.intake_writer import IntakeUnavailable
from api.permissions import V1
from api.problem_kinds import BAD_SIGNATURE, INVALID, TOO_LARGE, UNAVAILABLE
from api.schemas.intake import WebhookAnswer
from api.state import Services, services_of
from channels.port import Channel
from channels.registry import CHANNELS
from channels.shopify.signature import verify as verify_shopify
from database.inbox import Delivery, content_key
from database.shops import Shop
from domain.order import EXAMPLE

router = APIRouter(tags=["intake"])

# What tells messages apart and orders them in time; signatures and credentials never get here.
STORED_HEADERS = frozenset(
    {
        "content-type",
        "orderflow-delivery",
        "orderflow-topic",
        *(
            f"{prefix}shopify-{name}"
            for prefix in ("", "x-")
            for name in (
                "api-version",
                "event-id",
                "shop-domain",
                "test",
                "topic",
                "triggered-at",
                "webhook-id",
            )
        ),
    }
)
_LONGEST_HEADER = 200
# Something to compute with for a shop we don't know, so that the time taken does not tell.
_NO_SECRET = ("0" * 64,)

_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "Exactly the bytes that were signed; at most 1 MiB.",
        "content": {
            "application/json": {
                "schema": {"type": "object"},
                "examples": {"storefront": {"value": {"topic": "order.created", "order": EXAMPLE}}},
            }
        },
    }
}
_ANSWERS = problems(BAD_SIGNATURE, TOO_LARGE, INVALID, UNAVAILABLE, signed_in=False)


@router.post(
    "/webhooks/{channel}/{shop}",
    summary="Take in a channel's webhook",
    response_model=WebhookAnswer,
    responses=_ANSWERS,
    openapi_extra=_BODY,
)
@router.post(f"{V1}/webhooks/{{channel}}/{{shop}}", include_in_schema=False)
async def receive(
    request: Request,
    channel: Annotated[str, Path(examples=["storefront"])],
    shop: Annotated[str, Path(examples=["main"])],
) -> Response:
    """Verify the signature over the raw bytes, keep the message durably, then answer.

    Nothing is parsed here: a body that holds no order is kept and ends in quarantine. A repetition
    is answered like the first. On 503 the sender has to send again. The unsigned ping by which a
    registered shop tries a new address is answered with 200 and no content, and leads to nothing.
    """
    services = services_of(request)
    body = await request.body()
    headers = dict(request.headers)
    known = CHANNELS.get(channel)
    label = channel if known else "unknown"
    if known and await _is_ping(services, known, shop, headers, body):
        services.metrics.count_intake(label, "ping")
        return Response()
    if not await _is_proven(services, known, shop, headers, body):
        services.metrics.count_intake(label, "refused")
        raise BAD_SIGNATURE()
    delivery = _delivery(CHANNELS[channel], shop, headers, body)
    try:
        receipt = await services.writer.put(delivery)
    except IntakeUnavailable as error:
        services.metrics.count_intake(label, "unavailable")
        raise UNAVAILABLE() from error
    status = "accepted" if receipt.created else "duplicate"
    services.metrics.count_intake(label, status)
    # Sent as it is: on the busiest route nothing of our own is validated once more.
    return JSONResponse({"status": status, "id": receipt.id})


async def _is_ping(
    services: Services, channel: Channel, shop: str, headers: dict[str, str], body: bytes
) -> bool:
    if channel.is_ping is None or not channel.is_ping(headers, body):
        return False
    return await _shop(services, channel, shop) is not None


async def _is_proven(
    services: Services, channel: Channel | None, shop: str, headers: dict[str, str], body: bytes
) -> bool:
    found = await _shop(services, channel, shop)
    verify = channel.verify if channel else verify_shopify
    is_signed = verify(headers, body, found.secrets if found else _NO_SECRET, datetime.now(UTC))
    return is_signed and found is not None


async def _shop(services: Services, channel: Channel | None, shop: str) -> Shop | None:
    try:
        return await services.shops.find(channel.name if channel else "", shop)
    except SQLAlchemyError as error:
        raise UNAVAILABLE() from error


def _delivery(channel: Channel, shop: str, headers: dict[str, str], body: bytes) -> Delivery:
    told = channel.delivery(headers, body)
    topic = told.topic[:_LONGEST_HEADER]
    return Delivery(
        channel=channel.name,
        shop=shop,
        topic=topic,
        dedup_key=content_key(topic, body),
        headers={
            name: value[:_LONGEST_HEADER]
            for name, value in headers.items()
            if name in STORED_HEADERS
        },
        body=body,
        received_at=datetime.now(UTC),
        source_at=told.source_at,
    )
