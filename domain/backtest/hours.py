"""People's hours that a rule change adds or saves, from decision times that were observed."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from domain.backtest.tally import Tally, Waits

# Fewer than these decide nothing: the next one could double the average.
FEWEST_OBSERVATIONS = 5
DEFINITION = (
    "Waiting hours: for every order whose approval changes, the mean time that people of each "
    "asked role were observed to take for orders of that tier, from the order's entry into review "
    "to their decision. Time in which an order waits, not time somebody works on it.",
    "等待工时：对每张审批发生变化的订单，取该档位订单中各签核角色从进入审核到作出决定的实际平均用时并求和。"
    "这是订单等待的时间，不是人员实际操作的时间。",
)
TOO_FEW = ("not enough observations", "观测数据不足")

_TENTH = Decimal("0.1")
_HOUR = 3600


@dataclass(frozen=True)
class Expected:
    """Waiting hours of some orders: `basis` is tier, role (of any tier), or none for no number."""

    orders: int
    hours: Decimal | None
    basis: str


def expected(tally: Tally, tier: str, roles: str, orders: int) -> Expected:
    """Return how long so many orders of a tier would wait for one signature of these roles.

    `roles` is one role, or several joined by `|` of which any may sign.
    """
    names = roles.split("|")
    for basis, waits in (
        ("tier", _pooled([w for (t, r), w in tally.waits.items() if r in names and t == tier])),
        ("role", _pooled([w for (_, r), w in tally.waits.items() if r in names])),
    ):
        if waits.count >= FEWEST_OBSERVATIONS:
            return Expected(orders, _tenths(waits.seconds * orders, waits.count * _HOUR), basis)
    return Expected(orders, None, "none")


def _pooled(found: Sequence[Waits]) -> Waits:
    total = Waits()
    for each in found:
        total.merge(each)
    return total


def _tenths(numerator: int, denominator: int) -> Decimal:
    return (Decimal(numerator) / Decimal(denominator)).quantize(_TENTH, ROUND_HALF_UP)


def hours_report(tally: Tally) -> dict[str, object]:
    """Return what was observed, and the hours that fall away and come in addition, as JSON."""
    saved, added = _side(tally, "saved"), _side(tally, "added")
    return {
        "definition_en": DEFINITION[0],
        "definition_zh": DEFINITION[1],
        "fewest_observations": FEWEST_OBSERVATIONS,
        "observed": [_observed(*pair, tally.waits[pair]) for pair in sorted(tally.waits)],
        "saved": saved,
        "added": added,
        "saved_hours": _total(saved),
        "added_hours": _total(added),
        "complete": all(part["hours"] is not None for part in (*saved, *added)),
    }


def _observed(tier: str, role: str, waits: Waits) -> dict[str, object]:
    enough = waits.count >= FEWEST_OBSERVATIONS
    return {
        "tier": tier,
        "role": role,
        "observations": waits.count,
        "mean_hours": str(_tenths(waits.seconds, waits.count * _HOUR)) if enough else None,
        "median_hours": str(_tenths(waits.median_minutes(), 60)) if enough else None,
        "note_en": "" if enough else TOO_FEW[0],
        "note_zh": "" if enough else TOO_FEW[1],
    }


def _side(tally: Tally, name: str) -> list[dict[str, object]]:
    parts = []
    for (tier, role), found in tally.below(name):
        told = expected(tally, tier, role, found.orders)
        known = told.hours is not None
        parts.append(
            {
                "tier": tier,
                "role": role,
                "orders": told.orders,
                "hours": str(told.hours) if known else None,
                "basis": told.basis,
                "note_en": "" if known else TOO_FEW[0],
                "note_zh": "" if known else TOO_FEW[1],
            }
        )
    return parts


def _total(parts: Sequence[dict[str, object]]) -> str | None:
    known = [Decimal(str(part["hours"])) for part in parts if part["hours"] is not None]
    if parts and not known:
        return None
    return str(sum(known, Decimal("0.0")))
