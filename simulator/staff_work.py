"""What a member of staff does about one task: looks at the order, then acts through the API."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random

from simulator.behaviour import StaffTable
from simulator.carrier import Carrier
from simulator.config import PlayedPerson
from simulator.documents import Document
from simulator.orderflow_api import NO_ANSWER, OrderflowApi, is_done, is_unknown
from simulator.purchases import drawn

NOTHING_DONE = 204
_POOL_GROUPS = {"GB": "eu", "BR": "na"}
_AMAZON = "amazon"
_OUT_OF_STEP = "CHANNEL_SYNC"
# How a hold says that Amazon has no call for what was wanted.
_BY_HAND = (_OUT_OF_STEP, "NOT_SUPPORTED")
_CARRIERS = {"na": ("ups", "1Z"), "eu": ("dhl", "0034")}


@dataclass(frozen=True)
class Job:
    """A task that is somebody's now; `attempt` counts from 1."""

    person: PlayedPerson
    task: Document
    attempt: int
    rng: Random

    @property
    def order_id(self) -> str:
        """The order it is about."""
        return str(self.task["order_id"])

    def key(self, action: str) -> str:
        """Return the idempotency key of one action of this job."""
        return f"staff:{action}:{self.task['key']}:{self.order_id}:{self.attempt}"


class StaffWork:
    """Does jobs by their kind; returns the HTTP status of the last call.

    `call_off` cancels an order of Amazon by hand, in Seller Central.
    """

    def __init__(
        self,
        api: OrderflowApi,
        carrier: Carrier,
        table: StaffTable,
        people: tuple[PlayedPerson, ...],
        call_off: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._api = api
        self._carrier = carrier
        self._table = table
        self._people = people
        self._call_off = call_off
        self._released: set[tuple[str, str, str]] = set()
        self._kinds: dict[str, Callable[[Job], Awaitable[int]]] = {
            "confirm": self._confirm,
            "approve": self._approve,
            "pick_group": self._pick_group,
            "prepare": self._prepare,
            "resolve_hold": self._resolve_hold,
        }

    def knows(self, kind: str) -> bool:
        """Tell whether staff does anything about such tasks; deliveries are the carrier's."""
        return kind in self._kinds

    async def do(self, job: Job) -> int:
        """Do a job."""
        return await self._kinds[job.task["kind"]](job)

    async def _act(self, job: Job, action: str, body: Document) -> int:
        return await self._api.act(job.person, job.order_id, action, body, job.key(action))

    async def _confirm(self, job: Job) -> int:
        if job.task["channel"] == _AMAZON:
            # Pending at Amazon: nobody but Amazon knows whether it will be paid.
            return NOTHING_DONE
        return await self._act(job, "confirm", {})

    async def _approve(self, job: Job) -> int:
        order = await self._api.order(job.person, job.order_id)
        if order is None:
            return NO_ANSWER
        body = {"verdict": "approve", "content_hash": order["content_hash"], "note": ""}
        if job.rng.random() < self._table.rejects:
            body |= {"verdict": "reject", "note": "The margin is below what we agreed on."}
        return await self._act(job, "decisions", body)

    async def _pick_group(self, job: Job) -> int:
        group = _POOL_GROUPS.get(job.task["country"], "na")
        return await self._act(job, "group", {"group": group})

    async def _prepare(self, job: Job) -> int:
        if job.task["channel"] == _AMAZON and await self._is_shipped_by_amazon(job):
            return NOTHING_DONE
        luck = job.rng.random() if job.attempt == 1 else 1.0
        if luck < self._table.cancels_while_preparing:
            return await self._cancel(job, "BUYER_CANCEL", "The customer called: not needed.")
        if luck < self._table.cancels_while_preparing + self._table.raises_hold:
            body = {"reason": "CUSTOMS_DOC", "note": "The commercial invoice is missing."}
            return await self._act(job, "holds", body)
        lines: list[Document] = []
        if job.rng.random() < self._table.two_parcels and job.attempt == 1:
            lines = await self._half_of(job)
        return await self._ship(job, lines)

    async def _is_shipped_by_amazon(self, job: Job) -> bool:
        order = await self._api.order(job.person, job.order_id)
        content = order["content"] if order else None
        return content is not None and "fulfilled_by_channel" in content["order"]["flags"]

    async def _ship(self, job: Job, lines: list[Document]) -> int:
        carrier, prefix = _CARRIERS.get(job.task["group"], _CARRIERS["na"])
        number = f"{prefix}{job.task['external_id'].lstrip('W')}{job.attempt:02d}"
        body = {"tracking_number": number, "carrier": carrier, "lines": lines}
        status = await self._act(job, "shipments", body)
        # Without an answer it may have been taken over, so the parcel goes out all the same.
        if is_done(status) or is_unknown(status):
            self._carrier.take(job.order_id, job.task["external_id"], number)
        return status

    async def _half_of(self, job: Job) -> list[Document]:
        order = await self._api.order(job.person, job.order_id)
        if order is None or order["content"] is None:
            return []
        first = order["content"]["order"]["lines"][0]
        quantity = (first["quantity"] + 1) // 2
        return [{"line_id": first["line_id"], "quantity": quantity}]

    async def _resolve_hold(self, job: Job) -> int:
        order = await self._api.order(job.person, job.order_id)
        if order is None:
            return NO_ANSWER
        hold_id = job.task["hold_id"]
        hold = next((h for h in order["holds"] if h["id"] == hold_id), {"reason": "other"})
        reason = hold["reason"]
        what = (job.order_id, reason, hold.get("detail", ""))
        if job.task["channel"] == _AMAZON and what[1:] == _BY_HAND:
            # There is no call to cancel an order at Amazon: a person does it there.
            self._call_off(str(job.task["external_id"]))
            return await self._act(job, f"holds/{hold_id}/release", {"note": "Cancelled there."})
        answers = self._table.hold_answers
        answer = drawn(dict(answers.get(reason, answers["other"])), job.rng)  # type: ignore[arg-type]
        if answer == "cancel":
            why = reason if reason in answers else "OTHER"
            return await self._cancel(job, why, f"Could not be resolved: {reason}.")
        if answer == "leave":
            return NOTHING_DONE
        if reason == _OUT_OF_STEP and what in self._released:
            # The shop said the same again, so releasing does not help; a lead has to look at it.
            return NOTHING_DONE
        self._released.add(what)
        path = f"holds/{hold_id}/release"
        return await self._act(job, path, {"note": "Checked, goes on."})

    async def _cancel(self, job: Job, reason: str, note: str) -> int:
        """Have customer service cancel: keepers and finance may not."""
        fitting = [p for p in self._people if p.has_role("customer_service")] or [job.person]
        body = {"reason": reason, "note": note}
        person = job.rng.choice(fitting)
        return await self._api.act(
            person, job.order_id, "cancellation", body, job.key("cancellation")
        )
