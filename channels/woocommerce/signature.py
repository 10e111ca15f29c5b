"""WooCommerce's envelope: who signed the bytes, which topic, and the ping that nobody signs.

Source: woocommerce/woocommerce, plugins/woocommerce/includes/class-wc-webhook.php.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from channels.headers import header
from channels.message import Delivery
from channels.port import Headers

_DIGEST_BYTES = 32
_SIGNATURE = "X-WC-Webhook-Signature"
_PING = re.compile(rb"webhook_id=[0-9]{1,20}")

# The entities that WordPress' wp_specialchars_decode(..., ENT_QUOTES) turns back into & < > " '.
_ENTITIES = re.compile(
    r"&(?:(?P<amp>amp|#0*38|#x0*26)|(?P<lt>lt|#0*60|#x0*3c)|(?P<gt>gt|#0*62|#x0*3e)"
    r"|(?P<quot>quot|#0*34|#x0*22)|(?P<apos>#0*39|#x0*27));",
    re.IGNORECASE,
)
_CHARACTERS = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


def verify(headers: Headers, raw_body: bytes, secrets: Sequence[str], now: datetime) -> bool:
    """Check base64(HMAC-SHA256(secret, raw body)) in constant time against each secret.

    The signature carries no time, so `now` is not looked at: a replay has the same content and is
    recognised by that.
    """
    claimed = _decoded(header(headers, _SIGNATURE))
    # Every spelling of every secret is tried, so that the time taken does not tell which matched.
    matches = [
        hmac.compare_digest(hmac.digest(key.encode(), raw_body, hashlib.sha256), claimed)
        for secret in secrets
        if secret
        for key in _spellings(secret)
    ]
    return any(matches)


def delivery(headers: Headers, raw_body: bytes) -> Delivery:
    """Read the topic from the headers.

    There is no delivery id to go by: WooCommerce hashes the webhook's id with the current second,
    so two orders of one second share it. The content tells deliveries apart.
    """
    return Delivery(topic=header(headers, "X-WC-Webhook-Topic"))


def is_ping(headers: Headers, raw_body: bytes) -> bool:
    """Recognise what a shop sends when a webhook is saved: `webhook_id=123`, unsigned.

    It wants exactly 200, else the webhook shows an error in the shop.
    """
    return not header(headers, _SIGNATURE) and bool(_PING.fullmatch(raw_body.strip()))


def _spellings(secret: str) -> Iterator[str]:
    # WooCommerce signs with wp_specialchars_decode(secret, ENT_QUOTES): a secret that somebody
    # typed with an entity in it is another one when it signs. Filters may switch that off.
    yield secret
    yield _ENTITIES.sub(lambda found: _CHARACTERS[found.lastgroup or ""], secret)


def _decoded(signature: str) -> bytes:
    try:
        digest = base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return digest if len(digest) == _DIGEST_BYTES else b""
