"""Amazon's notifications: an order that changed, to be read anew.

Source: schemas/notifications/OrderChangeNotification.json of amzn/selling-partner-api-models. A
notification holds neither prices nor an address, comes at least once and in any order.
"""

from channels.amazon.envelopes import Object, field
from channels.amazon.parcels import moment
from channels.amazon.signature import ORDER_CHANGE
from channels.message import ChannelMessage
from domain.findings import FindingCode, finding


def notification_message(notification: Object) -> ChannelMessage:
    """Say what a notification means: an order to look up; other types are not acted on."""
    said = str(field(notification, "NotificationType"))
    if said != ORDER_CHANGE:
        return ChannelMessage("ignored", None, note=f"notification {said[:80]!r} is not acted on")
    change = field(field(notification, "Payload"), "OrderChangeNotification")
    order_id = field(change, "AmazonOrderId")
    if not isinstance(order_id, str) or not order_id.strip():
        missing = (finding(FindingCode.REQUIRED, "AmazonOrderId"),)
        return ChannelMessage("look_up", None, findings=missing)
    trigger = field(change, "OrderChangeTrigger")
    changed = field(trigger, "TimeOfOrderChange") or field(notification, "EventTime")
    kind = str(field(change, "OrderChangeType") or "")[:80]
    return ChannelMessage(
        "look_up",
        order_id.strip(),
        moment(changed) if isinstance(changed, str) else None,
        note=f"Amazon tells of a change: {kind or 'of an unnamed kind'}",
        reference=order_id.strip(),
    )
