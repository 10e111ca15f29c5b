"""WeCom (企业微信) group robots.

Source: developer.work.weixin.qq.com/document/path/91770 (群机器人配置说明): POST to a URL with the
key in its query, no signature; markdown of at most 4096 bytes in UTF-8; `<@userid>` mentions a
member of the group; 20 messages a minute. Error codes: .../document/path/90313 (全局错误码):
45009 too often, 45002 too long, 40058 wrong parameter, 93000 the key is of no robot, 93004 the
robot is disabled, 93008 it is no member of the group.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from notifications.robots import Dialect, Signed, whole_number
from notifications.text import Text

MEDIUM = "wecom"
MOST_BYTES = 4096


def message(text: Text, address: str) -> dict[str, Any]:
    """Return the markdown message; `address` is the userid of the person to mention."""
    mention = f"\n\n<@{address}>" if address else ""
    content = text.markdown(MOST_BYTES - len(mention.encode())) + mention
    return {"msgtype": "markdown", "markdown": {"content": content}}


def sign(body: dict[str, Any], secret: str, now: datetime) -> Signed:
    """Return the body as it is: the key in the URL is all there is."""
    return Signed(body)


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
    windows={45009: timedelta(minutes=1)},
    permanent=frozenset({40058, 45002, 93000, 93004, 93008}),
)
