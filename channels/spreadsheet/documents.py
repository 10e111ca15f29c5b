"""A spreadsheet as one stored document, read the same guarded way as an import."""

import tempfile
from pathlib import Path

from channels.message import ChannelMessage
from channels.port import DEFAULT_SHOP
from channels.spreadsheet.extraction import extract
from channels.spreadsheet.mapping import read
from channels.spreadsheet.options import ExtractOptions
from channels.spreadsheet.records import Order, RowProblem
from channels.spreadsheet.wording import problem


def read_document(raw: bytes, shop: str = DEFAULT_SHOP) -> list[ChannelMessage]:
    """Say what the bytes of an xlsx, xls, csv or tsv file hold; never raises, at least one message.

    For documents that fit into memory; files come through `extract`.
    """
    with tempfile.TemporaryDirectory(prefix="orderflow-") as folder:
        path = Path(folder) / "document"
        path.write_bytes(raw)
        messages: list[ChannelMessage] = []
        for record in extract([path], ExtractOptions(shop=shop)):
            if isinstance(record, Order):
                messages += read("", record.body, shop)
            elif isinstance(record, RowProblem):
                messages.append(ChannelMessage("order", None, findings=record.findings))
    return messages or [ChannelMessage("order", None, findings=(problem("no_rows", ""),))]
