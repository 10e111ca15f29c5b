"""Reading of JSON documents into rule tables: every fault becomes a finding with its path."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TypeVar

from domain.rules.findings import RuleCode, RuleFinding, finding

_Choice = TypeVar("_Choice", bound=StrEnum)


class DocumentReader:
    """Reads a document leniently, noting what is wrong instead of stopping at the first fault."""

    def __init__(self, name: str, root: str = "") -> None:
        self.name = name
        self.root = root
        self.findings: list[RuleFinding] = []

    def mapping(self, raw: object, path: str) -> Mapping[str, object]:
        """The value as an object, or an empty one after noting that it is not."""
        if isinstance(raw, Mapping):
            return raw
        self.bad(path, raw, "an object")
        return {}

    def items(self, parts: Mapping[str, object], key: str, path: str) -> list[object]:
        """The list under a key, or an empty one after noting that there is none."""
        raw = parts.get(key)
        if isinstance(raw, list):
            return raw
        self.bad(_join(path, key), raw, "a list")
        return []

    def text(self, parts: Mapping[str, object], key: str, path: str) -> str:
        """The text under a key, or an empty one after noting that there is none."""
        raw = parts.get(key)
        if isinstance(raw, str):
            return raw
        self.bad(_join(path, key), raw, "a text")
        return ""

    def texts(self, raw: object, path: str) -> tuple[str, ...]:
        """The value as texts, without those items that are none after noting it."""
        items = raw if isinstance(raw, list) else []
        if not isinstance(raw, list) or not all(isinstance(item, str) for item in items):
            self.bad(path, raw, "a list of texts")
        return tuple(item for item in items if isinstance(item, str))

    def flag(self, parts: Mapping[str, object], key: str, path: str) -> bool:
        """The boolean under a key, false when absent."""
        raw = parts.get(key, False)
        if not isinstance(raw, bool):
            self.bad(_join(path, key), raw, "true or false")
        return raw is True

    def choice(
        self, choices: type[_Choice], parts: Mapping[str, object], key: str, path: str
    ) -> _Choice:
        """The member under a key, or the first one after noting that it is none of them."""
        raw = parts.get(key)
        for choice in choices:
            if choice.value == raw:
                return choice
        self.bad(_join(path, key), raw, f"one of {', '.join(choices)}")
        return next(iter(choices))

    def only(self, parts: Mapping[str, object], path: str, keys: Iterable[str]) -> None:
        known = tuple(keys)
        for key in parts:
            if key not in known:
                self.bad(_join(path, str(key)), key, f"one of the keys {', '.join(known)}")

    def bad(self, path: str, raw: object, wanted: str) -> None:
        shown = (raw if isinstance(raw, str) else repr(raw))[:80]
        place = self.where(path)
        self.findings.append(
            finding(RuleCode.BAD_FORMAT, self.name, path=place, value=shown, wanted=wanted)
        )

    def where(self, path: str) -> str:
        """Full path of a place, below the root that this document itself is at."""
        return _join(self.root, path) or "$"


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path and key else path or key
