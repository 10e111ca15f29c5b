"""People, channels, effects and time in any order: what must hold of an order after every step.

The machine plays the part of the workflow: it answers admissions, carries out effects, wakes up
late or early, and only ever moves an order when the rules say so.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain import approvals, lifecycle, sla
from domain.actions import Action, ChannelFact, Outcome, ParcelLine
from domain.approvals import AddedWhen, Policy, SignerGroup
from domain.events import EventKind
from domain.facts import LineQuantity, OrderFacts
from domain.holds import ReasonCode
from domain.reactions import react
from domain.stages import EDGES, TERMINAL, Stage
from domain.state import Closing, Obstacle, OrderState
from domain.tasks import tasks_for, waits_for
from tests.unit.order_states import (
    CHANNEL,
    START,
    add,
    amend,
    an_order,
    approve,
    assign,
    can_cover,
    cancel,
    channel_says,
    confirm,
    copy,
    deliver,
    give_back,
    goods_back,
    hand_over,
    hold,
    look_up,
    objection,
    plan_for_test,
    reject,
    repin,
    ship,
    staff_changed,
    unhold,
    urge,
    withdraw,
)

PEOPLE = ("ann", "ben", "cyd", "zoe")
BREACHES = frozenset({EventKind.TURNED_RED, EventKind.ESCALATED, EventKind.WARNED})
NEXT = {
    Stage.PENDING_CONFIRMATION: Stage.IN_REVIEW,
    Stage.IN_REVIEW: Stage.PREPARING,
    Stage.PREPARING: Stage.SHIPPED,
    Stage.SHIPPED: Stage.COMPLETED,
}

people = st.sampled_from(PEOPLE)
policies = st.sampled_from(list(Policy))
teams = st.lists(people, min_size=1, max_size=3, unique=True).map(tuple)
signer_groups = st.lists(teams, min_size=1, max_size=3).map(
    lambda found: tuple(SignerGroup(f"role{n}", team) for n, team in enumerate(found))
)
reasons = st.sampled_from([ReasonCode.CUSTOMS_DOC, ReasonCode.STOCK_OUT, ReasonCode.OTHER])
numbers = st.sampled_from(["", "T1", "T2", "T3"])
parcel_lines = st.lists(
    st.builds(ParcelLine, st.sampled_from(["l1", "l2", "l9"]), st.integers(-1, 3)), max_size=3
).map(tuple)


class OrderMachine(RuleBasedStateMachine):
    """One order in a world without manners."""

    state: OrderState
    now: datetime

    @initialize(
        submitter=st.sampled_from(["", "zoe"]),
        ends=st.sampled_from([0, 0, 1, 9]),
        days=st.lists(st.tuples(policies, signer_groups), max_size=4),
    )
    def submit(
        self, submitter: str, ends: int, days: list[tuple[Policy, tuple[SignerGroup, ...]]]
    ) -> None:
        order = an_order().submitted_by(submitter) if submitter else an_order()
        self.now = START
        self.state = order.opened()
        self.asked: OrderFacts | None = None
        self.answers: dict[str, Outcome] = {}
        self.sent: list[Action] = []
        self.closing: Closing | None = None
        self.due: tuple[int, datetime] | None = None
        self.parcels = 0
        # So that orders grow old enough to meet trouble, few attempts to end them are allowed.
        self.ends_left = ends
        for policy, groups in days:
            self.a_good_day_passes(policy, groups)

    # --- the workflow's part -----------------------------------------------------------------

    @rule(minutes=st.sampled_from([0, 1, 20, 45, 130, 300, 12_000]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @precondition(lambda self: self.asked is None)
    @rule()
    def workflow_wakes(self) -> None:
        state, paused = self.state, self.state.clock.paused_at is not None
        passed = lifecycle.pass_deadline(state, self.now)
        assert not (paused and passed)
        assert not lifecycle.pass_deadline(state, self.now)
        if state.closing is not None:
            if state.stage is not Stage.CLOSED_ABNORMALLY:
                lifecycle.advance(state, Stage.CLOSED_ABNORMALLY, self.now, state.closing.actor)
        elif lifecycle.may_leave(state, self.now):
            self._check_exit()
            lifecycle.advance(state, NEXT[state.stage], self.now)
        else:
            due = lifecycle.next_deadline(state, self.now)
            assert due is None or due > self.now, "the workflow would wake up for ever"

    def _check_exit(self) -> None:
        state, plan = self.state, self.state.plan
        assert plan is not None
        assert not state.holds
        if not any(parcel.settled for parcel in state.parcels):
            assert plan.content_version == state.facts.content_version
        if state.stage is Stage.IN_REVIEW and plan.policy is not Policy.AUTO:
            signers = [signature.person for signature in state.approval.signatures]
            needed = state.approval.groups
            assert {each.person for each in state.approval.added} <= set(signers)
            if plan.policy is Policy.ANY_OF:
                assert any(person in group.people for group in needed for person in signers)
            else:
                assert can_cover(needed, signers)
        if state.stage is Stage.PREPARING:
            assert not any(lifecycle.remaining(state).values())

    @precondition(lambda self: self.asked is None and self.state.admission_due)
    @rule()
    def admission_is_asked(self) -> None:
        is_over = self.state.closing is not None or self.state.stage in TERMINAL
        if self.asked is not None or is_over or not self.state.admission_due:
            return
        self.state.admission_due = False
        self.state.admission_round += 1
        self.asked = self.state.facts

    @precondition(lambda self: self.asked is not None)
    @rule(
        policy=policies,
        groups=signer_groups,
        found=st.lists(reasons, max_size=2),
        routed=st.booleans(),
    )
    def admission_answers(
        self,
        policy: Policy,
        groups: tuple[SignerGroup, ...],
        found: list[ReasonCode],
        routed: bool,
    ) -> None:
        assert self.asked is not None
        has_route = routed or self.state.group_assigned
        obstacles = tuple(Obstacle(reason) for reason in found)
        plan = replace(
            plan_for_test(),
            content_version=self.asked.content_version,
            needs_confirmation=bool(found),
            policy=policy,
            signers=() if policy is Policy.AUTO else groups,
            group="eu" if has_route else "",
            rule_set=self.state.moved_to or "r1",
            obstacles=obstacles if has_route else (*obstacles, Obstacle(ReasonCode.NO_ROUTE)),
        )
        lifecycle.admit(self.state, plan, self.now)
        self.asked = None

    @precondition(lambda self: self.asked is None and self.state.entitlement_due)
    @rule(unfit=st.lists(people, max_size=1), gone=st.lists(people, max_size=2))
    def staff_is_looked_up(self, unfit: list[str], gone: list[str]) -> None:
        if self.state.plan is None:
            return
        groups = tuple(
            SignerGroup(group.role, tuple(p for p in group.people if p not in gone))
            for group in self.state.approval.groups
        )
        look_up(self.state, self.now, *groups, unfit=unfit)

    @precondition(lambda self: self.state.stage not in TERMINAL)
    @rule(policy=policies, groups=signer_groups)
    def a_good_day_passes(self, policy: Policy, groups: tuple[SignerGroup, ...]) -> None:
        self.everything_is_released()
        self.admission_is_asked()
        if self.asked is not None:
            self.admission_answers(policy, groups, [], True)
        while self.state.entitlement_due and self.state.closing is None and self.state.plan:
            self.staff_is_looked_up([], [])
        self.customer_service_confirms()
        self.everybody_approves_at_once()
        if self.state.stage is Stage.PREPARING:
            self.the_warehouse_ships("T9", ())
        self.effects_are_carried_out()
        if self.state.stage is Stage.SHIPPED:
            self.the_carrier_delivers("")
        self.workflow_wakes()

    @rule()
    def effects_are_carried_out(self) -> None:
        if self.state.stage in (Stage.PREPARING, Stage.SHIPPED):
            for parcel in self.state.parcels:
                parcel.settled = parcel.channel_told = True
        if self.state.closing is None and self.state.stage in (Stage.IN_REVIEW, Stage.PREPARING):
            self.state.dispatched = self.state.stage is Stage.PREPARING

    @precondition(lambda self: self.state.stage not in TERMINAL)
    @rule()
    def an_effect_keeps_failing(self) -> None:
        if not lifecycle.is_held_by(self.state, "effect"):
            hold_id = f"effect:{self.state.version + 1}"
            lifecycle.hold_for(
                self.state, self.now, ReasonCode.CHANNEL_SYNC, hold_id, origin="effect"
            )

    # --- everybody else's part ---------------------------------------------------------------

    def _send(self, action: Action) -> None:
        outcome = react(self.state, action, self.now)
        assert self.answers.setdefault(action.id, outcome) == outcome
        assert outcome.accepted or (outcome.message_en and outcome.message_zh)
        self.sent.append(action)

    @precondition(lambda self: self.sent)
    @rule(pick=st.integers(0, 99))
    def a_message_comes_again(self, pick: int) -> None:
        version = self.state.version
        self._send(self.sent[pick % len(self.sent)])
        assert self.state.version == version

    @rule()
    def customer_service_confirms(self) -> None:
        self._send(confirm())

    @rule(person=people, is_stale=st.booleans())
    def somebody_approves(self, person: str, is_stale: bool) -> None:
        self._send(approve(person, "hash-0" if is_stale else self.state.facts.content_hash))

    @rule()
    def everybody_approves_at_once(self) -> None:
        for person in PEOPLE:
            self._send(approve(person, self.state.facts.content_hash))

    @precondition(lambda self: self.ends_left)
    @rule(person=people, note_id=st.sampled_from(["", "n1"]))
    def somebody_rejects(self, person: str, note_id: str) -> None:
        self.ends_left -= 1
        self._send(reject(person, self.state.facts.content_hash, note_id))

    @rule(person=people)
    def somebody_returns_it(self, person: str) -> None:
        self._send(give_back(person, self.state.facts.content_hash))

    @rule(person=people, other=people, when=st.sampled_from(AddedWhen))
    def somebody_adds_a_signer(self, person: str, other: str, when: AddedWhen) -> None:
        self._send(add(person, other, when))

    @rule(person=people, other=people)
    def somebody_hands_over(self, person: str, other: str) -> None:
        self._send(hand_over(person, other))

    @rule(person=people)
    def somebody_withdraws(self, person: str) -> None:
        self._send(withdraw(person))

    @rule(person=people)
    def somebody_urges_and_copies(self, person: str) -> None:
        self._send(urge(person))
        self._send(copy(person))

    @rule()
    def staff_changes(self) -> None:
        react(self.state, staff_changed(), self.now)

    @rule(rule_set=st.sampled_from(["r1", "r2"]))
    def somebody_picks_other_rules(self, rule_set: str) -> None:
        self._send(repin(rule_set))

    @rule(number=numbers.filter(bool), lines=parcel_lines)
    def the_warehouse_ships(self, number: str, lines: tuple[ParcelLine, ...]) -> None:
        self._send(ship(number, *lines))

    @rule(number=numbers)
    def the_carrier_delivers(self, number: str) -> None:
        self._send(deliver(number))

    @rule(reason=reasons, pauses=st.sampled_from([None, True, False]))
    def somebody_holds(self, reason: ReasonCode, pauses: bool | None) -> None:
        self._send(hold(reason, pauses_clock=pauses))

    @rule()
    def somebody_releases_the_oldest(self) -> None:
        self._send(unhold(self.state.holds[0].id if self.state.holds else "h9"))

    @rule()
    def everything_is_released(self) -> None:
        for found in list(self.state.holds):
            self._send(unhold(found.id))

    @rule(
        version=st.integers(1, 6),
        is_same=st.booleans(),
        actor=st.sampled_from(["ann", CHANNEL]),
        quantity=st.integers(1, 4),
    )
    def the_content_changes(self, version: int, is_same: bool, actor: str, quantity: int) -> None:
        facts = self.state.facts
        if not is_same:
            lines = (LineQuantity("l1", "SKU-1", quantity), LineQuantity("l2", "SKU-2", 2))
            facts = replace(facts, lines=lines)
        content_hash = facts.content_hash if is_same else f"hash-{version}-{quantity}"
        self._send(amend(facts, version=version, content_hash=content_hash, actor=actor))

    @rule()
    def somebody_picks_a_group(self) -> None:
        self._send(assign())

    @precondition(lambda self: self.ends_left)
    @rule(note_id=st.sampled_from(["", "n1"]))
    def somebody_cancels(self, note_id: str) -> None:
        self.ends_left -= 1
        self._send(cancel(note_id))

    @rule()
    def the_customer_objects(self) -> None:
        self._send(objection())

    @precondition(lambda self: self.ends_left)
    @rule()
    def goods_come_back(self) -> None:
        self.ends_left -= 1
        self._send(goods_back())

    @precondition(lambda self: self.ends_left)
    @rule()
    def the_channel_cancels(self) -> None:
        self.ends_left -= 1
        self._send(channel_says(ChannelFact.CANCELLED))

    @rule(
        fact=st.sampled_from([ChannelFact.PARCEL, ChannelFact.DELIVERED]),
        number=numbers,
        lines=parcel_lines,
    )
    def the_channel_reports(
        self, fact: ChannelFact, number: str, lines: tuple[ParcelLine, ...]
    ) -> None:
        self._send(channel_says(fact, number, *lines))

    # --- what must always hold ---------------------------------------------------------------

    @invariant()
    def events_are_numbered_without_holes_in_time_order_and_carry_text_only(self) -> None:
        events = self.state.events
        assert [event.seq for event in events] == list(range(1, self.state.version + 1))
        assert [event.at for event in events] == sorted(event.at for event in events)
        for event in events:
            assert all(type(key) is type(value) is str for key, value in event.data.items())

    @invariant()
    def every_move_is_legal_and_the_end_comes_once(self) -> None:
        moves = [e for e in self.state.events if e.kind is EventKind.STAGE_ENTERED]
        stages = [Stage(move.data["to"]) for move in moves]
        assert stages[0] is Stage.PENDING_CONFIRMATION
        assert stages[-1] is self.state.stage
        assert all(after in EDGES[before] for before, after in pairwise(stages))
        ends = [move for move in moves if move.stage in TERMINAL]
        if len(ends) > 1:
            assert [end.stage for end in ends] == [Stage.COMPLETED, Stage.CLOSED_ABNORMALLY]
            assert ends[1].data["reason"] == "RETURN"
        for end in ends:
            if end.stage is Stage.CLOSED_ABNORMALLY:
                assert end.data["reason"]
                assert end.data["note_id"]

    @invariant()
    def a_deadline_is_noted_at_most_once_per_stay(self) -> None:
        noted = 0
        for event in self.state.events:
            if event.kind is EventKind.STAGE_ENTERED:
                noted = 0
            noted += event.kind in BREACHES
            assert noted <= 1

    @invariant()
    def signatures_are_of_distinct_people_who_did_not_submit_and_cover_this_content(self) -> None:
        signatures, facts = self.state.approval.signatures, self.state.facts
        signers = [signature.person for signature in signatures]
        assert len(set(signers)) == len(signers)
        assert facts.submitter not in signers
        assert facts.submitter not in {each.person for each in self.state.approval.added}
        assert not approvals.is_tangled(self.state.approval)
        assert all(signature.content_hash == facts.content_hash for signature in signatures)

    @invariant()
    def no_piece_leaves_twice_and_no_parcel_is_forgotten(self) -> None:
        assert all(left >= 0 for left in lifecycle.remaining(self.state).values())
        assert all(line.quantity > 0 for p in self.state.parcels for line in p.lines)
        assert len(self.state.parcels) >= self.parcels
        self.parcels = len(self.state.parcels)

    @invariant()
    def the_clock_stands_still_exactly_while_a_pausing_hold_is_open(self) -> None:
        clock = self.state.clock
        pausing = any(found.pauses_clock for found in self.state.holds)
        assert (clock.paused_at is not None) is pausing
        if pausing:
            assert sla.pending_deadline(clock) is None

    @invariant()
    def within_one_stay_a_deadline_never_moves_backwards(self) -> None:
        due = self.state.clock.due_at
        stay = sum(event.kind is EventKind.STAGE_ENTERED for event in self.state.events)
        if due is not None and self.due is not None and self.due[0] == stay:
            assert self.due[1] <= due
        self.due = None if due is None else (stay, due)

    @invariant()
    def an_open_order_waits_for_somebody_or_moves_by_itself(self) -> None:
        tasks, reason = tasks_for(self.state), waits_for(self.state)
        if self.state.stage in TERMINAL:
            assert not tasks + tuple(self.state.holds)
            return
        assert tasks or reason in ("system", "closing")
        assert len({task.key for task in tasks}) == len(tasks)
        assert len({found.id for found in self.state.holds}) == len(self.state.holds)
        if self.state.plan is not None:
            assert lifecycle.shown_deadline(self.state) is not None

    @invariant()
    def the_decision_to_close_is_taken_once(self) -> None:
        if self.closing is not None:
            assert self.state.closing == self.closing
        self.closing = self.state.closing


TestOrderMachine = OrderMachine.TestCase
TestOrderMachine.settings = settings(
    max_examples=60, stateful_step_count=60, deadline=None, derandomize=True, database=None
)
