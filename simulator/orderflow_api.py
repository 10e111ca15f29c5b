"""orderflow's HTTP API as a member of staff uses it: their key, one idempotency key per action."""

import asyncio
from http import HTTPStatus
from urllib.parse import quote

import httpx

from simulator.config import PlayedPerson
from simulator.documents import Document

_PAGE = 100
_MOST_PAGES = 5
NO_ANSWER = 0
_KNOCKS_SECONDS = 0.5


class OrderflowApi:
    """Calls under /api/v1; nobody answering, or 5xx, is an outcome like any other."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def awaited(self) -> None:
        """Return when somebody answers at all."""
        while True:
            try:
                await self._client.get("/healthz")
                return
            except httpx.HTTPError:
                await asyncio.sleep(_KNOCKS_SECONDS)

    async def tasks(self, person: PlayedPerson) -> list[Document]:
        """Return somebody's open tasks, the most pressing first; empty when nobody answers."""
        found: list[Document] = []
        cursor: str | None = None
        for _ in range(_MOST_PAGES):
            page = await self._get(person, "/tasks", {"limit": _PAGE, "cursor": cursor})
            if page is None:
                break
            found += page["tasks"]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        return found

    async def order(self, person: PlayedPerson, order_id: str) -> Document | None:
        """Return an order's details, None when nobody answers or it may not be seen."""
        return await self._get(person, f"/orders/{quote(order_id, safe='')}", {})

    async def act(
        self, person: PlayedPerson, order_id: str, action: str, body: Document, key: str
    ) -> int:
        """Do something to an order (`action` is the path below it); returns the HTTP status."""
        path = f"/orders/{quote(order_id, safe='')}/{action}"
        return await self._post(person, path, body, key)

    async def quarantine(self, person: PlayedPerson) -> list[Document]:
        """Return what lies in quarantine, the newest first; one page will do."""
        page = await self._get(person, "/quarantine", {"limit": _PAGE})
        found: list[Document] = page["items"] if page else []
        return found

    async def discard(self, person: PlayedPerson, entry_id: int) -> int:
        """Put an entry of the quarantine away for good; returns the HTTP status."""
        path = f"/quarantine/{entry_id}/discard"
        return await self._post(person, path, {}, f"clerk:{entry_id}")

    async def upload(self, person: PlayedPerson, shop: str, name: str, content: bytes) -> int:
        """Upload a spreadsheet for a shop; returns the HTTP status."""
        headers = _headers(person) | {"Idempotency-Key": f"upload:{shop}:{name}"}
        try:
            response = await self._client.post(
                "/api/v1/imports",
                data={"shop": shop},
                files={"file": (name, content)},
                headers=headers,
            )
        except httpx.HTTPError:
            return NO_ANSWER
        return response.status_code

    async def _post(self, person: PlayedPerson, path: str, body: Document, key: str) -> int:
        headers = _headers(person) | {"Idempotency-Key": key}
        try:
            response = await self._client.post(f"/api/v1{path}", json=body, headers=headers)
        except httpx.HTTPError:
            return NO_ANSWER
        return response.status_code

    async def _get(
        self, person: PlayedPerson, path: str, query: dict[str, str | int | None]
    ) -> Document | None:
        given = {name: value for name, value in query.items() if value is not None}
        try:
            response = await self._client.get(
                f"/api/v1{path}", params=given, headers=_headers(person)
            )
        except httpx.HTTPError:
            return None
        if response.status_code != HTTPStatus.OK:
            return None
        answer: Document = response.json()
        return answer


def is_done(status: int) -> bool:
    """Tell whether an action was taken over (also when its outcome is still open)."""
    return HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES


def is_unknown(status: int) -> bool:
    """Tell whether nobody knows if it happened: the same is to be sent again."""
    return status in (NO_ANSWER, HTTPStatus.TOO_MANY_REQUESTS) or status >= 500


def _headers(person: PlayedPerson) -> dict[str, str]:
    return {"Authorization": f"Bearer {person.api_key}"}
