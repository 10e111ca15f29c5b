"""Every way in which a decision on an order can come in, driven as an attacker would."""

import asyncio
import itertools
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from database import links
from domain.actions import Decide, Outcome, Verdict
from notifications.links import LinkMaker, kept
from tests.integration.api_world import as_, eventually
from tests.integration.attacks_world import Case, Company

NOT_RUNNING = "not_running"
_MAKER = LinkMaker("https://orders.example", b"s" * 32)
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Try:
    """A decision as somebody tries it; the same `id` is meant to be the same decision."""

    person: str
    id: str
    content: str
    verdict: Verdict = Verdict.APPROVE
    note: str = ""


@dataclass(frozen=True)
class Answer:
    """What the entry said: `code` is None where it says nothing."""

    is_accepted: bool
    code: str | None


class Entry(Protocol):
    """One way in."""

    async def decide(self, company: Company, case: Case, what: Try) -> Answer:
        """Try it, and return what was answered once it is known."""


class Api:
    """One decision on one order."""

    async def decide(self, company: Company, case: Case, what: Try) -> Answer:
        body = {
            "id": what.id,
            "verdict": what.verdict,
            "content_hash": what.content,
            "note": what.note,
        }
        answer = await company.post(case, what.person, "decisions", body)
        return Answer(answer.is_success, answer.json()["code"])


class Batch:
    """A batch of this one order."""

    async def decide(self, company: Company, case: Case, what: Try) -> Answer:
        body = {
            # Keys of batches count per person, those of single decisions per order.
            "id": f"{what.id}:{case.order_id}",
            "verdict": what.verdict,
            "note": what.note,
            "orders": [{"order_id": case.order_id, "content_hash": what.content}],
        }
        path, headers = "/api/v1/decisions/batch", as_(what.person)
        begun = await company.api.post(path, json=body, headers=headers)
        if not begun.is_success:
            return Answer(False, begun.json()["code"])
        item = await self._item(company, begun.json()["batch_id"], headers)
        return Answer(item["state"] == "accepted", item["code"])

    async def _item(self, company: Company, batch_id: str, headers: dict[str, str]) -> Any:
        path = f"/api/v1/batches/{batch_id}"

        async def is_done() -> bool:
            batch = await company.api.get(path, headers=headers)
            return bool(batch.json()["state"] == "done")

        await eventually(is_done)
        answer = await company.api.get(f"{path}/items", headers=headers)
        (item,) = answer.json()["items"]
        return item


class Link:
    """A link in a message; the same id is the same link, whoever follows it."""

    def __init__(self) -> None:
        self._tokens: dict[tuple[str, str], str] = {}

    async def decide(self, company: Company, case: Case, what: Try) -> Answer:
        token = self._token(company, case, what)
        answer = await company.api.post(
            f"/api/v1/links/{token}", json={"note": what.note}, headers=as_(what.person)
        )
        return Answer(answer.is_success, answer.json()["code"])

    def _token(self, company: Company, case: Case, what: Try) -> str:
        key = (case.order_id, what.id)
        if key not in self._tokens:
            token = _MAKER.token(next(_numbers), "wecom", what.verdict, what.content)
            link = kept(
                token, what.person, case.order_id, what.content, what.verdict, datetime.now(UTC)
            )
            with company.engine.begin() as c:
                links.save(c, link)
            self._tokens[key] = token
        return self._tokens[key]


class Signal:
    """The signal, as whoever reaches Temporal sends it: nobody checked who the actor is."""

    async def decide(self, company: Company, case: Case, what: Try) -> Answer:
        before = len(company.events(case))
        try:
            await company.handle(case).signal("decide", _action(what))
        except RPCError as error:
            return _not_running(error)
        await company.settled(case)
        since = company.events(case)[before:]
        refusals = [
            data["code"]
            for kind, _, data in since
            if kind == "refused" and data["action_id"] == what.id
        ]
        return Answer(False, refusals[0] if refusals else None)


class Update:
    """The Update, each time under an id of its own: Temporal itself remembers none."""

    async def decide(self, company: Company, case: Case, what: Try) -> Answer:
        try:
            outcome = await self._outcome(company, case, what)
        except WorkflowUpdateFailedError as error:
            cause = error.cause
            assert isinstance(cause, ApplicationError)
            return Answer(False, cause.type)
        except RPCError as error:
            return _not_running(error)
        return Answer(outcome.accepted, outcome.code)

    async def _outcome(self, company: Company, case: Case, what: Try) -> Outcome:
        """Have the order answer; Temporal takes ten at once, and the rest may come again."""
        while True:
            try:
                outcome: Outcome = await company.handle(case).execute_update(
                    "decide", _action(what), id=uuid.uuid4().hex, result_type=Outcome
                )
                return outcome
            except RPCError as error:
                if error.status is not RPCStatusCode.RESOURCE_EXHAUSTED:
                    raise


def _action(what: Try) -> Decide:
    note_id = what.id if what.note else ""
    return Decide(what.id, what.person, what.verdict, what.content, note_id)


def _not_running(error: RPCError) -> Answer:
    if error.status is not RPCStatusCode.NOT_FOUND:
        raise error
    return Answer(False, NOT_RUNNING)


async def at_once(company: Company, entry: Entry, case: Case, tries: list[Try]) -> list[Answer]:
    """Try all of it at the same time."""
    return list(await asyncio.gather(*(entry.decide(company, case, each) for each in tries)))


ENTRIES: dict[str, Entry] = {
    "api": Api(),
    "batch": Batch(),
    "link": Link(),
    "signal": Signal(),
    "update": Update(),
}
