"""Spreadsheets as one channel of the registry: nothing is delivered, nothing written back."""

from collections.abc import Sequence
from datetime import datetime

from channels.message import Delivery
from channels.port import Channel, Headers
from channels.spreadsheet.documents import read_document
from channels.spreadsheet.mapping import read


def verify(headers: Headers, raw_body: bytes, secrets: Sequence[str], now: datetime) -> bool:
    """Refuse everything: a file is imported by a person, never delivered by a webhook."""
    del headers, raw_body, secrets, now
    return False


def delivery(headers: Headers, raw_body: bytes) -> Delivery:
    """Say that there is no envelope."""
    del headers, raw_body
    return Delivery(topic="")


CHANNEL = Channel(
    name="spreadsheet",
    verify=verify,
    delivery=delivery,
    read=read,
    read_document=read_document,
)
