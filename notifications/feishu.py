"""Feishu (飞书) and Lark custom bots; Lark's have the host open.larksuite.com.

Source: open.feishu.cn/document/client-docs/bot-v3/add-custom-bot (自定义机器人使用指南), which
says: POST to a URL with the token in its path. 签名校验: `timestamp` in seconds, at most an hour
off, and `sign` = base64(HmacSHA256(key = timestamp + newline + secret, an empty message)) in the
body; at most 20 KB; 100 messages a minute and 5 a second. Error codes there: 11232 too often, 9499
a body that is not accepted, 19021 sign, 19022 IP address, 19024 keyword; 19001 is a token of no
bot. The gateway in front says 9499, too, with the words "too many request". `StatusCode` is an
older name of `code`. In a card's markdown `<at id=...>` mentions by open_id or user_id:
open.feishu.cn/document/common-capabilities/message-card/message-cards-content/using-markdown-tags
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from notifications.robots import Dialect, Signed, whole_number
from notifications.text import Text, cut

MEDIUM = "feishu"
# Of the 20 KB of a body; the rest is for the card around the text and for JSON's escapes.
MOST_BYTES = 14_000
LONGEST_TITLE_BYTES = 600
WINDOW = timedelta(minutes=1)
_BAD_REQUEST = 9499


def message(text: Text, address: str) -> dict[str, Any]:
    """Return the message as a card; `address` is the open_id or user_id of whom to mention."""
    mention = f"\n\n<at id={address}></at>" if address else ""
    shown = text.markdown(MOST_BYTES - len(mention.encode()), heading=False) + mention
    title = {"tag": "plain_text", "content": cut(text.title, LONGEST_TITLE_BYTES)}
    card = {"header": {"title": title}, "elements": [{"tag": "markdown", "content": shown}]}
    return {"msg_type": "interactive", "card": card}


def signature(secret: str, timestamp: str) -> str:
    """Return the signature of a timestamp in seconds."""
    digest = hmac.digest(f"{timestamp}\n{secret}".encode(), b"", hashlib.sha256)
    return base64.b64encode(digest).decode()


def sign(body: dict[str, Any], secret: str, now: datetime) -> Signed:
    """Return the body, with timestamp and signature in it when there is a secret."""
    if not secret:
        return Signed(body)
    timestamp = str(int(now.timestamp()))
    return Signed({"timestamp": timestamp, "sign": signature(secret, timestamp), **body})


def code_of(answer: Mapping[str, Any]) -> tuple[int, str] | None:
    """Return the error code of an answer and its words."""
    code = whole_number(answer.get("code", answer.get("StatusCode")))
    words = answer.get("msg", answer.get("StatusMessage", ""))
    return None if code is None else (code, str(words))


def _reads(code: int, words: str) -> timedelta | None:
    return WINDOW if code == _BAD_REQUEST and "too many" in words.lower() else None


DIALECT = Dialect(
    medium=MEDIUM,
    per_minute=100,
    message=message,
    sign=sign,
    code_of=code_of,
    windows={11232: WINDOW},
    permanent=frozenset({_BAD_REQUEST, 19001, 19002, 19021, 19022, 19024}),
    reads=_reads,
)
