"""Which channels can be written back to, and what they can be asked for."""

import json

from activities.channels import write_back_rates
from activities.signatures import HOLDING_CHANNELS
from channels.port import BackfillSource, ChannelAccess, HoldsFulfilment
from channels.registry import CHANNELS

# Read by Amazon's client when it is opened; the others take any text.
CREDENTIAL = {
    "client_id": "id",
    "client_secret": "secret",
    "refresh_token": "token",
    "marketplace_ids": ["A1PA6795UKMFR9"],
}
ACCESS = ChannelAccess("https://shop.example.com", json.dumps(CREDENTIAL))


def clients_that_are(kind: type) -> set[str]:
    found = set()
    for name, channel in CHANNELS.items():
        if channel.connect is not None:
            with channel.connect(ACCESS) as client:
                found |= {name} if isinstance(client, kind) else set()
    return found


def test_the_workflow_asks_for_holds_exactly_where_the_client_can_place_them() -> None:
    assert clients_that_are(HoldsFulfilment) == HOLDING_CHANNELS


def test_shopify_hands_out_its_whole_past_at_once() -> None:
    assert clients_that_are(BackfillSource) == {"shopify"}


def test_every_channel_that_is_written_back_to_has_a_pace() -> None:
    connected = {name for name, channel in CHANNELS.items() if channel.connect is not None}
    assert write_back_rates().keys() == connected
    assert all(rate > 0 for rate in write_back_rates().values())
