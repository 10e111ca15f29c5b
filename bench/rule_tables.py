"""How fast the rule tables answer."""

import time
from collections.abc import Callable
from decimal import Decimal

from domain.rules.defaults import default_rule_set
from domain.rules.evaluation import match

EVALUATIONS = 400_000
REPEATS = 5


def measure(progress: Callable[[str], None]) -> dict[str, float]:
    """Return evaluations of the approval table per second, the best of some repeats."""
    compiled = default_rule_set().compiled("approval")
    inputs = {
        "amount": Decimal("1999.00"),
        "first_cooperation": False,
        "customer_kind": "consumer",
        "country": "DE",
    }
    best = 0.0
    for number in range(REPEATS):
        progress(f"rules: repeat {number + 1} of {REPEATS}")
        started = time.perf_counter()
        for _ in range(EVALUATIONS):
            match(compiled, inputs)
        best = max(best, EVALUATIONS / (time.perf_counter() - started))
    return {"rules.per_second": round(best)}
