"""WooCommerce as one channel of the registry."""

from channels.port import Channel, Polling
from channels.woocommerce.client import WooCommerceClient
from channels.woocommerce.documents import read_document
from channels.woocommerce.signature import delivery, is_ping, verify
from channels.woocommerce.topics import HISTORY, read

CHANNEL = Channel(
    name="woocommerce",
    verify=verify,
    delivery=delivery,
    read=read,
    read_document=read_document,
    connect=WooCommerceClient,
    # WooCommerce has no limit of its own and often a small host. It sends a webhook once, never
    # again, so what it loses is found here.
    polling=Polling(
        open=WooCommerceClient,
        every_seconds=120,
        overlap_seconds=120,
        pages_per_second=2.0,
        history_topic=HISTORY,
    ),
    is_ping=is_ping,
)
