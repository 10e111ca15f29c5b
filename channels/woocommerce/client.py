"""Reading from and writing back to a WooCommerce shop.

WooCommerce knows neither parcels nor idempotency keys. A parcel is a note to the buyer and an entry
in the order's meta data; both are looked for before they are written, so repeating a call whose
answer was lost writes nothing twice.
"""

import re
from datetime import datetime

import httpx
from pydantic import BaseModel

from channels.closing import Closing
from channels.errors import ChannelRefused
from channels.port import ChannelAccess, FoundOrder, FoundPage, FulfilmentReceipt, Lines
from channels.port import Subscriptions as Checked
from channels.woocommerce import polling, subscriptions
from channels.woocommerce.endpoint import ORDER_NOT_FOUND, Json, RestEndpoint, read_answer
from channels.woocommerce.parcels import OURS, ToldParcel, are_all_out, told_parcels
from channels.woocommerce.payload import WooChange, WooOrder
from domain.holds import ReasonCode

_CANCELLATION = "_orderflow_cancellation"
_CLOSED = frozenset({"cancelled", "refunded", "trash"})


class _Note(BaseModel):
    note: str = ""


class WooCommerceClient(Closing):
    """One shop's REST API; thread-safe. The shop mails its buyers; refunds are left to people."""

    def __init__(self, access: ChannelAccess, transport: httpx.BaseTransport | None = None) -> None:
        self._endpoint = RestEndpoint(access, transport)

    def fulfillment_create(
        self,
        order_external_id: str,
        tracking_number: str,
        carrier: str,
        *,
        url: str | None,
        lines: Lines,
        idempotency_key: str,
    ) -> FulfilmentReceipt:
        """Tell the buyer of a parcel, and complete the order once every piece is out.

        The note comes first: should we stop between the two, it is found and not sent again. An
        order that is closed in the shop is refused (NOT_FULFILLABLE).
        """
        if not tracking_number:
            raise ChannelRefused("NO_TRACKING_NUMBER", "a parcel needs a tracking number")
        path = f"/orders/{order_external_id}"
        order = read_answer(WooOrder, self._endpoint.get(path))
        told = told_parcels(order)
        if any(parcel.tracking == tracking_number for parcel in told):
            return FulfilmentReceipt(tracking_number, already_there=True)
        status = order.plain_status
        if status in _CLOSED:
            raise ChannelRefused("NOT_FULFILLABLE", f"the order is {status} in the shop")
        if not self._has_note(path, tracking_number):
            text = " ".join(part for part in (carrier, tracking_number, url) if part)
            self._endpoint.post(f"{path}/notes", {"note": text, "customer_note": True})
        parcels = [*told, ToldParcel(tracking_number, carrier, tuple(lines))]
        self._endpoint.put(path, _shipment(order, parcels))
        return FulfilmentReceipt(tracking_number)

    def order_cancel(
        self, order_external_id: str, reason: ReasonCode, note: str, *, idempotency_key: str
    ) -> None:
        """Set the order to cancelled, which restocks it; the money is not sent back by this."""
        path = f"/orders/{order_external_id}"
        if read_answer(WooChange, self._endpoint.get(path)).plain_status in _CLOSED:
            return
        why = {"key": _CANCELLATION, "value": f"{reason}: {note}"}
        self._endpoint.put(path, {"status": "cancelled", "meta_data": [why]})

    def changed_orders(self, since: datetime, page: str | None = None) -> FoundPage:
        """Return a page of the orders that changed at or after `since`; see `polling`."""
        return polling.changed_orders(self._endpoint, since, page)

    def order(self, reference: str) -> FoundOrder | None:
        """Return an order by its id, None when the shop has none such."""
        try:
            response = self._endpoint.get(f"/orders/{reference}")
        except ChannelRefused as error:
            if error.code == ORDER_NOT_FOUND:
                return None
            raise
        return polling.found(read_answer(Json, response))

    def mend_subscriptions(self, address: str, secret: str) -> Checked:
        """See to it that the shop sends its webhooks to `address`; see `subscriptions`."""
        return subscriptions.mend(self._endpoint, address, secret)

    def close(self) -> None:
        """Close the connections."""
        self._endpoint.close()

    def _has_note(self, path: str, tracking_number: str) -> bool:
        notes = read_answer(list[_Note], self._endpoint.get(f"{path}/notes", {"type": "customer"}))
        whole = re.compile(rf"(?<![A-Za-z0-9]){re.escape(tracking_number)}(?![A-Za-z0-9])")
        return any(whole.search(note.note) for note in notes)


def _shipment(order: WooOrder, parcels: list[ToldParcel]) -> Json:
    """Return the change that keeps the parcels and, with the last of them, completes the order."""
    kept = {"key": OURS, "value": [parcel.document() for parcel in parcels]}
    done = order.plain_status != "completed" and are_all_out(parcels, order.line_items)
    return {"meta_data": [kept]} | ({"status": "completed"} if done else {})
