"""What a workflow has to hear of a message, in the form that waits in the inbox row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from domain.actions import Action, Amend, ChannelUpdate, RaiseHold
from domain.facts import OrderFacts

_PAYLOADS: Mapping[str, TypeAdapter[Any]] = {
    "start": TypeAdapter(OrderFacts),
    "amend": TypeAdapter(Amend),
    "channel_update": TypeAdapter(ChannelUpdate),
    "hold": TypeAdapter(RaiseHold),
}


@dataclass(frozen=True)
class Signal:
    """`start` with facts, or a signal's name with its action; none of them holds personal data."""

    name: str
    payload: OrderFacts | Action

    @classmethod
    def start(cls, facts: OrderFacts) -> "Signal":
        """Start the order's workflow."""
        return cls("start", facts)

    @classmethod
    def act(cls, name: str, action: Action) -> "Signal":
        """Send the running workflow an action."""
        return cls(name, action)


def dumped(signals: Sequence[Signal]) -> list[dict[str, object]]:
    """Write signals as plain JSON types."""
    return [
        {
            "name": signal.name,
            "payload": _PAYLOADS[signal.name].dump_python(signal.payload, mode="json"),
        }
        for signal in signals
    ]


def loaded(rows: Sequence[Mapping[str, Any]]) -> list[Signal]:
    """Read back what `dumped` wrote."""
    return [
        Signal(row["name"], _PAYLOADS[row["name"]].validate_python(row["payload"])) for row in rows
    ]
