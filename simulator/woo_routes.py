"""The played WooCommerce REST API v3: orders, notes and webhooks, with Basic auth and pages."""

import base64
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from simulator.documents import Document
from simulator.faults import FaultBoard, wait_a_second
from simulator.subscriptions import ACTIVE
from simulator.woo_bodies import dated
from simulator.woo_store import WooStore

_STATUSES = frozenset(
    {
        "pending",
        "processing",
        "on-hold",
        "completed",
        "cancelled",
        "refunded",
        "failed",
        "trash",
        "checkout-draft",
    }
)
_WEBHOOK_STATUSES = frozenset({ACTIVE, "paused", "disabled"})


class OrderQuery(BaseModel):
    """What `GET /orders` may be asked."""

    model_config = ConfigDict(extra="ignore")

    page: int = Field(1, ge=1)
    per_page: int = Field(10, ge=1, le=100)
    status: str = "any"
    after: datetime | None = None
    before: datetime | None = None
    modified_after: datetime | None = None
    modified_before: datetime | None = None
    dates_are_gmt: bool = False
    orderby: Literal["date", "id", "include", "title", "slug", "modified"] = "date"
    order: Literal["asc", "desc"] = "desc"

    def limits(self) -> list[tuple[str, datetime, bool]]:
        """Return (name of the date, limit, whether it has to be later)."""
        found = [
            ("date_created", self.after, True),
            ("date_created", self.before, False),
            ("date_modified", self.modified_after, True),
            ("date_modified", self.modified_before, False),
        ]
        suffix = "_gmt" if self.dates_are_gmt else ""
        return [(f"{name}{suffix}", at, later) for name, at, later in found if at is not None]


def woo_router(stores: Mapping[str, WooStore], faults: FaultBoard) -> APIRouter:
    """Return the routes of every played WooCommerce shop."""
    router = APIRouter(prefix="/woo/{shop}/wp-json/wc/v3", tags=["woocommerce"])

    async def answer(shop: str, request: Request, operation: str, act: Any) -> Response:
        store = stores.get(shop)
        if store is None:
            return _refusal("rest_no_route", "No route was found matching the URL.", 404)
        if not _is_let_in(store, request):
            text = "Sorry, you cannot list resources."
            return _refusal("woocommerce_rest_cannot_view", text, 401)
        return await faults.answer(
            "woocommerce",
            operation,
            lambda: act(store),
            throttled=wait_a_second,
            refused=lambda: _refusal("woocommerce_rest_cannot_edit", "Sorry, no.", 403),
        )

    @router.get("/orders")
    async def orders(shop: str, request: Request) -> Response:
        return await answer(shop, request, "orders", lambda store: _page(store, request))

    @router.get("/orders/{number}")
    async def order(shop: str, number: str, request: Request) -> Response:
        return await answer(shop, request, "order", lambda store: _one(store, number))

    @router.api_route("/orders/{number}", methods=["PUT", "POST", "PATCH"])
    async def update(shop: str, number: str, request: Request) -> Response:
        body = await request.json()
        return await answer(
            shop, request, "updateOrder", lambda store: _update(store, number, body)
        )

    @router.get("/orders/{number}/notes")
    async def notes(shop: str, number: str, request: Request, type: str = "any") -> Response:
        return await answer(shop, request, "notes", lambda store: _notes(store, number, type))

    @router.post("/orders/{number}/notes")
    async def add_note(shop: str, number: str, request: Request) -> Response:
        body = await request.json()
        return await answer(shop, request, "addNote", lambda store: _add_note(store, number, body))

    router.include_router(_webhooks(answer))
    return router


def _webhooks(answer: Any) -> APIRouter:
    router = APIRouter()

    @router.get("/webhooks")
    async def webhooks(
        shop: str,
        request: Request,
        page: int = 1,
        per_page: Annotated[int, Query(ge=1, le=100)] = 10,
        status: str = "all",
    ) -> Response:
        def listed(store: WooStore) -> Response:
            known = [w for w in store.subscriptions.all() if status in ("all", w["status"])]
            return _paged([_webhook(each) for each in known], page, per_page, request)

        return await _asked(answer, shop, request, "webhooks", listed)

    @router.post("/webhooks")
    async def create(shop: str, request: Request) -> Response:
        body = await request.json()
        return await _asked(
            answer, shop, request, "createWebhook", lambda store: _create(store, body)
        )

    @router.api_route("/webhooks/{number}", methods=["PUT", "POST", "PATCH"])
    async def update(shop: str, number: int, request: Request) -> Response:
        body = await request.json()
        return await _asked(
            answer, shop, request, "updateWebhook", lambda store: _change(store, number, body)
        )

    return router


async def _asked(answer: Any, *given: Any) -> Response:
    response: Response = await answer(*given)
    return response


def _is_let_in(store: WooStore, request: Request) -> bool:
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    try:
        pair = base64.b64decode(encoded).decode()
    except ValueError:
        return False
    return scheme.lower() == "basic" and pair == store.played.access_token


def _page(store: WooStore, request: Request) -> Response:
    try:
        query = OrderQuery.model_validate(dict(request.query_params))
    except ValidationError as error:
        names = ", ".join(str(each["loc"][0]) for each in error.errors())
        return _refusal("rest_invalid_param", f"Invalid parameter(s): {names}", 400)
    found = [each["body"] for each in store.records().values()]
    wanted = query.status.split(",")
    if query.status == "any":
        found = [body for body in found if body["status"] != "trash"]
    else:
        found = [body for body in found if body["status"] in wanted]
    for name, limit, is_later in query.limits():
        found = [body for body in found if _is_beyond(body[name], limit, is_later)]
    by = {"modified": "date_modified", "date": "date_created"}.get(query.orderby, "id")
    found.sort(key=lambda body: (body[by], body["id"]), reverse=query.order == "desc")
    return _paged(found, query.page, query.per_page, request)


def _is_beyond(text: str, limit: datetime, is_later: bool) -> bool:
    at = datetime.fromisoformat(text)
    bare = limit.replace(tzinfo=None) - (limit.utcoffset() or timedelta(0))
    return at > bare if is_later else at < bare


def _paged(found: list[Document], page: int, per_page: int, request: Request) -> Response:
    pages = -(-len(found) // per_page)
    shown = found[(page - 1) * per_page : page * per_page]
    headers = {"X-WP-Total": str(len(found)), "X-WP-TotalPages": str(pages)}
    links = [(page - 1, "prev"), (page + 1, "next")]
    told = [
        f'<{request.url.include_query_params(page=number)}>; rel="{name}"'
        for number, name in links
        if 1 <= number <= pages
    ]
    return JSONResponse(shown, headers=headers | ({"Link": ", ".join(told)} if told else {}))


def _one(store: WooStore, number: str) -> Response:
    order = store.record(number)
    return JSONResponse(order["body"]) if order else _unknown()


def _update(store: WooStore, number: str, wanted: Document) -> Response:
    order = store.record(number)
    if order is None:
        return _unknown()
    status = str(wanted.get("status", order["status"])).removeprefix("wc-")
    if status not in _STATUSES | {order["status"]}:
        text = "Invalid parameter(s): status"
        return _refusal("rest_invalid_param", text, 400)
    changes: dict[str, Any] = {"status": status}
    if "meta_data" in wanted:
        changes["meta_data"] = _merged(order["body"]["meta_data"], wanted["meta_data"])
    if status == "completed" and order["status"] != "completed":
        changes |= dated("date_completed", datetime.now().astimezone())
    order["puts"] += 1
    store.amend(order, changes)
    return JSONResponse(order["body"])


def _merged(known: list[Document], wanted: list[Document]) -> list[Document]:
    """Add meta data, or change what is there by its id or key; a null value takes it away."""
    merged = {each["id"]: each for each in known}
    for each in wanted:
        same = (number for number, kept in merged.items() if kept["key"] == each.get("key"))
        number = each.get("id") or next(same, 13_001 + max(merged, default=0) % 13_000)
        if number in merged and each.get("value") is None:
            del merged[number]
        else:
            merged[number] = merged.get(number, {}) | each | {"id": number}
    return list(merged.values())


def _notes(store: WooStore, number: str, kind: str) -> Response:
    order = store.record(number)
    if order is None:
        return _unknown()
    fitting = {"any": (True, False), "customer": (True,), "internal": (False,)}.get(kind, ())
    return JSONResponse([note for note in order["notes"] if note["customer_note"] in fitting])


def _add_note(store: WooStore, number: str, wanted: Document) -> Response:
    order = store.record(number)
    if order is None:
        return _unknown()
    if not wanted.get("note"):
        return _refusal("rest_missing_callback_param", "Missing parameter(s): note", 400)
    note = {
        "id": 281 + sum(len(each["notes"]) for each in store.records().values()),
        "author": "orderflow",
        "note": wanted["note"],
        "customer_note": bool(wanted.get("customer_note")),
        **dated("date_created", datetime.now().astimezone()),
    }
    order["notes"] = [note, *order["notes"]]
    store.keep(order)
    return JSONResponse(note, status_code=201)


def _create(store: WooStore, wanted: Document) -> Response:
    topic, address = wanted.get("topic"), wanted.get("delivery_url")
    if not topic or not address:
        text = "Webhook topic and delivery URL are required."
        return _refusal("woocommerce_rest_webhook_invalid", text, 400)
    created = store.subscriptions.add(
        str(topic), str(address), str(wanted.get("secret") or ""), name=wanted.get("name", "")
    )
    store.ping(created)
    return JSONResponse(_webhook(created), status_code=201)


def _change(store: WooStore, number: int, wanted: Document) -> Response:
    known = store.subscriptions.find(number)
    if known is None:
        return _refusal("woocommerce_rest_shop_webhook_invalid_id", "Invalid ID.", 404)
    if wanted.get("status", ACTIVE) not in _WEBHOOK_STATUSES:
        return _refusal("rest_invalid_param", "Invalid parameter(s): status", 400)
    names = {"status": "status", "delivery_url": "address", "secret": "secret", "topic": "topic"}
    changes = {ours: wanted[theirs] for theirs, ours in names.items() if theirs in wanted}
    # Saving an active webhook clears its count of failures, and a new address is tried.
    store.subscriptions.change(number, **changes, failures=0)
    if changed := store.subscriptions.find(number):
        if changes.get("address", known["address"]) != known["address"]:
            store.ping(changed)
        return JSONResponse(_webhook(changed))
    return _refusal("woocommerce_rest_shop_webhook_invalid_id", "Invalid ID.", 404)


def _webhook(subscription: Document) -> Document:
    resource, _, event = subscription["topic"].partition(".")
    since = datetime.fromisoformat(subscription["since"])
    return {
        "id": subscription["id"],
        "name": subscription.get("name") or f"Webhook {subscription['topic']}",
        "status": subscription["status"],
        "topic": subscription["topic"],
        "resource": resource,
        "event": event,
        "hooks": [],
        "delivery_url": subscription["address"],
        **dated("date_created", since),
        **dated("date_modified", since),
    }


def _unknown() -> Response:
    return _refusal("woocommerce_rest_shop_order_invalid_id", "Invalid ID.", 404)


def _refusal(code: str, text: str, status: int) -> Response:
    return JSONResponse({"code": code, "message": text, "data": {"status": status}}, status)
