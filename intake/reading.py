"""What an inbox row says: through its channel's dialect, or as canonical JSON from our own API."""

from channels.body import decoded
from channels.message import ChannelMessage
from channels.registry import CHANNELS
from database.inbox import InboxRow
from domain.findings import FindingCode, finding
from domain.order import Origin
from domain.validation import parsed_order

# The channel whose orders exist in files alone; what other channels keep in files is their own.
SPREADSHEET = "spreadsheet"
FROM_FILES = frozenset({"file", "history"})


def origin_of(row: InboxRow) -> Origin:
    """Tell how the row came in: our own API names a submitter, a file brings what a shop keeps."""
    if row.found_by in FROM_FILES:
        return "file" if row.channel == SPREADSHEET else "channel"
    return "api" if row.submitter else "channel"


def submitter_of(row: InboxRow) -> str:
    """Return who submitted the order; whoever brings a channel's own documents did not."""
    return "" if origin_of(row) == "channel" else row.submitter


def messages_of(row: InboxRow) -> list[ChannelMessage]:
    """Return what the row says; never raises, an unreadable one says so in its findings."""
    if origin_of(row) == "api":
        return [_canonical(row.body)]
    channel = CHANNELS.get(row.channel)
    if channel is None:
        unknown = finding(FindingCode.BAD_VALUE, "channel", row.channel)
        return [ChannelMessage("order", None, findings=(unknown,))]
    if channel.delivery(row.headers, row.body).is_test:
        return [ChannelMessage("ignored", None, note="a test send of the shop's admin")]
    return channel.read(row.topic, row.body, row.shop)


def _canonical(body: bytes) -> ChannelMessage:
    document, unreadable = decoded(body)
    if unreadable:
        return ChannelMessage("order", None, findings=unreadable)
    order, findings = parsed_order(document, "api")
    return ChannelMessage(
        kind="order",
        external_id=order.external_id if order else None,
        source_updated_at=order.source_updated_at if order else None,
        order=order,
        findings=tuple(findings),
    )
