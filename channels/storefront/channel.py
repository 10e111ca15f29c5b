"""The storefront as one channel of the registry."""

from channels.message import ChannelMessage
from channels.port import DEFAULT_SHOP, Channel
from channels.storefront.client import StorefrontClient
from channels.storefront.mapping import read
from channels.storefront.signature import delivery, verify


def read_document(raw: bytes, shop: str = DEFAULT_SHOP) -> list[ChannelMessage]:
    """Say what a stored body holds: it names its own topic."""
    return read("", raw, shop)


CHANNEL = Channel(
    name="storefront",
    verify=verify,
    delivery=delivery,
    read=read,
    read_document=read_document,
    connect=StorefrontClient,
)
