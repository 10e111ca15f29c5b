"""Which operation a GraphQL document asks for, with its arguments: as much as a shop has to know.

Operations are recognised by their first field, whatever their author called them. Of selections
only the sizes of nested lists are looked at: an answer holds all the fields that the played shop
has, and as many entries as were asked for.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_TOKEN = re.compile(
    r'"""(?P<block>.*?)"""|(?P<string>"(?:[^"\\\n]|\\.)*")|(?P<name>[A-Za-z_]\w*)'
    r"|(?P<number>-?\d+(?:\.\d+)?)|(?P<mark>\.\.\.|[{}()\[\]:$!=@|&])|(?P<skip>[\s,]+|\#[^\n]*)",
    re.DOTALL,
)
_WORDS: Mapping[str, Any] = {"true": True, "false": False, "null": None}

Token = tuple[str, str]


@dataclass(frozen=True)
class RootCall:
    """The first field of the operation, its arguments with variables filled in, its name in the
    answer, and the arguments of the fields inside it."""

    field: str
    arguments: dict[str, Any]
    alias: str
    nested: dict[str, dict[str, Any]]


def root_call(document: str, variables: Mapping[str, Any]) -> RootCall | None:
    """Return what a document asks for, None when it can't be read."""
    try:
        return _Reader(list(_tokens(document)), variables).read()
    except (IndexError, ValueError):
        return None


def _tokens(document: str) -> Iterator[Token]:
    at = 0
    while at < len(document):
        match = _TOKEN.match(document, at)
        if match is None or match.lastgroup is None:
            raise ValueError(f"unexpected character at {at}")
        if match.lastgroup != "skip":
            yield match.lastgroup, match.group(match.lastgroup)
        at = match.end()


class _Reader:
    """Walks over the tokens once, from the operation's head to its first field."""

    def __init__(self, tokens: list[Token], variables: Mapping[str, Any]) -> None:
        self._tokens = tokens
        self._given = variables
        self._defaults: dict[str, Any] = {}
        self._at = 0

    def read(self) -> RootCall:
        while self._peek() == ("name", "fragment"):
            self._skip_fragment()
        while self._peek() != ("mark", "{"):
            if self._next() == ("mark", "("):
                self._read_defaults()
        self._next()
        alias = field = self._name()
        if self._taken(":"):
            field = self._name()
        arguments = self._arguments() if self._taken("(") else {}
        return RootCall(field, arguments, alias, self._nested())

    def _nested(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        while self._at + 1 < len(self._tokens):
            kind, name = self._next()
            if kind == "name" and self._taken("("):
                found[name] = self._arguments()
        return found

    def _skip_fragment(self) -> None:
        while self._peek() != ("mark", "{"):
            self._next()
        depth = 0
        while True:
            mark = self._next()
            depth += (mark == ("mark", "{")) - (mark == ("mark", "}"))
            if not depth:
                return

    def _read_defaults(self) -> None:
        name = ""
        while not self._taken(")"):
            if self._taken("$"):
                name = self._name()
            elif self._taken("="):
                self._defaults[name] = self._value()
            else:
                self._next()

    def _arguments(self, end: str = ")") -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not self._taken(end):
            name = self._name()
            self._expect(":")
            found[name] = self._value()
        return found

    def _value(self) -> Any:
        kind, text = self._next()
        match kind, text:
            case "mark", "$":
                name = self._name()
                return self._given.get(name, self._defaults.get(name))
            case "mark", "{":
                return self._arguments("}")
            case "mark", "[":
                return list(self._items())
            case "mark", _:
                raise ValueError(f"{text!r} is no value")
            case (("string" | "number"), _):
                return json.loads(text)
            case "block", _:
                return text.strip()
            case _:
                return _WORDS.get(text, text)

    def _items(self) -> Iterator[Any]:
        while not self._taken("]"):
            yield self._value()

    def _peek(self) -> Token:
        return self._tokens[self._at]

    def _next(self) -> Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _taken(self, mark: str) -> bool:
        is_there = self._peek() == ("mark", mark)
        self._at += is_there
        return is_there

    def _expect(self, mark: str) -> None:
        if not self._taken(mark):
            raise ValueError(f"expected {mark!r}")

    def _name(self) -> str:
        kind, text = self._next()
        if kind != "name":
            raise ValueError(f"{text!r} is no name")
        return text
