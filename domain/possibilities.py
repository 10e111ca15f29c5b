"""What somebody could do to an order now: every action tried against the rules, none carried out.

What a person would type (a note, a tracking number, a colleague) stands in as something that no
rule refuses, so that what is refused is refused whatever they type.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from domain.actions import (
    Action,
    AddSign,
    Amend,
    AssignGroup,
    Cancel,
    Confirm,
    CopyTo,
    Decide,
    Deliver,
    RaiseHold,
    RaiseObjection,
    ReleaseHold,
    RequestReturn,
    Ship,
    Transfer,
    Urge,
    Verdict,
    Withdraw,
)
from domain.approvals import AddedWhen
from domain.entitlement import refusal
from domain.holds import ReasonCode
from domain.refusals import Refusal
from domain.state import OrderState

_ID = "possible"
# Something that was typed, and somebody who was named: no id of ours has such a form.
_TYPED = "?"

Probe = Callable[[OrderState, str], Action]


def _decide(verdict: Verdict) -> Probe:
    return lambda state, person: Decide(_ID, person, verdict, state.facts.content_hash, _TYPED)


def _add_signer(state: OrderState, person: str) -> Action:
    # Whoever has signed already may still add somebody after themselves.
    return AddSign(_ID, person, _TYPED, AddedWhen.PARALLEL, _TYPED)


def _release(state: OrderState, person: str) -> Action:
    return ReleaseHold(_ID, person, state.holds[0].id if state.holds else "-")


def _amend(state: OrderState, person: str) -> Action:
    newer = replace(state.facts, content_version=state.facts.content_version + 1)
    return Amend(_ID, person, newer)


_PROBES: Mapping[str, Probe] = {
    "confirm": lambda state, person: Confirm(_ID, person),
    "approve": _decide(Verdict.APPROVE),
    "reject": _decide(Verdict.REJECT),
    "return_to_submitter": _decide(Verdict.RETURN),
    "add_signer": _add_signer,
    "transfer": lambda state, person: Transfer(_ID, person, _TYPED, _TYPED),
    "withdraw": lambda state, person: Withdraw(_ID, person, _TYPED),
    "urge": lambda state, person: Urge(_ID, person),
    "copy": lambda state, person: CopyTo(_ID, person, (_TYPED,)),
    "ship": lambda state, person: Ship(_ID, person, _TYPED, _TYPED),
    "deliver": lambda state, person: Deliver(_ID, person),
    "hold": lambda state, person: RaiseHold(_ID, person, ReasonCode.OTHER, _TYPED),
    "release": _release,
    "amend": _amend,
    "cancel": lambda state, person: Cancel(_ID, person, ReasonCode.OTHER, _TYPED),
    "return": lambda state, person: RequestReturn(_ID, person, _TYPED),
    "group": lambda state, person: AssignGroup(_ID, person, _TYPED, _TYPED),
    "object": lambda state, person: RaiseObjection(_ID, person, ReasonCode.OTHER, _TYPED),
}

ACTIONS = tuple(_PROBES)


def refused(state: OrderState, action: str, person: str, now: datetime) -> Refusal | None:
    """Return why the order would refuse an action of this name, None when it would not."""
    return refusal(state, _PROBES[action](state, person), now)
