"""The shape of the texts: a title and a body for each kind of message, in English and Chinese."""

from collections.abc import Mapping

# Kind of message -> ((English title, body), (Chinese title, body)), with `{name}` for what varies.
Wording = Mapping[str, tuple[tuple[str, str], tuple[str, str]]]
