"""DingTalk (钉钉) custom robots.

Source: open.dingtalk.com/document/orgapp/custom-robot-access (自定义机器人接入), which says: POST
to a URL with the access token in its query. 加签: `timestamp` in milliseconds, at most an hour off,
and `sign` = base64(HmacSHA256(key = secret, timestamp + newline + secret)), both URL-encoded in the
query. Markdown has `title` and `text`; whom `at.atUserIds` names is notified when the text holds
`@userid`. 20 messages a minute; whoever exceeds that is shut out for 10 minutes.
Error codes there: 310000 (sign, keyword or IP address not accepted), 300001 and 400101 (no such
token), 400013 (the group is dissolved), 400102 (the robot is disabled), 400105 and 40035 (body not
accepted), 400106 (no such robot), 130101 and 410100 (too fast), 460101 (too long). The global code
34016 names 5000 characters of markdown and 64 of its title as the most.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from notifications.robots import Dialect, Signed, whole_number
from notifications.text import Text

MEDIUM = "dingtalk"
MOST_BYTES = 5000
LONGEST_TITLE = 64
SHUT_OUT = timedelta(minutes=10)


def message(text: Text, address: str) -> dict[str, Any]:
    """Return the markdown message; `address` is the userId of the person to mention."""
    mention = f"\n\n@{address}" if address else ""
    shown = text.markdown(MOST_BYTES - len(mention.encode())) + mention
    return {
        "msgtype": "markdown",
        "markdown": {"title": text.marked_title[:LONGEST_TITLE], "text": shown},
        "at": {"atUserIds": [address] if address else [], "isAtAll": False},
    }


def signature(secret: str, timestamp: str) -> str:
    """Return the signature of a timestamp in milliseconds, before it is URL-encoded."""
    digest = hmac.digest(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256)
    return base64.b64encode(digest).decode()


def sign(body: dict[str, Any], secret: str, now: datetime) -> Signed:
    """Return the body, with timestamp and signature for the query when there is a secret."""
    if not secret:
        return Signed(body)
    timestamp = str(round(now.timestamp() * 1000))
    return Signed(body, {"timestamp": timestamp, "sign": signature(secret, timestamp)})


def code_of(answer: Mapping[str, Any]) -> tuple[int, str] | None:
    """Return the error code of an answer and its words."""
    code = whole_number(answer.get("errcode"))
    return None if code is None else (code, str(answer.get("errmsg", "")))


DIALECT = Dialect(
    medium=MEDIUM,
    per_minute=20,
    message=message,
    sign=sign,
    code_of=code_of,
    windows={130101: SHUT_OUT, 410100: SHUT_OUT},
    permanent=frozenset({40035, 300001, 310000, 400013, 400101, 400102, 400105, 400106, 460101}),
)
