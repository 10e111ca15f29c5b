"""Line 1 on an order that is still being written: what is wrong with what is there already.

Where a field is missing or can't be read something sound stands in for it, so that the others are
checked all the same; what is then found about a stand-in is left out.
"""

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from domain.findings import Finding, FindingCode
from domain.order import CanonicalOrder, Origin
from domain.validation import findings_of, order_total, validate

# Taking out one field may let another fault show, as an object in the place of a text does.
_ROUNDS = 4

_LINE: Mapping[str, Any] = {"line_id": "1", "quantity": 1, "unit_price": "0", "total": "0"}
_STAND_INS: Mapping[str, Any] = {
    "channel": "api",
    "shop": "main",
    "external_id": "draft",
    "placed_at": "2026-01-01T00:00:00Z",
    "currency": "EUR",
    "customer": {},
    "lines": [dict(_LINE)],
    "total": "0",
}
_OF_THE_TOTAL = re.compile(r"lines(\[\d+\](\.(line_id|quantity|unit_price|tax|tax_included))?)?")
_OTHER_AMOUNTS = frozenset({"shipping", "discount", "tax"})


@dataclass(frozen=True)
class Checked:
    """What is wrong with a draft, and what it comes to (None while its parts do not tell)."""

    findings: tuple[Finding, ...]
    total: Decimal | None


@dataclass
class _Repair:
    document: dict[str, Any]
    findings: list[Finding] = field(default_factory=list)
    order: CanonicalOrder | None = None

    @property
    def replaced(self) -> list[str]:
        """Where something stands in."""
        return [each.field for each in self.findings]


def check(document: Mapping[str, Any], origin: Origin) -> Checked:
    """Return the findings about a draft, possibly incomplete; never raises."""
    repair = _repaired(dict(document))
    if repair.order is None:
        return Checked(tuple(repair.findings), None)
    beside = [
        found for found in validate(repair.order, origin) if not _is_about(found, repair.replaced)
    ]
    total = None if any(map(_counts, repair.replaced)) else order_total(repair.order)
    return Checked((*repair.findings, *beside), total)


def _repaired(document: dict[str, Any]) -> _Repair:
    repair = _Repair(copy.deepcopy(document))
    for _ in range(_ROUNDS):
        try:
            repair.order = CanonicalOrder.model_validate(repair.document)
        except ValidationError as error:
            repair.findings += [
                each for each in findings_of(error) if each.field not in repair.replaced
            ]
            # The last of a list first, so that the places of the others stay true.
            for each in sorted(error.errors(), key=lambda e: str(e["loc"]), reverse=True):
                _stand_in(repair.document, each["loc"])
        else:
            return repair
    return repair


def _stand_in(document: dict[str, Any], location: Sequence[int | str]) -> None:
    """Replace what is wrong at a place, or take it out where nothing has to be there."""
    parent: Any = document
    for step in location[:-1]:
        parent = _child(parent, step)
    last = location[-1] if location else ""
    if isinstance(parent, dict):
        sound = _LINE if len(location) > 1 and location[0] == "lines" else _STAND_INS
        parent.pop(last, None)
        if last in sound and (sound is _LINE or len(location) == 1):
            parent[str(last)] = copy.deepcopy(sound[str(last)])
    elif isinstance(parent, list) and isinstance(last, int) and last < len(parent):
        parent[last] = dict(_LINE)


def _child(parent: Any, step: int | str) -> Any:
    if isinstance(parent, dict):
        return parent.get(step)
    is_there = isinstance(parent, list) and isinstance(step, int) and step < len(parent)
    return parent[step] if is_there else None


def _is_about(found: Finding, replaced: Sequence[str]) -> bool:
    """Tell whether a finding speaks of a stand-in, or of a sum that one is part of."""
    if found.code is FindingCode.AMOUNT_MISMATCH and any(_sums(found.field, replaced)):
        return True
    return any(
        place == found.field or found.field.startswith((f"{place}.", f"{place}["))
        for place in replaced
        if place
    )


def _sums(total: str, replaced: Sequence[str]) -> Iterator[bool]:
    line = total.rpartition(".")[0]
    for place in replaced:
        yield place == total or (place.startswith(line) if line else _counts(place))


def _counts(place: str) -> bool:
    """Tell whether the order's total is computed from what stands there."""
    return place in _OTHER_AMOUNTS or _OF_THE_TOTAL.fullmatch(place) is not None
