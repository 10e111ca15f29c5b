"""One shop's REST API v3: Basic authentication, JSON both ways, failures sorted.

Source: woocommerce/woocommerce-rest-api-docs, wp-api-v3 (Authentication over HTTPS, Errors).
"""

import re
from collections.abc import Mapping
from typing import Any, TypeVar

import httpx
from pydantic import TypeAdapter, ValidationError

from channels.body import decoded
from channels.errors import ChannelRefused, ChannelUnavailable
from channels.http import answered, timeouts
from channels.port import ChannelAccess

Json = dict[str, Any]
Answer = TypeVar("Answer")
Query = Mapping[str, str | int]

ORDER_NOT_FOUND = "ORDER_NOT_FOUND"
_ROOT = "/wp-json/wc/v3"
_KEYS = re.compile(r"ck_[^\s:]+:cs_[^\s:]+")
_MACHINE_CODE = re.compile(r"[a-z0-9_-]{1,80}")
_NO_SUCH_ORDER = "woocommerce_rest_shop_order_invalid_id"


class RestEndpoint:
    """Calls under `/wp-json/wc/v3`; the credential is `ck_...:cs_...`, a key that may read and
    write. A shop that redirects is refused: its address has to be given as it answers."""

    def __init__(self, access: ChannelAccess, transport: httpx.BaseTransport | None) -> None:
        key, _, secret = access.credential.strip().partition(":")
        self._is_usable = bool(_KEYS.fullmatch(access.credential.strip()))
        self._root = f"{access.base_url.rstrip('/')}{_ROOT}"
        self._http = httpx.Client(
            auth=(key, secret) if self._is_usable else None,
            timeout=timeouts(access.timeout_seconds),
            headers={"Accept": "application/json"},
            transport=transport,
        )

    def get(self, path: str, query: Query | None = None) -> httpx.Response:
        """Read; raises as `answered`, and ChannelRefused BAD_CREDENTIAL or ORDER_NOT_FOUND."""
        return self._call("GET", path, query=query)

    def put(self, path: str, body: Json) -> httpx.Response:
        """Change; raises as `get`."""
        return self._call("PUT", path, body=body)

    def post(self, path: str, body: Json) -> httpx.Response:
        """Create; raises as `get`."""
        return self._call("POST", path, body=body)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _call(
        self, method: str, path: str, *, query: Query | None = None, body: Json | None = None
    ) -> httpx.Response:
        if not self._is_usable:
            raise ChannelRefused(
                "BAD_CREDENTIAL", "the credential is not ck_...:cs_...; enter the shop's REST key"
            )

        def send() -> httpx.Response:
            response = self._http.request(method, self._root + path, params=query, json=body)
            _refuse_named(response)
            return response

        return answered(send)


def read_answer(kind: type[Answer], response: httpx.Response) -> Answer:
    """Read an answer's JSON; raises ChannelUnavailable when it has another shape than documented.

    A PHP notice or the page of a cache in front of the shop comes with status 200, too.
    """
    value, findings = decoded(response.content)
    try:
        if not findings:
            return TypeAdapter(kind).validate_python(value)
    except ValidationError:
        pass
    raise ChannelUnavailable("the answer has an unexpected shape")


def _refuse_named(response: httpx.Response) -> None:
    """Refuse with WooCommerce's own code, which tells a read-only key from a wrong one."""
    status = response.status_code
    if not 400 <= status < 500 or status in {408, 425, 429}:
        return
    value, _ = decoded(response.content)
    code = value.get("code") if isinstance(value, dict) else None
    if not isinstance(code, str) or not _MACHINE_CODE.fullmatch(code):
        return
    if code == _NO_SUCH_ORDER:
        raise ChannelRefused(ORDER_NOT_FOUND, "the shop has no such order")
    raise ChannelRefused(f"HTTP_{status}", f"the shop answered HTTP {status} ({code})")
