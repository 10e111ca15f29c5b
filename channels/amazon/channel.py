"""Amazon as one channel of the registry."""

from channels.amazon.client import AmazonClient
from channels.amazon.documents import read_document
from channels.amazon.signature import delivery, verify
from channels.amazon.topics import read
from channels.port import Channel, Polling

CHANNEL = Channel(
    name="amazon",
    verify=verify,
    delivery=delivery,
    read=read,
    read_document=read_document,
    connect=AmazonClient,
    # searchOrders: 0.0056 requests a second, 20 saved up (models, usage plan of searchOrders).
    polling=Polling(
        open=AmazonClient, every_seconds=300, overlap_seconds=300, pages_per_second=0.0056
    ),
)
