"""How the played people behave, as data: shares from 0 to 1 and delays in seconds.

Every table may be overruled in the simulator's configuration file.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from simulator.post_rules import PostRule

Seconds = tuple[float, float]
HoldAnswer = Literal["release", "cancel", "leave"]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Habit(_Table):
    """When somebody gets to a task: as a rule, late, or never unless reminded."""

    usual: Seconds
    late: Seconds
    late_share: float = 0.0
    never_share: float = 0.0


class Mix(_Table):
    """What shoppers buy and what goes wrong with it; the values of a mapping are weights."""

    tiers: dict[str, float] = {"auto": 0.64, "manager": 0.22, "countersign": 0.14}
    countries: dict[str, float] = {
        "US": 0.34,
        "CA": 0.13,
        "DE": 0.21,
        "FR": 0.13,
        "IT": 0.12,
        "GB": 0.05,
        "BR": 0.02,
    }
    channels: dict[str, float] = {
        "shopify": 0.48,
        "amazon": 0.12,
        "woocommerce": 0.2,
        "storefront": 0.2,
    }
    new_dealer: float = 0.35
    on_terms: float = 0.6
    unpaid: float = 0.12
    pays_later: float = 0.5
    bad_phone: float = 0.04
    no_postal_code: float = 0.03
    scarce: float = 0.06
    sent_twice: float = 0.06
    updated_first: float = 0.03
    cancelled: float = 0.04
    refunded: float = 0.015
    amazon_pending: float = 0.5
    amazon_fulfils: float = 0.1
    plugin_status: float = 0.02
    shop_echo: float = 0.3


class StaffTable(_Table):
    """Habits by kind of task, and what people decide; each share is of the tasks it concerns."""

    habits: dict[str, Habit] = {
        "confirm": Habit(usual=(2, 9), late=(17, 26), late_share=0.15, never_share=0.01),
        "approve": Habit(usual=(3, 14), late=(43, 58), late_share=0.07, never_share=0.03),
        "pick_group": Habit(usual=(20, 50), late=(70, 140), late_share=0.4, never_share=0.1),
        "prepare": Habit(usual=(3, 11), late=(83, 100), late_share=0.04, never_share=0.01),
        "resolve_hold": Habit(usual=(8, 25), late=(45, 90), late_share=0.2, never_share=0.05),
    }
    after_reminder: Seconds = (4, 15)
    heeds_reminder: float = 0.8
    rejects: float = 0.06
    two_parcels: float = 0.12
    cancels_while_preparing: float = 0.02
    raises_hold: float = 0.02
    discards_after_seconds: float = 60
    discards: float = 0.6
    hold_answers: dict[str, dict[HoldAnswer, float]] = {
        "STOCK_OUT": {"cancel": 0.6, "leave": 0.4},
        "CREDIT_LIMIT": {"cancel": 0.7, "leave": 0.3},
        "other": {"release": 0.92, "leave": 0.08},
    }


class CarrierTable(_Table):
    """How parcels travel; a lost one is never reported."""

    travel: Seconds = (4, 13)
    lost: float = 0.02
    objects: float = 0.04
    returns: float = 0.03


class UploadTable(_Table):
    """How often a clerk uploads a spreadsheet, how many orders it holds, and how many are broken;
    files of kind csv and xlsx take turns."""

    every: Seconds = (20, 45)
    orders: tuple[int, int] = (3, 8)
    broken: float = 0.12


class Phase(_Table):
    """A time of the day: so many orders a second for so long; no length means for ever."""

    orders_per_second: float
    seconds: float | None = None


class Behaviour(_Table):
    """Everything that may be tuned."""

    shoppers: Mix = Mix()
    staff: StaffTable = StaffTable()
    carrier: CarrierTable = CarrierTable()
    uploads: UploadTable = UploadTable()
    post: dict[str, PostRule] = {}
    phases: tuple[Phase, ...] = (
        Phase(orders_per_second=2.0, seconds=180),
        Phase(orders_per_second=0.5),
    )
