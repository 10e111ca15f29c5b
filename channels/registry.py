"""The channels we speak, by the name used in URLs, settings and canonical orders."""

from collections.abc import Mapping

from channels.amazon.channel import CHANNEL as AMAZON
from channels.port import Channel
from channels.shopify.channel import CHANNEL as SHOPIFY
from channels.spreadsheet.channel import CHANNEL as SPREADSHEET
from channels.storefront.channel import CHANNEL as STOREFRONT
from channels.woocommerce.channel import CHANNEL as WOOCOMMERCE

CHANNELS: Mapping[str, Channel] = {
    channel.name: channel for channel in (SHOPIFY, AMAZON, WOOCOMMERCE, STOREFRONT, SPREADSHEET)
}
