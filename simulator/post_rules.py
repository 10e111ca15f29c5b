"""How unreliable the post of a channel is: letters dropped, sent twice, late or in any order.

What befalls a letter depends on the seed and the letter alone, so two runs lose the same ones.
"""

from collections import Counter
from random import Random

from pydantic import BaseModel, ConfigDict, Field

from simulator.documents import Document

_SHUFFLE_SECONDS = 3.0


class PostRule(BaseModel):
    """Shares from 0 to 1; `late` letters come after `seconds`, shuffled ones within 3 seconds."""

    model_config = ConfigDict(extra="forbid")

    drop: float = Field(0.0, ge=0, le=1)
    duplicate: float = Field(0.0, ge=0, le=1)
    shuffle: bool = False
    late: float = Field(0.0, ge=0, le=1)
    seconds: float = Field(5.0, ge=0)

    def fate(self, written: Document, seed: int) -> tuple[float, ...]:
        """Return by how many seconds each copy of a letter is delayed; none: it is dropped."""
        rng = Random(f"{seed}:post:{written['channel']}:{written['delivery_id']}")
        is_dropped, is_doubled = rng.random() < self.drop, rng.random() < self.duplicate
        is_late = rng.random() < self.late
        copies = 0 if is_dropped else 1 + is_doubled
        overtaken = _SHUFFLE_SECONDS if self.shuffle else 0.0
        late = self.seconds if is_late else 0.0
        return tuple(late + rng.random() * overtaken for _ in range(copies))


class PostBook:
    """What became of one channel's letters; `dropped_orders` are ids of orders."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.dropped_orders: list[str] = []

    def dropped(self, written: Document) -> None:
        """Note that a letter never left."""
        self.counts["dropped"] += 1
        self.dropped_orders.append(written["order_id"])

    def numbers(self) -> dict[str, int]:
        """Return the counts, with those that are still 0."""
        names = ("sent", "dropped", "duplicated", "delivered", "repeated", "given_up")
        return {name: self.counts[name] for name in names}
