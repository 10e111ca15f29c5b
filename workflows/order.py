"""OrderWorkflow: one order from submission to its end, as one durable story of six stages."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities import signatures as calls
    from domain import entitlement, lifecycle, reactions
    from domain.actions import (
        Action,
        AddSign,
        Amend,
        AssignGroup,
        Cancel,
        ChannelUpdate,
        Confirm,
        CopyTo,
        Decide,
        Deliver,
        Outcome,
        RaiseHold,
        RaiseObjection,
        ReleaseHold,
        Repin,
        RequestReturn,
        Ship,
        StaffChanged,
        Transfer,
        Urge,
        Withdraw,
    )
    from domain.facts import OrderFacts
    from domain.holds import ReasonCode
    from domain.stages import Stage
    from domain.state import Closing, OrderState
    from workflows.deadline import DeadlineTimer
    from workflows.effects import Effects
    from workflows.visibility import Visibility, deadline_summary


TASK_QUEUE = calls.ORDERS_QUEUE


@dataclass(frozen=True)
class OrderInput:
    """What starts an order: its facts; after continue-as-new also the state it had."""

    facts: OrderFacts
    state: OrderState | None = None


class _Closed(Exception):
    """Leaves the story of the stages for its abnormal end."""


@workflow.defn(name="OrderWorkflow")
class OrderWorkflow:
    """Walks one order through its stages; people and channels act by signals and Updates."""

    @workflow.init
    def __init__(self, order: OrderInput) -> None:
        self._state = order.state or lifecycle.opened(order.facts, workflow.now())
        self._effects = Effects(self._state)
        self._visibility = Visibility(self._state)
        self._timer = DeadlineTimer()
        if order.state is None:
            self._effects.begin()

    # --- the story -------------------------------------------------------------------------

    @workflow.run
    async def run(self, order: OrderInput) -> str:
        """Live the order's life; returns the stage in which it ended."""
        life = asyncio.create_task(self._live())
        try:
            await asyncio.shield(life)
        except asyncio.CancelledError:
            # Somebody cancelled the workflow in Temporal itself: an order still ends properly, so
            # that is one more reason to close it, and never interrupts what is under way.
            self._close_for_temporal()
            await life
        return str(self._state.stage)

    async def _live(self) -> None:
        try:
            await self._pending_confirmation()
            while self._state.stage in (Stage.IN_REVIEW, Stage.PREPARING):
                await self._in_review()
                await self._preparing()
            await self._shipped()
        except _Closed:
            await self._closed_abnormally()

    async def _pending_confirmation(self) -> None:
        if await self._stay(Stage.PENDING_CONFIRMATION, self._effects.confirm):
            self._enter(Stage.IN_REVIEW)

    async def _in_review(self) -> None:
        await self._effects.stop()  # the warehouse may be being told of content that has changed
        if await self._stay(Stage.IN_REVIEW, self._effects.review):
            self._enter(Stage.PREPARING)

    async def _preparing(self) -> None:
        if await self._stay(Stage.PREPARING, self._effects.prepare):
            await self._effects.goods_left()
            self._enter(Stage.SHIPPED)

    async def _shipped(self) -> None:
        if await self._stay(Stage.SHIPPED, self._effects.deliver):
            self._enter(Stage.COMPLETED)
            await self._record()
        if self._state.closing is not None:
            raise _Closed

    async def _closed_abnormally(self) -> None:
        await self._undo()
        self._enter(Stage.CLOSED_ABNORMALLY)
        await self._record()

    # --- waiting ---------------------------------------------------------------------------

    async def _stay(self, stage: Stage, work: Callable[[], Awaitable[None]]) -> bool:
        """Stay in the stage until it may be left; False when the order is not in it (any more).

        Each round does what is due, notes a passed deadline, writes one record and sleeps until
        something happens or the nearest deadline comes.
        """
        while self._state.stage is stage:
            await work()
            now = workflow.now()
            lifecycle.pass_deadline(self._state, now)
            if self._state.closing is not None:
                raise _Closed
            if self._state.stage is not stage:
                return False
            if lifecycle.may_leave(self._state, now):
                return True
            considered = self._state.version
            await self._record()
            self._continue_as_new_if_suggested(considered)
            await self._sleep(considered)
        return False

    async def _sleep(self, considered: int) -> None:
        deadline = lifecycle.next_deadline(self._state, workflow.now())
        self._timer.set(deadline, deadline_summary(self._state))
        await self._change(considered)

    async def _change(self, considered: int) -> None:
        """Wait until something happened after `considered`; the caller looks what it was."""
        # A deadline that came means whatever the next round says. Temporal also ends the wait with
        # CancelledError when a cancellation of the workflow came with the change.
        with suppress(asyncio.CancelledError):
            await workflow.wait_condition(lambda: self._is_news(considered))

    def _is_news(self, considered: int) -> bool:
        # A change of staff is no event of the order, yet it has to be looked up.
        asks = self._state.entitlement_due and self._state.closing is None
        return self._state.version != considered or self._timer.has_fired or asks

    def _continue_as_new_if_suggested(self, considered: int) -> None:
        is_quiet = self._state.version == considered and not self._effects.is_busy
        if is_quiet and workflow.info().is_continue_as_new_suggested():
            workflow.continue_as_new(OrderInput(self._state.facts, self._state))

    async def _undo(self) -> None:
        """Undo newest first; what fails waits on a person and is tried again when released."""
        self._timer.set(None)
        await self._record()
        await self._effects.stop()
        while True:
            await self._effects.compensate()
            if not self._state.undo:
                return
            considered = self._state.version
            await self._record()
            await self._change(considered)

    def _close_for_temporal(self) -> None:
        if not lifecycle.is_terminal(self._state):
            closing = Closing(ReasonCode.OTHER, workflow.info().run_id, "temporal")
            lifecycle.close_for(self._state, closing, workflow.now())

    def _enter(self, stage: Stage) -> None:
        actor = self._state.closing.actor if self._state.closing else "system"
        lifecycle.advance(self._state, stage, workflow.now(), actor)

    async def _record(self) -> None:
        self._visibility.follow(self._state.events)
        await self._effects.record()
        self._visibility.show()

    @workflow.query
    def version(self) -> int:
        """Number of the newest event that is recorded; `orderflow doctor` compares it."""
        return self._state.version - len(self._state.events)

    # --- what people and channels do -------------------------------------------------------

    def _react(self, action: Action) -> Outcome:
        return reactions.react(self._state, action, workflow.now())

    def _validate(self, action: Action) -> None:
        refused = entitlement.refusal(self._state, action, workflow.now())
        if refused is not None and action.id not in self._state.seen:
            raise ApplicationError(
                refused.message_en,
                refused.message_zh,
                refused.value,
                type=str(refused.code),
                non_retryable=True,
            )

    @workflow.update(name="confirm")
    def confirm(self, action: Confirm) -> Outcome:
        """Confirm the order and hear at once whether that was accepted."""
        return self._react(action)

    @confirm.validator
    def _may_confirm(self, action: Confirm) -> None:
        self._validate(action)

    @workflow.update(name="decide")
    def decide(self, action: Decide) -> Outcome:
        """Sign, reject or return and hear at once what that made of the order."""
        return self._react(action)

    @decide.validator
    def _may_decide(self, action: Decide) -> None:
        self._validate(action)

    @workflow.update(name="cancel")
    def cancel(self, action: Cancel) -> Outcome:
        """Close the order abnormally and hear at once whether that was in time."""
        return self._react(action)

    @cancel.validator
    def _may_cancel(self, action: Cancel) -> None:
        self._validate(action)

    @workflow.update(name="amend")
    def amend(self, action: Amend) -> Outcome:
        """Take over a new content version and hear at once whether that was in time."""
        return self._react(action)

    @amend.validator
    def _may_amend(self, action: Amend) -> None:
        self._validate(action)

    @workflow.update(name="add_sign")
    def add_sign(self, action: AddSign) -> Outcome:
        """Ask for one more signature and hear at once whether that was accepted."""
        return self._react(action)

    @add_sign.validator
    def _may_add_sign(self, action: AddSign) -> None:
        self._validate(action)

    @workflow.update(name="transfer")
    def transfer(self, action: Transfer) -> Outcome:
        """Give a part to somebody else and hear at once whether that was accepted."""
        return self._react(action)

    @transfer.validator
    def _may_transfer(self, action: Transfer) -> None:
        self._validate(action)

    @workflow.update(name="withdraw")
    def withdraw(self, action: Withdraw) -> Outcome:
        """Take a signature or the order back and hear at once whether that was in time."""
        return self._react(action)

    @withdraw.validator
    def _may_withdraw(self, action: Withdraw) -> None:
        self._validate(action)

    @workflow.update(name="repin")
    def repin(self, action: Repin) -> Outcome:
        """Put the order under other rules and hear at once whether that was accepted."""
        return self._react(action)

    @repin.validator
    def _may_repin(self, action: Repin) -> None:
        self._validate(action)

    @workflow.signal(name="confirm")
    def signal_confirm(self, action: Confirm) -> None:
        """Confirm, without an answer."""
        self._react(action)

    @workflow.signal(name="decide")
    def signal_decide(self, action: Decide) -> None:
        """Sign, reject or return, without an answer."""
        self._react(action)

    @workflow.signal(name="cancel")
    def signal_cancel(self, action: Cancel) -> None:
        """Cancel, without an answer."""
        self._react(action)

    @workflow.signal(name="amend")
    def signal_amend(self, action: Amend) -> None:
        """Take over a new content version, without an answer."""
        self._react(action)

    @workflow.signal(name="add_sign")
    def signal_add_sign(self, action: AddSign) -> None:
        """Ask for one more signature, without an answer."""
        self._react(action)

    @workflow.signal(name="transfer")
    def signal_transfer(self, action: Transfer) -> None:
        """Give a part to somebody else, without an answer."""
        self._react(action)

    @workflow.signal(name="withdraw")
    def signal_withdraw(self, action: Withdraw) -> None:
        """Take a signature or the order back, without an answer."""
        self._react(action)

    @workflow.signal(name="repin")
    def signal_repin(self, action: Repin) -> None:
        """Put the order under other rules, without an answer."""
        self._react(action)

    @workflow.signal
    def urge(self, action: Urge) -> None:
        """Somebody urges those it waits for."""
        self._react(action)

    @workflow.signal
    def copy(self, action: CopyTo) -> None:
        """More people are to hear how the approval goes."""
        self._react(action)

    @workflow.signal
    def staff_changed(self, action: StaffChanged) -> None:
        """Somebody who may sign has left, come back or changed roles."""
        self._react(action)

    @workflow.signal
    def ship(self, action: Ship) -> None:
        """A parcel left the warehouse."""
        self._react(action)

    @workflow.signal
    def deliver(self, action: Deliver) -> None:
        """A parcel arrived."""
        self._react(action)

    @workflow.signal
    def hold(self, action: RaiseHold) -> None:
        """Somebody holds the order."""
        self._react(action)

    @workflow.signal
    def release(self, action: ReleaseHold) -> None:
        """Somebody releases a hold."""
        self._react(action)

    @workflow.signal
    def assign_group(self, action: AssignGroup) -> None:
        """The manual pool picked a group."""
        self._react(action)

    @workflow.signal(name="object")
    def raise_objection(self, action: RaiseObjection) -> None:
        """The customer objects."""
        self._react(action)

    @workflow.signal
    def request_return(self, action: RequestReturn) -> None:
        """Goods come back."""
        self._react(action)

    @workflow.signal
    def channel_update(self, action: ChannelUpdate) -> None:
        """The sales channel reports a fact."""
        self._react(action)
