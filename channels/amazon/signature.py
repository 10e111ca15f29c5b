"""Amazon's envelope: who calls, and that nothing else stands in the headers.

Amazon sends notifications to a queue or an event bus of the shop's own AWS account. From there an
EventBridge API destination posts them here, with the API key of its connection in a header
(docs.aws.amazon.com/eventbridge, "Connections for API targets"). The key is ours to choose: name
the header `X-Api-Key` and give it the shop's secret.
"""

import hmac
from collections.abc import Sequence
from datetime import datetime

from channels.headers import header
from channels.message import Delivery
from channels.port import Headers

API_KEY = "X-Api-Key"
TOPIC = "X-Amz-Notification-Type"
ORDER_CHANGE = "ORDER_CHANGE"


def verify(headers: Headers, raw_body: bytes, secrets: Sequence[str], now: datetime) -> bool:
    """Compare the API key in constant time with each secret; current and previous may both be used.

    The key proves the sender, not the body, and carries no time. That is enough here: a
    notification only names an order, which is then read from Amazon itself.
    """
    claimed = header(headers, API_KEY).encode()
    # Every secret is tried, so that the time taken does not tell which one matched.
    matches = [hmac.compare_digest(secret.encode(), claimed) for secret in secrets if secret]
    return any(matches)


def delivery(headers: Headers, raw_body: bytes) -> Delivery:
    """Name the topic, ORDER_CHANGE unless the sender's rule sets a header.

    The notification's id stands in the body: without a delivery id the body's hash serves.
    """
    return Delivery(topic=header(headers, TOPIC) or ORDER_CHANGE)
