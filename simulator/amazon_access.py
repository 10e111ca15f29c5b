"""Who may call the played Selling Partner API, and how often: LWA tokens and usage plans.

Sources: developer-docs.amazon.com/sp-api/docs/connecting-to-the-selling-partner-api and
/docs/usage-plans-and-rate-limits.
"""

import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from simulator.amazon_store import AmazonStore
from simulator.config import AmazonPlay

GRANTLESS = ""
_NOTIFICATIONS_SCOPE = "sellingpartnerapi::notifications"

# Requests a second and burst of each operation.
USAGE_PLANS: Mapping[str, tuple[float, int]] = {
    "searchOrders": (0.0056, 20),
    "getOrder": (0.5, 30),
    "confirmShipment": (2.0, 10),
    "subscriptions": (1.0, 5),
    "destinations": (1.0, 5),
}


class TokenRefused(Exception):
    """No access token is given: `code` and text are the OAuth error."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass
class _Plan:
    left: float
    at: float


class AmazonAccess:
    """Access tokens and usage plans of all played sellers; forgotten when the process ends."""

    def __init__(
        self,
        stores: Mapping[str, AmazonStore],
        play: AmazonPlay,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stores = stores
        self._play = play
        self._clock = clock
        self._tokens: dict[str, tuple[str, float]] = {}
        self._plans: dict[tuple[str, str], _Plan] = {}

    def grant(self, form: Mapping[str, str]) -> tuple[str, float]:
        """Return a new access token and its life in seconds; raises TokenRefused."""
        known = {name: _credential(store) for name, store in self._stores.items()}
        pair = (form.get("client_id"), form.get("client_secret"))
        own = [n for n, c in known.items() if (c.get("client_id"), c.get("client_secret")) == pair]
        if not own:
            raise TokenRefused("invalid_client", "Client authentication failed")
        return self._new(self._seller(form, {name: known[name] for name in own}))

    def _seller(self, form: Mapping[str, str], known: Mapping[str, Mapping[str, str]]) -> str:
        match form.get("grant_type"):
            case "refresh_token":
                token = form.get("refresh_token") or None
                found = [name for name, c in known.items() if c.get("refresh_token") == token]
                if found and token:
                    return found[0]
                text = "The request has an invalid grant parameter : refresh_token"
                raise TokenRefused("invalid_grant", text)
            case "client_credentials" if form.get("scope") == _NOTIFICATIONS_SCOPE:
                return GRANTLESS
            case "client_credentials":
                raise TokenRefused("invalid_scope", "The scope is unknown")
            case _:
                raise TokenRefused("unsupported_grant_type", "The grant type is unknown")

    def _new(self, seller: str) -> tuple[str, float]:
        token = f"Atza|{secrets.token_urlsafe(24)}"
        self._tokens[token] = (seller, self._clock() + self._play.token_seconds)
        return token, self._play.token_seconds

    def seller(self, token: str) -> str | None:
        """Return whose a token is (empty: grantless), None when it is unknown or has expired."""
        name, until = self._tokens.get(token, (None, 0.0))
        return name if self._clock() < until else None

    def expire_all(self) -> None:
        """Let every token given so far be a thing of the past."""
        self._tokens.clear()

    def rate(self, operation: str) -> float:
        """Return the requests a second of an operation."""
        return USAGE_PLANS[operation][0] * self._play.rate_scale

    def may(self, seller: str, operation: str) -> bool:
        """Take one request out of a seller's plan; False when nothing is left."""
        now, burst = self._clock(), USAGE_PLANS[operation][1]
        plan = self._plans.setdefault((seller, operation), _Plan(burst, now))
        plan.left = min(burst, plan.left + (now - plan.at) * self.rate(operation))
        plan.at = now
        if plan.left < 1:
            return False
        plan.left -= 1
        return True


def _credential(store: AmazonStore) -> Mapping[str, str]:
    given: Mapping[str, str] = json.loads(store.played.access_token)
    return given
