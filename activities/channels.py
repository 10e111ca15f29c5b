"""Writing back to sales channels: parcels and cancellations, on one rate-limited queue each."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import Engine
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities import signatures as calls
from activities.failures import OUTAGE_TYPE, Refused, gives_up
from channels.errors import ChannelRefused, ChannelThrottled, ChannelUnavailable
from channels.port import ChannelAccess, ChannelClient, HoldsFulfilment
from channels.registry import CHANNELS
from database import shops
from domain.holds import ReasonCode

# Calls per second that one channel's queue lets through, whatever the number of workers.
# Shopify restores 100 cost points a second on the standard plan and a write-back costs about 30
# (shopify.dev, API rate limits). Amazon allows confirmShipment twice a second (SP-API, Orders API
# v0). WooCommerce runs on the shop's own host, which names no limit; a storefront is the company's.
CALLS_PER_SECOND = {"shopify": 3.0, "amazon": 2.0, "woocommerce": 5.0, "storefront": 200.0}
# For a channel that nobody has measured yet.
CAREFUL = 1.0


def write_back_rates() -> dict[str, float]:
    """Return each channel that can be written back to, with its calls per second."""
    return {
        name: CALLS_PER_SECOND.get(name, CAREFUL)
        for name, channel in CHANNELS.items()
        if channel.connect is not None
    }


class ChannelActivities:
    """Fulfilment and cancellation in the channel that sold the order."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @activity.defn(name=calls.FULFIL)
    @gives_up
    def fulfil(self, request: calls.FulfilRequest) -> None:
        """Tell the shop of a parcel; it looks for the tracking number first, so once is once."""
        lines = [(line.line_id, line.quantity) for line in request.lines]
        client = self._client(request.channel, request.shop)
        if client is None:
            return
        with client, _translated():
            client.fulfillment_create(
                request.external_id,
                tracking_number=request.tracking_number,
                carrier=request.carrier,
                url=None,
                lines=lines,
                idempotency_key=request.key,
            )

    @activity.defn(name=calls.CANCEL_IN_CHANNEL)
    @gives_up
    def cancel_in_channel(self, request: calls.CancelRequest) -> None:
        """Cancel the order in the shop; one that is cancelled already counts as done."""
        client = self._client(request.channel, request.shop)
        if client is None:
            return
        with client, _translated():
            reason = ReasonCode(request.reason)
            client.order_cancel(
                request.external_id,
                reason=reason,
                note=f"orderflow: {reason}",
                idempotency_key=request.key,
            )

    @activity.defn(name=calls.HOLD_IN_CHANNEL)
    @gives_up
    def hold_in_channel(self, request: calls.ChannelHoldRequest) -> None:
        """Keep the shop from sending an order that must not leave."""
        client = self._client(request.channel, request.shop)
        if client is None:
            return
        with client, _translated():
            if isinstance(client, HoldsFulfilment):
                client.fulfilment_hold(
                    request.external_id,
                    ReasonCode(request.reason),
                    f"orderflow: {request.reason}",
                    idempotency_key=request.key,
                )

    @activity.defn(name=calls.RELEASE_IN_CHANNEL)
    @gives_up
    def release_in_channel(self, request: calls.ChannelHoldRequest) -> None:
        """Let the shop send it again."""
        client = self._client(request.channel, request.shop)
        if client is None:
            return
        with client, _translated():
            if isinstance(client, HoldsFulfilment):
                client.fulfilment_release(request.external_id, idempotency_key=request.key)

    def _client(self, channel: str, shop_name: str) -> ChannelClient | None:
        """Open a shop; None for one that was added without write-back."""
        with self._engine.connect() as c:
            shop = shops.find(c, channel, shop_name)
        if shop is None or channel not in CHANNELS:
            raise Refused("SHOP_UNKNOWN", f"no shop {channel}/{shop_name}; add it")
        connect = CHANNELS[channel].connect
        if connect is None:
            raise Refused("NO_WRITE_BACK", f"nothing can be written back to {channel}")
        if not shop.base_url:
            return None
        return connect(ChannelAccess(shop.base_url, shop.access_token))


@contextmanager
def _translated() -> Iterator[None]:
    """Turn a client's errors into what Temporal understands."""
    try:
        yield
    except ChannelRefused as error:
        raise Refused(error.code, str(error)) from None
    except ChannelThrottled as error:
        delay = timedelta(seconds=error.retry_after_seconds)
        raise ApplicationError("throttled", type=OUTAGE_TYPE, next_retry_delay=delay) from None
    except ChannelUnavailable:
        raise ApplicationError("unavailable", type=OUTAGE_TYPE) from None
