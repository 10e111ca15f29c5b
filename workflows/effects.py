"""What an order does to the outside world: each effect with its key, its undo and its retries.

Quick writes to our own Postgres are local activities (one history event each). Calls that leave
the house run beside the story, so that deadlines and cancellations are heard while they retry.
"""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from functools import partial

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, FailureError, is_cancelled_exception
from temporalio.workflow import ActivityCancellationType

with workflow.unsafe.imports_passed_through():
    from activities import signatures as calls
    from domain import lifecycle
    from domain.events import EventKind
    from domain.facts import LineQuantity
    from domain.holds import ReasonCode
    from domain.projection import RecordRequest, snapshot
    from domain.stages import Stage
    from domain.state import SYSTEM, OrderState, Parcel
    from workflows.planning import FOR_EVER, LEDGER_TIMEOUT, Planning

CALL_TIMEOUT = timedelta(seconds=30)
# About 25 minutes of somebody else's outage, then a person decides.
PATIENT = RetryPolicy(
    initial_interval=timedelta(seconds=1),
    maximum_interval=timedelta(seconds=60),
    maximum_attempts=30,
)

Call = Callable[[], Coroutine[None, None, None]]


class Effects:
    """The effects of one order; at most one call to the outside is under way at a time."""

    def __init__(self, state: OrderState) -> None:
        self._state = state
        self._planning = Planning(state, self._park)
        self._call: asyncio.Task[None] | None = None
        self._is_stopping = False

    @property
    def is_busy(self) -> bool:
        """Whether a call to the outside is under way."""
        return self._call is not None and not self._call.done()

    # --- what each stage does --------------------------------------------------------------

    async def confirm(self) -> None:
        """Plan the order, and keep the shop from sending what must not leave."""
        await self._planning.admit()
        self._tell_channel_of_hold()

    async def review(self) -> None:
        """Call back what the warehouse was told before a change, then plan again.

        In this order, because a new plan may name another warehouse; and nothing may leave the
        stage before it was planned again.
        """
        if calls.VOID_DISPATCH in self._state.undo:
            if not lifecycle.is_held_by(self._state, calls.VOID_DISPATCH):
                self._start(calls.VOID_DISPATCH, self._void_dispatch)
            await self._planning.entitle()
        else:
            await self._planning.admit()
            self._tell_channel_of_hold()

    async def prepare(self) -> None:
        """Tell the warehouse once, then the ledger and the channel of every parcel."""
        await self._planning.admit()
        await self._settle()
        # A person may have acted while that was awaited.
        if self._state.stage is Stage.PREPARING and self._state.closing is None:
            self._tell_channel_of_hold()
            if self._is_ours_to_send():
                self._start(calls.DISPATCH, self._dispatch)
            self._tell_channel()

    def _is_ours_to_send(self) -> bool:
        state = self._state
        begun = state.dispatched or state.parcels
        return not (begun or state.holds or state.facts.fulfilled_by_channel)

    async def deliver(self) -> None:
        """Tell the channel of parcels it does not know yet."""
        if self._state.plan is None:  # moved here in this stage
            await self._planning.admit()
        self._tell_channel_of_hold()
        self._tell_channel()

    # --- our own ledger and read model -----------------------------------------------------

    async def record(self) -> None:
        """Write everything that happened since the last record, in one transaction."""
        while self._state.events:
            events = tuple(self._state.events)
            await workflow.execute_local_activity(
                calls.RECORD,
                RecordRequest(snapshot(self._state), events, workflow.now()),
                start_to_close_timeout=LEDGER_TIMEOUT,
                retry_policy=FOR_EVER,
            )
            del self._state.events[: len(events)]

    async def _settle(self) -> None:
        for parcel in self._state.parcels:
            origin = f"settle:{parcel.ordinal}"
            if parcel.settled or lifecycle.is_held_by(self._state, origin):
                continue
            try:
                await workflow.execute_local_activity(
                    calls.SETTLE,
                    self._settlement(parcel),
                    start_to_close_timeout=LEDGER_TIMEOUT,
                    retry_policy=FOR_EVER,
                )
            except FailureError as error:
                self._park(error, origin, ReasonCode.DATA_QUALITY)
            else:
                parcel.settled = True

    def _settlement(self, parcel: Parcel) -> calls.SettleRequest:
        skus = {line.line_id: line.sku for line in self._state.facts.lines}
        lines = tuple(
            LineQuantity(line.line_id, skus[line.line_id], line.quantity) for line in parcel.lines
        )
        is_last = not any(lifecycle.remaining(self._state).values())
        order_id, warehouse = self._state.facts.order_id, self._state.warehouse
        return calls.SettleRequest(order_id, parcel.ordinal, warehouse, lines, is_last)

    # --- calls that leave the house --------------------------------------------------------

    def _start(self, name: str, call: Call) -> None:
        if not self.is_busy:
            self._state.calling = name
            self._call = asyncio.create_task(self._finish(call))

    async def _finish(self, call: Call) -> None:
        try:
            await call()
        finally:
            self._state.calling = ""

    async def stop(self) -> None:
        """Ask a running call to end and wait until it has: at most one attempt's time-out."""
        if self._call is not None and not self._call.done():
            self._is_stopping = True
            self._call.cancel()
            await workflow.wait([self._call])
            self._is_stopping = False

    async def _dispatch(self) -> None:
        # As long as it was not called back, the warehouse may know this round: same key again.
        if calls.VOID_DISPATCH not in self._state.undo:
            self._state.dispatch_round += 1
        self._register(calls.VOID_DISPATCH)
        try:
            await self._outside(
                calls.DISPATCH, self._dispatch_request(), calls.WAREHOUSE_QUEUE, "tell warehouse"
            )
        except ActivityError as error:
            self._park(error, "dispatch", ReasonCode.WAREHOUSE_REJECTED)
        else:
            self._state.dispatched = True
            data = {"warehouse": self._state.warehouse, "round": str(self._state.dispatch_round)}
            lifecycle.note(self._state, workflow.now(), EventKind.DISPATCHED, SYSTEM, data)

    def _dispatch_request(self) -> calls.DispatchRequest:
        facts = self._state.facts
        key = f"{facts.order_id}:{self._state.dispatch_round}"
        return calls.DispatchRequest(
            facts.order_id, facts.content_version, key, self._state.group, self._state.warehouse
        )

    async def _void_dispatch(self) -> None:
        try:
            await self._undo_dispatch()
        except ActivityError as error:
            self._park(error, calls.VOID_DISPATCH, ReasonCode.WAREHOUSE_REJECTED)
        else:
            self._state.dispatched = False
            self._state.undo.remove(calls.VOID_DISPATCH)
            lifecycle.note(self._state, workflow.now(), EventKind.DISPATCH_VOIDED, SYSTEM)

    async def _undo_dispatch(self) -> None:
        await self._outside(
            calls.VOID_DISPATCH,
            self._dispatch_request(),
            calls.WAREHOUSE_QUEUE,
            "call back from warehouse",
        )

    def _tell_channel_of_hold(self) -> None:
        """Keep the shop from sending what must not leave, and let go of it afterwards."""
        state = self._state
        is_asked = state.facts.origin == "channel" and state.facts.channel in calls.HOLDING_CHANNELS
        if not is_asked or lifecycle.is_held_by(state, calls.HOLD_IN_CHANNEL):
            return
        reason = lifecycle.shop_must_wait_for(state)
        if reason is not None and not state.held_in_channel:
            self._start(calls.HOLD_IN_CHANNEL, partial(self._hold_in_channel, reason))
        elif reason is None and state.held_in_channel:
            self._start(calls.RELEASE_IN_CHANNEL, self._release_in_channel)

    async def _hold_in_channel(self, reason: ReasonCode) -> None:
        # Asked again under the same key until it is known to stand.
        if await self._ask_channel(calls.HOLD_IN_CHANNEL, str(reason)):
            self._state.held_in_channel = True
            data = {"reason": str(reason)}
            lifecycle.note(self._state, workflow.now(), EventKind.HELD_IN_CHANNEL, SYSTEM, data)

    async def _release_in_channel(self) -> None:
        if await self._ask_channel(calls.RELEASE_IN_CHANNEL, ""):
            self._state.held_in_channel = False
            self._state.channel_hold_round += 1
            lifecycle.note(self._state, workflow.now(), EventKind.RELEASED_IN_CHANNEL, SYSTEM)

    async def _ask_channel(self, name: str, reason: str) -> bool:
        facts = self._state.facts
        key = f"{workflow.info().workflow_id}:hold:{self._state.channel_hold_round}"
        request = calls.ChannelHoldRequest(
            facts.order_id, facts.channel, facts.shop, facts.external_id, key, reason
        )
        queue = calls.channel_queue(facts.channel)
        summary = f"{name.partition('_')[0]} in {facts.channel}"
        try:
            await self._outside(name, request, queue, summary)
        except ActivityError as error:
            self._park(error, calls.HOLD_IN_CHANNEL, ReasonCode.CHANNEL_SYNC)
            return False
        return True

    def _tell_channel(self) -> None:
        if self._state.held_in_channel:
            return
        for parcel in self._state.parcels:
            origin = f"fulfil:{parcel.ordinal}"
            if not parcel.channel_told and not lifecycle.is_held_by(self._state, origin):
                self._start(calls.FULFIL, partial(self._fulfil, parcel))
                return

    async def _fulfil(self, parcel: Parcel) -> None:
        facts = self._state.facts
        request = calls.FulfilRequest(
            order_id=facts.order_id,
            channel=facts.channel,
            shop=facts.shop,
            external_id=facts.external_id,
            key=f"{workflow.info().workflow_id}:fulfil:{parcel.ordinal}",
            tracking_number=parcel.tracking_number,
            carrier=parcel.carrier,
            lines=parcel.lines,
        )
        queue = calls.channel_queue(facts.channel)
        try:
            await self._outside(calls.FULFIL, request, queue, f"tell {facts.channel} of the parcel")
        except ActivityError as error:
            self._park(error, f"fulfil:{parcel.ordinal}", ReasonCode.CHANNEL_SYNC)
        else:
            parcel.channel_told = True
            data = {"ordinal": str(parcel.ordinal), "tracking": parcel.tracking_number}
            lifecycle.note(self._state, workflow.now(), EventKind.CHANNEL_TOLD, SYSTEM, data)

    async def _cancel_in_channel(self) -> None:
        facts, closing = self._state.facts, self._state.closing
        if closing is None or closing.from_channel or closing.is_return:
            return
        request = calls.CancelRequest(
            order_id=facts.order_id,
            channel=facts.channel,
            shop=facts.shop,
            external_id=facts.external_id,
            key=f"{workflow.info().workflow_id}:cancel",
            reason=str(closing.reason),
        )
        queue = calls.channel_queue(facts.channel)
        await self._outside(calls.CANCEL_IN_CHANNEL, request, queue, f"cancel in {facts.channel}")

    async def _outside(self, name: str, request: object, queue: str, summary: str) -> None:
        await workflow.execute_activity(
            name,
            request,
            task_queue=queue,
            start_to_close_timeout=CALL_TIMEOUT,
            retry_policy=PATIENT,
            # A cancelled call is waited for, so that its undo never overtakes it.
            cancellation_type=ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
            summary=summary,
        )

    # --- undo ------------------------------------------------------------------------------

    def begin(self) -> None:
        """Register what has to be undone should the order never be shipped."""
        if self._state.stage is Stage.SHIPPED:
            return
        if self._state.facts.origin == "channel":
            self._register(calls.CANCEL_IN_CHANNEL)
        # Before the first admission is planned: one may have been made in a workflow task that was
        # lost, and nothing of it is known here.
        self._register(calls.RELEASE)

    async def goods_left(self) -> None:
        """Forget what can no longer be undone: the goods are on their way."""
        await self.stop()
        self._state.undo.clear()

    def _register(self, undo: str) -> None:
        if undo not in self._state.undo:
            self._state.undo.append(undo)

    async def compensate(self) -> None:
        """Undo newest first; what fails stays registered and holds the order for a person."""
        for undo in reversed(list(self._state.undo)):
            if lifecycle.is_held_by(self._state, f"undo:{undo}"):
                continue
            try:
                await self._compensation(undo)
            except FailureError as error:
                self._park(error, f"undo:{undo}", ReasonCode.CHANNEL_SYNC)
            else:
                self._state.undo.remove(undo)
                data = {"undo": undo}
                lifecycle.note(self._state, workflow.now(), EventKind.COMPENSATED, SYSTEM, data)

    async def _compensation(self, undo: str) -> None:
        match undo:
            case calls.RELEASE:
                await workflow.execute_local_activity(
                    calls.RELEASE,
                    calls.ReleaseRequest(self._state.facts.order_id),
                    start_to_close_timeout=LEDGER_TIMEOUT,
                    retry_policy=FOR_EVER,
                )
            case calls.VOID_DISPATCH:
                await self._undo_dispatch()
            case calls.CANCEL_IN_CHANNEL:
                await self._cancel_in_channel()

    def _park(self, error: FailureError, origin: str, reason: ReasonCode) -> None:
        """Keep an order whose step keeps failing in its stage, on a hold with an assignee.

        A call that was asked to end is nobody's task, however it ended.
        """
        if self._is_stopping or is_cancelled_exception(error):
            return
        # A local activity's failure comes as it is, any other wrapped in an ActivityError.
        cause = error.cause if isinstance(error, ActivityError) else error
        detail = getattr(cause, "type", None) or type(cause).__name__
        hold_id = f"{origin}:{self._state.version + 1}"
        lifecycle.hold_for(
            self._state, workflow.now(), reason, hold_id, origin=origin, detail=detail
        )
