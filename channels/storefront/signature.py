"""The storefront's envelope: a signature with a time in it, a topic, a delivery id.

`Orderflow-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256(secret, "{t}." + raw body)>`. Several
`v1` may stand in one header while a shop changes its secret. `Orderflow-Delivery` names the
delivery and stays the same on retries; `Orderflow-Topic` repeats the body's topic.
"""

import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import UTC, datetime

from channels.headers import header
from channels.message import Delivery
from channels.port import Headers

SIGNATURE = "Orderflow-Signature"
TOLERANCE_SECONDS = 300

_TIME = re.compile(r"[0-9]{1,12}")
_HEX_DIGEST = re.compile(r"[0-9a-f]{64}")
_MAX_SIGNATURES = 8


def sign(raw_body: bytes, secret: str, at: datetime) -> str:
    """Return the header's value for these bytes, signed at the aware instant `at`."""
    seconds = str(int(at.timestamp()))
    return f"t={seconds},v1={_digest(seconds, raw_body, secret)}"


def verify(headers: Headers, raw_body: bytes, secrets: Sequence[str], now: datetime) -> bool:
    """Check time (5 minutes to either side of `now`) and signature, each against every secret."""
    seconds, claims = _parts(header(headers, SIGNATURE))
    if not seconds or abs(int(seconds) - now.timestamp()) > TOLERANCE_SECONDS:
        return False
    expected = [_digest(seconds, raw_body, secret) for secret in secrets if secret]
    matches = [hmac.compare_digest(claim, digest) for digest in expected for claim in claims]
    return any(matches)


def delivery(headers: Headers, raw_body: bytes) -> Delivery:
    """Read topic and delivery id from the headers; the time is that of the signature."""
    seconds, _ = _parts(header(headers, SIGNATURE))
    return Delivery(
        topic=header(headers, "Orderflow-Topic"),
        delivery_id=header(headers, "Orderflow-Delivery") or None,
        source_at=_instant(seconds),
    )


def _digest(seconds: str, raw_body: bytes, secret: str) -> str:
    return hmac.new(secret.encode(), f"{seconds}.".encode() + raw_body, hashlib.sha256).hexdigest()


def _parts(value: str) -> tuple[str, list[str]]:
    pairs = [part.strip().partition("=") for part in value.split(",")]
    times = [text for name, _, text in pairs if name == "t" and _TIME.fullmatch(text)]
    claims = [text for name, _, text in pairs if name == "v1" and _HEX_DIGEST.fullmatch(text)]
    return (times[0] if len(times) == 1 else ""), claims[:_MAX_SIGNATURES]


def _instant(seconds: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(seconds), UTC) if seconds else None
    except (OverflowError, ValueError, OSError):
        return None
