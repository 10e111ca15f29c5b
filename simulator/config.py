"""The simulator's configuration file: which shops and people it plays, with their secrets."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from simulator.behaviour import Behaviour


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PlayedShop(_Part):
    """A shop: `secret` signs its webhooks, `access_token` is what its own API asks for.

    The token is the whole credential that orderflow keeps for the shop: for WooCommerce
    `ck_...:cs_...`, for Amazon JSON with `client_id`, `client_secret` and `refresh_token`. The
    currencies are those it sells in, the countries those it delivers to. A shop that is
    `subscribed` sends its webhooks to orderflow from the start. Orders of a `spreadsheet` shop
    come as files.
    """

    channel: Literal["shopify", "storefront", "woocommerce", "amazon", "spreadsheet"]
    shop: str
    secret: str = Field("", repr=False)
    access_token: str = Field("", repr=False)
    currencies: tuple[str, ...] = ("USD",)
    countries: tuple[str, ...] = ("US",)
    subscribed: bool = True

    @property
    def owner(self) -> str:
        """Name the shop among all shops of all channels."""
        return f"{self.channel}/{self.shop}"


class ShopifyPlay(_Part):
    """Shopify's bucket of query cost; the standard plan holds 2000 points and restores 100/s."""

    points: float = 2000
    restore: float = 100


class AmazonPlay(_Part):
    """Amazon's limits: usage plans times `rate_scale`, the age below which changes are not shown
    (2 minutes), and how long an access token lives."""

    rate_scale: float = Field(1.0, gt=0)
    settling_seconds: float = Field(120, ge=0)
    token_seconds: float = Field(3600, gt=0)


class PlayedRole(_Part):
    """A role somebody has, in one group or (empty) in all."""

    role: str
    group: str = ""


class PlayedPerson(_Part):
    """A member of staff with the API key they act with."""

    person_id: str
    api_key: str = Field(repr=False)
    roles: tuple[PlayedRole, ...]

    def has_role(self, role: str, group: str = "") -> bool:
        """Tell whether they have the role for this group (empty: for any group)."""
        return any(r.role == role and (not group or r.group in ("", group)) for r in self.roles)


class SimulatorConfig(_Part):
    """What to play; without `state_file` nothing is remembered after the process ends.

    `actors` start by themselves: `shoppers` place orders, `staff` work on their tasks, `carrier`
    reports deliveries, `clerks` upload spreadsheets; the played systems (shops, ERP, WMS) always
    answer. Shoppers stop for good after `most_orders` (unset: never).
    """

    seed: int = 2026
    shops: tuple[PlayedShop, ...] = ()
    people: tuple[PlayedPerson, ...] = ()
    stock: dict[str, dict[str, int]] = {}
    credit_limits: dict[str, str] = {}
    actors: frozenset[Literal["shoppers", "staff", "carrier", "clerks"]] = frozenset()
    shopify: ShopifyPlay = ShopifyPlay()
    amazon: AmazonPlay = AmazonPlay()
    state_file: Path | None = None
    most_orders: int | None = None
    behaviour: Behaviour = Behaviour()


def load_config(path: Path) -> SimulatorConfig:
    """Read a configuration; raises pydantic.ValidationError naming every wrong field."""
    return SimulatorConfig.model_validate_json(path.read_text())
