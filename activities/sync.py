"""Reading sales channels: what webhooks may have lost, what they only named, and whether they come.

What is found goes straight into the inbox; only counts and codes get to Temporal.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities import signatures as calls
from activities.failures import never_gives_up
from activities.shop_reading import Target, alert, next_delay, noting, put_found, target_of
from channels.errors import ChannelRefused
from channels.port import FoundPage
from database import lookups, syncs
from database.lookups import LookUp
from database.syncs import Health, Window
from domain.channel_troubles import ChannelTrouble

# Off what our own clock says was seen, where the channel does not tell by its own.
CLOCKS_DIFFER = timedelta(minutes=2)

REFUSED_KIND = "channel_refused"
SUBSCRIPTIONS_KIND = "subscriptions_amiss"


class ChannelReading:
    """Polls, look-ups and checks of subscriptions.

    `public_url` is where shops reach our API; without it subscriptions are only looked at.
    """

    def __init__(self, engine: Engine, public_url: str = "") -> None:
        self._engine = engine
        self._public_url = public_url.rstrip("/")

    # --- polls -----------------------------------------------------------------------------

    @activity.defn(name=calls.POLL_PAGE)
    @never_gives_up
    def poll_page(self, request: calls.ShopRequest) -> calls.PageAnswer:
        """Ask for one page and keep it; repeating this after a crash keeps nothing twice."""
        target = target_of(self._engine, request.channel, request.shop)
        window = self._window(target) if target else None
        if target is None or window is None:
            return calls.PageAnswer(gone=True)
        since = window.since or window.seen_until
        try:
            with noting(self._engine, target, target.gap_seconds), target.opened() as source:
                page = source.changed_orders(since, window.page)
        except ChannelRefused as error:
            return self._refused(target, window, error)
        return self._kept(target, window, page)

    def _window(self, target: Target) -> Window | None:
        with self._engine.begin() as c:
            window = syncs.window(c, *target.key)
        if window is None or window.page is not None:
            return window
        overlap = timedelta(seconds=target.polling.overlap_seconds)
        return replace(window, since=window.seen_until - overlap, started_at=datetime.now(UTC))

    def _kept(self, target: Target, window: Window, page: FoundPage) -> calls.PageAnswer:
        now = datetime.now(UTC)
        with self._engine.begin() as c:
            new = put_found(c, target.shop, page.orders, "poll", now)
            moved = syncs.advance(
                c,
                *target.key,
                window,
                found=len(page.orders),
                next_page=page.next_page,
                seen_until=_seen_until(window, page),
                now=now,
            )
            if window.refused_since is not None and page.next_page is None:
                # The credential was put right, so what was refused with it gets another chance.
                lookups.revive(c, *target.key, now)
            due_at = lookups.due_at(c, *target.key)
        return calls.PageAnswer(
            found=len(page.orders),
            new=new,
            more=moved and page.next_page is not None,
            look_ups_due=due_at is not None and due_at <= now,
            gap_seconds=target.gap_seconds,
            every_seconds=target.polling.every_seconds,
        )

    def _refused(self, target: Target, window: Window, error: ChannelRefused) -> calls.PageAnswer:
        """Tell people; but a page may just have been forgotten, then the next poll starts over."""
        is_first = window.trouble != ChannelTrouble.REFUSED
        is_forgotten = window.page is not None and is_first
        with self._engine.begin() as c:
            syncs.start_over(c, *target.key, window)
            number = syncs.troubled(
                c,
                *target.key,
                ChannelTrouble.REFUSED,
                error.code,
                datetime.now(UTC),
                is_final=not is_forgotten,
            )
            if number is not None:
                alert(c, target.shop, REFUSED_KIND, number, {"code": error.code})
        return calls.PageAnswer(
            refused="" if is_forgotten else error.code,
            gap_seconds=target.gap_seconds,
            every_seconds=target.polling.every_seconds,
        )

    # --- look-ups --------------------------------------------------------------------------

    @activity.defn(name=calls.LOOK_UP_ORDER)
    @never_gives_up
    def look_up_order(self, request: calls.ShopRequest) -> calls.LookUpAnswer:
        """Read the order that has waited longest, if any is due."""
        target = target_of(self._engine, request.channel, request.shop)
        if target is None:
            return calls.LookUpAnswer(gone=True)
        with self._engine.connect() as c:
            lookup = lookups.next_due(c, *target.key, datetime.now(UTC))
        if lookup is not None:
            self._look_up(target, lookup)
        with self._engine.connect() as c:
            due_at = lookups.due_at(c, *target.key)
        if due_at is None:
            return calls.LookUpAnswer()
        seconds = (due_at - datetime.now(UTC)).total_seconds()
        return calls.LookUpAnswer(due_in_seconds=max(seconds, 0.0))

    def _look_up(self, target: Target, lookup: LookUp) -> None:
        try:
            with (
                self._postponing(lookup),
                noting(self._engine, target),
                target.opened() as source,
            ):
                found = source.order(lookup.reference)
        except ChannelRefused as error:
            self._missed(lookup, ChannelTrouble.REFUSED, error.code)
            return
        if found is None:
            self._missed(lookup, ChannelTrouble.UNKNOWN_ORDER, "")
            return
        with self._engine.begin() as c:
            # It was a notification that told of it, not the poll.
            put_found(c, target.shop, (found,), "push", datetime.now(UTC))
            lookups.done(c, lookup)

    def _missed(self, lookup: LookUp, trouble: ChannelTrouble, code: str) -> None:
        with self._engine.begin() as c:
            lookups.missed(c, lookup, trouble, code, datetime.now(UTC))

    @contextmanager
    def _postponing(self, lookup: LookUp) -> Iterator[None]:
        """An order that the shop stumbles over must not stand in the way of the others."""
        try:
            yield
        except ApplicationError:
            until = datetime.now(UTC) + timedelta(seconds=next_delay())
            with self._engine.begin() as c:
                lookups.postpone(c, lookup, until)
            raise

    # --- subscriptions ---------------------------------------------------------------------

    @activity.defn(name=calls.MEND_SUBSCRIPTIONS)
    @never_gives_up
    def mend_subscriptions(self, request: calls.ShopRequest) -> calls.CheckAnswer:
        """See to it that the shop sends its webhooks here; what needs a person is told once."""
        target = target_of(self._engine, request.channel, request.shop)
        if target is None:
            return calls.CheckAnswer(gone=True)
        health = self._health(target)
        with self._engine.begin() as c:
            number = syncs.checked(c, *target.key, health, datetime.now(UTC))
            if number is not None:
                detail = health.refused or ", ".join(health.amiss)
                alert(c, target.shop, SUBSCRIPTIONS_KIND, number, {"detail": detail})
        return calls.CheckAnswer(amiss=len(health.amiss), mended=len(health.mended))

    def _health(self, target: Target) -> Health:
        channel, shop = target.key
        secret = next(iter(target.shop.secrets), "")
        may_mend = bool(self._public_url and secret)
        address = f"{self._public_url}/webhooks/{channel}/{shop}" if may_mend else ""
        try:
            with noting(self._engine, target), target.opened() as source:
                found = source.mend_subscriptions(address, secret)
        except ChannelRefused as error:
            return Health(refused=error.code)
        left = tuple(topic for topic in found.amiss if topic not in found.mended)
        return Health(amiss=left, mended=found.mended)


def _seen_until(window: Window, page: FoundPage) -> datetime:
    """Return up to when everything is kept after this page.

    Never later than when the poll began by our own clock: a shop whose clock is wrong would make
    us skip what comes until then.
    """
    started_at = window.started_at or window.seen_until
    if page.seen_until is not None:
        return min(page.seen_until, started_at)
    if page.next_page is not None:
        return window.seen_until
    return started_at - CLOCKS_DIFFER
