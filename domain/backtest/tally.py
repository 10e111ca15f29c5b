"""The counting of a backtest: piece by piece, in any order, in any number of processes."""

from bisect import insort
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

MOST_EXAMPLES = 20
_MINUTE = 60
# Whoever took longer than this took "this long": keeps the counts few, whatever was observed.
_LONGEST_MINUTES = 60 * 24 * 60

Key = tuple[str, ...]


@dataclass
class Sum:
    """How many orders, worth how much in base currency, and the largest of them by name."""

    orders: int = 0
    amount: Decimal = Decimal(0)
    # Largest first, then by id; negative so that the natural order is this one.
    largest: list[tuple[Decimal, str]] = field(default_factory=list)

    def add(self, order_id: str, amount: Decimal) -> None:
        """Count one order in."""
        self.orders += 1
        self.amount += amount
        self._offer((-amount, order_id))

    def merge(self, other: "Sum") -> None:
        """Count in what somebody else counted."""
        self.orders += other.orders
        self.amount += other.amount
        for each in other.largest:
            self._offer(each)

    def _offer(self, example: tuple[Decimal, str]) -> None:
        if len(self.largest) == MOST_EXAMPLES:
            if example >= self.largest[-1]:
                return
            self.largest.pop()
        insort(self.largest, example)

    @property
    def examples(self) -> list[str]:
        """The ids of the largest orders."""
        return [order_id for _, order_id in self.largest]


@dataclass
class Waits:
    """How long people took: exact in sum, to the minute in the middle."""

    count: int = 0
    seconds: int = 0
    by_minute: Counter[int] = field(default_factory=Counter)

    def add(self, seconds: int) -> None:
        """Count one decision in."""
        self.count += 1
        self.seconds += seconds
        self.by_minute[min(seconds // _MINUTE, _LONGEST_MINUTES)] += 1

    def merge(self, other: "Waits") -> None:
        """Count in what somebody else counted."""
        self.count += other.count
        self.seconds += other.seconds
        self.by_minute.update(other.by_minute)

    def median_minutes(self) -> int:
        """Return the (lower) middle of the minutes; 0 without any."""
        left = (self.count + 1) // 2
        for minute in sorted(self.by_minute):
            left -= self.by_minute[minute]
            if left <= 0:
                return minute
        return 0


@dataclass
class Tally:
    """Everything counted: sums by what they are of, and waits by (tier, role)."""

    sums: dict[Key, Sum] = field(default_factory=dict)
    waits: dict[tuple[str, str], Waits] = field(default_factory=dict)

    def count(self, key: Key, order_id: str, amount: Decimal) -> None:
        """Count an order under a key."""
        found = self.sums.get(key)
        if found is None:
            found = self.sums[key] = Sum()
        found.add(order_id, amount)

    def waited(self, tier: str, role: str, since: datetime, until: datetime) -> None:
        """Note how long somebody of this role took to decide on an order of this tier."""
        seconds = max(0, int((until - since).total_seconds()))
        self.waits.setdefault((tier, role), Waits()).add(seconds)

    def merge(self, other: "Tally") -> None:
        """Count in what another process counted; the order of merging does not matter."""
        for key, found in other.sums.items():
            self.sums.setdefault(key, Sum()).merge(found)
        for pair, waits in other.waits.items():
            self.waits.setdefault(pair, Waits()).merge(waits)

    def of(self, *key: str) -> Sum:
        """Return the sum under a key, an empty one when nothing was counted."""
        return self.sums.get(key, Sum())

    def below(self, *prefix: str) -> list[tuple[Key, Sum]]:
        """Return what was counted under keys that begin so, each with the rest of its key."""
        length = len(prefix)
        found = ((key[length:], each) for key, each in self.sums.items() if key[:length] == prefix)
        return sorted(found, key=lambda item: item[0])


def merged(tallies: Iterable[Tally]) -> Tally:
    """Return all tallies as one."""
    total = Tally()
    for each in tallies:
        total.merge(each)
    return total
