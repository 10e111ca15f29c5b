"""What every call that reads a shop has in common: the pace, the client, and how it may fail."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.channels import CAREFUL
from activities.failures import OUTAGE_TYPE, is_outage
from channels.errors import ChannelRefused, ChannelThrottled, ChannelUnavailable
from channels.port import ChannelAccess, FoundOrder, OrderSource, Polling
from channels.registry import CHANNELS
from database import inbox, outbox, people, shops, syncs
from database.outbox import Notification
from database.shops import Shop
from domain.channel_troubles import ChannelTrouble

# Single orders per second: Amazon allows getOrder once in two seconds (SP-API, Orders API); a
# Shopify order costs about as much as a write-back.
READS_PER_SECOND = {"shopify": 3.0, "amazon": 0.5, "woocommerce": 5.0}
# Temporal splits a queue's rate among its partitions (four by default) and tasks fall on them at
# random: at 0.2/s, two of four tasks came at once and the next 19 s later; at 0.0056/s the second
# had not come after eight minutes. So a slow channel's pace is kept by the workflow's timers.
SLOWEST_QUEUE = 1.0
SECONDS_TO_ANSWER = 30.0
FIRST_DELAY_SECONDS = 5.0
LONGEST_DELAY_SECONDS = 300.0


def poll_rates() -> dict[str, float]:
    """Return each channel that can be polled, with the pages per second its queue lets through."""
    found = {name: channel.polling for name, channel in CHANNELS.items()}
    return {
        name: max(polling.pages_per_second, SLOWEST_QUEUE)
        for name, polling in found.items()
        if polling is not None
    }


def read_rates() -> dict[str, float]:
    """Return each channel that can be polled, with the single orders per second it allows."""
    return {name: READS_PER_SECOND.get(name, CAREFUL) for name in poll_rates()}


@dataclass(frozen=True)
class Target:
    """A shop that can be read."""

    shop: Shop
    polling: Polling

    @property
    def key(self) -> tuple[str, str]:
        """Channel and shop."""
        return self.shop.channel, self.shop.shop

    @property
    def gap_seconds(self) -> float:
        """Return what lies between two pages of one shop."""
        return 1 / self.polling.pages_per_second

    def opened(self) -> OrderSource:
        """Open the shop's API."""
        access = ChannelAccess(self.shop.base_url, self.shop.access_token, SECONDS_TO_ANSWER)
        return self.polling.open(access)


def target_of(engine: Engine, channel_name: str, shop_name: str) -> Target | None:
    """Return the shop; None when it is gone, has no address or can't be polled."""
    channel = CHANNELS.get(channel_name)
    if channel is None or channel.polling is None:
        return None
    with engine.connect() as c:
        shop = shops.find(c, channel_name, shop_name)
    return Target(shop, channel.polling) if shop and shop.base_url else None


@contextmanager
def noting(engine: Engine, target: Target, least_delay: float = 0.0) -> Iterator[None]:
    """Keep what went wrong where people see it, and say when to try again.

    Raises ChannelRefused as it came, ApplicationError for what passes, the rest as it came.
    """
    try:
        yield
    except ChannelRefused:
        raise
    except ChannelThrottled as error:
        _note(engine, target, ChannelTrouble.THROTTLED, "")
        raise _again("throttled", max(error.retry_after_seconds, least_delay)) from None
    except ChannelUnavailable:
        _note(engine, target, ChannelTrouble.UNAVAILABLE, "")
        raise _again("unavailable", max(next_delay(), least_delay)) from None
    except Exception as error:
        if not is_outage(error):
            _note(engine, target, ChannelTrouble.DEFECT, type(error).__name__)
        raise


def _note(engine: Engine, target: Target, trouble: ChannelTrouble, detail: str) -> None:
    with engine.begin() as c:
        syncs.troubled(c, *target.key, trouble, detail, datetime.now(UTC))


def _again(what: str, seconds: float) -> ApplicationError:
    delay = timedelta(seconds=seconds)
    return ApplicationError(what, type=OUTAGE_TYPE, next_retry_delay=delay)


def next_delay() -> float:
    """Return how many seconds to wait after this attempt, twice as long each time."""
    doublings = min(activity.info().attempt - 1, 8)
    return min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * (1 << doublings))


def put_found(
    c: Connection, shop: Shop, orders: Sequence[FoundOrder], found_by: str, now: datetime
) -> int:
    """Keep what was found as if the shop had sent it; returns how much of it is new."""
    deliveries = [
        inbox.found(
            shop.channel,
            shop.shop,
            topic=order.topic,
            body=order.raw_body,
            source_at=order.updated_at,
            found_by=found_by,
            now=now,
        )
        for order in orders
    ]
    return sum(receipt.created for receipt in inbox.put(c, deliveries))


def alert(c: Connection, shop: Shop, kind: str, number: int, data: dict[str, str]) -> None:
    """Tell the administrators, or whoever answers when there are none."""
    told = people.holders(c, "administrator") or [people.owner_of(c, "administrator")]
    subject = f"{shop.channel}/{shop.shop}"
    outbox.enqueue(
        c,
        [Notification(subject, number, kind, each, "default", data) for each in told if each],
    )
