"""Faults of the played systems, switched on from outside and used up call by call."""

import asyncio
from collections.abc import AsyncIterator, Callable
from random import Random
from typing import Literal

from fastapi import Response
from fastapi.responses import PlainTextResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from simulator.aborting import Reset

System = Literal["shopify", "storefront", "woocommerce", "amazon", "erp", "wms", "webhooks"]
FaultKind = Literal[
    "slow", "error", "done_but_error", "throttled", "refused", "hang", "reset", "cut", "garbage"
]
LetterFault = Literal["twice", "late", "lost", "shuffled"]
_HANG_SECONDS = 60.0


class Fault(BaseModel):
    """One fault: what breaks, how, for how many calls (unset: until removed), how often.

    `operation` is the name of the call (`fulfillmentCreate`, `reservations`, `dispatches`, a
    webhook's topic); `*` means any. `seconds` is how long `slow`, `hang` and `late` take.
    `done_but_error` does what was asked and then denies it; `cut` breaks off in the middle of the
    answer, `reset` before there is one.
    """

    model_config = ConfigDict(extra="forbid")

    system: System
    kind: FaultKind | LetterFault
    operation: str = "*"
    times: int | None = Field(None, ge=1)
    share: float = Field(1.0, ge=0, le=1)
    seconds: float = Field(_HANG_SECONDS, ge=0)

    def concerns(self, system: str, operation: str) -> bool:
        """Tell whether it breaks this call."""
        return self.system == system and self.operation in ("*", operation)


class FaultBoard:
    """The faults that are switched on, the first that fits wins."""

    def __init__(self, seed: int) -> None:
        self._rng = Random(f"{seed}:faults")
        self.faults: list[Fault] = []
        self.hits: dict[str, int] = {}

    def draw(self, system: str, operation: str) -> Fault | None:
        """Return the fault this call runs into, None when it goes well."""
        for fault in self.faults:
            if fault.concerns(system, operation) and self._rng.random() < fault.share:
                self._use_up(fault)
                name = f"{system}:{operation}:{fault.kind}"
                self.hits[name] = self.hits.get(name, 0) + 1
                return fault
        return None

    def _use_up(self, fault: Fault) -> None:
        if fault.times is None:
            return
        fault.times -= 1
        if not fault.times:
            self.faults.remove(fault)

    async def answer(
        self,
        system: System,
        operation: str,
        act: Callable[[], Response],
        *,
        throttled: Callable[[], Response],
        refused: Callable[[], Response],
    ) -> Response:
        """Do what was asked, unless a fault says otherwise; how systems say no is their own."""
        fault = self.draw(system, operation)
        if fault is None:
            return act()
        match fault.kind:
            case "slow":
                await asyncio.sleep(fault.seconds)
                return act()
            case "throttled":
                return throttled()
            case "refused":
                return refused()
            case "hang":
                await asyncio.sleep(fault.seconds)
            case "done_but_error":
                act()
            case "reset":
                return Reset()
            case "cut":
                return StreamingResponse(_broken_off(), media_type="application/json")
            case "garbage":
                return PlainTextResponse("<html>it works!</html>")
        return PlainTextResponse("something broke", status_code=500)


def wait_a_second() -> Response:
    """Answer 429 as most systems do."""
    return PlainTextResponse("wait", 429, {"Retry-After": "1"})


class _BrokenOff(Exception):
    """Ends an answer in the middle; the server then closes the connection."""


async def _broken_off() -> AsyncIterator[bytes]:
    yield b'{"data": {'
    raise _BrokenOff
