"""Shopify as one channel of the registry."""

from channels.port import Channel, Polling
from channels.shopify.client import ShopifyClient
from channels.shopify.documents import read_document
from channels.shopify.signature import delivery, verify
from channels.shopify.topics import read

CHANNEL = Channel(
    name="shopify",
    verify=verify,
    delivery=delivery,
    read=read,
    read_document=read_document,
    connect=ShopifyClient,
    polling=Polling(
        open=ShopifyClient,
        every_seconds=120,
        overlap_seconds=300,
        pages_per_second=1.0,
    ),
)
