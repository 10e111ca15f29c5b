"""Links that decide from a message: their tokens, which exist in the message alone."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from database.links import MessageLink, token_hash
from domain.actions import Verdict

GOOD_FOR = timedelta(hours=48)
_ROOT = "/api/v1/links/"


@dataclass(frozen=True)
class LinkMaker:
    """Makes the links of messages.

    `public_url` is where people reach us, without a trailing slash; empty: messages carry no
    links. A token is an HMAC of what the link is for, so a message that is sent again carries the
    same token, while nobody without `secret` can guess one.
    """

    public_url: str
    secret: bytes

    def order_url(self, order_id: str) -> str:
        """Return where an order is shown."""
        return f"{self.public_url}/orders/{order_id}"

    def url(self, token: str) -> str:
        """Return where a link is opened."""
        return f"{self.public_url}{_ROOT}{token}"

    def token(self, message_id: int, medium: str, verdict: Verdict, content_hash: str) -> str:
        """Return the token (256 bits) of one decision in one message."""
        said = "\0".join(("link", str(message_id), medium, verdict, content_hash))
        digest = hmac.digest(self.secret, said.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def kept(
    token: str, person_id: str, order_id: str, content_hash: str, verdict: Verdict, now: datetime
) -> MessageLink:
    """Return what is kept of a link made now."""
    return MessageLink(
        token_hash(token), person_id, order_id, content_hash, str(verdict), now, now + GOOD_FOR
    )
