"""A message ready to be sent, as plain text and as markdown that every medium reads alike."""

import re
from dataclasses import dataclass, replace

LONGEST_WORD = 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
# The robots' dialects of markdown document no way to quote a character, so what would make a link,
# a mention, a tag or emphasis is shown as its full-width form.
_INERT = str.maketrans({sign: chr(ord(sign) + 0xFEE0) for sign in "[]<>*`@|~\\_"})
_SCHEME = re.compile(r"(?i)\b([a-z][a-z0-9+.-]*):(?=//)")


@dataclass(frozen=True)
class Link:
    """Something the reader can open."""

    label: str
    url: str


@dataclass(frozen=True)
class Text:
    """A message: `title` and `body` as plain text, the same with outsiders' words made harmless
    for markdown, and what can be opened from it."""

    title: str
    body: str
    marked_title: str
    marked_body: str
    links: tuple[Link, ...] = ()

    def with_links(self, *links: Link) -> "Text":
        """Return the message with these links after its own."""
        return replace(self, links=(*self.links, *links))

    def plain(self) -> str:
        """Return body and links as plain text."""
        lines = [self.body, *(f"{link.label}: {link.url}" for link in self.links)]
        return "\n".join(line for line in lines if line)

    def markdown(self, most_bytes: int, heading: bool = True) -> str:
        """Return the message as markdown of at most so many bytes in UTF-8.

        What is too long loses the end of its body; links stay whole, and go from the last when
        there is no room for all.
        """
        head = f"**{self.marked_title}**\n\n" if heading else ""
        links = list(self.links)
        while True:
            tail = "".join(f"\n\n[{link.label}]({link.url})" for link in links)
            room = most_bytes - len((head + tail).encode())
            if room >= 0 or not links:
                break
            links.pop()
        return cut(head, most_bytes) + cut(self.marked_body, max(0, room)) + tail


def cut(text: str, most_bytes: int) -> str:
    """Return the text, or its beginning and an ellipsis when it has more bytes in UTF-8."""
    raw = text.encode()
    if len(raw) <= most_bytes:
        return text
    ellipsis = "…"
    keep = most_bytes - len(ellipsis.encode())
    return raw[:keep].decode(errors="ignore") + ellipsis if keep > 0 else ""


def clean(word: object) -> str:
    """Return an outsider's word on one line, without control characters, not too long."""
    text = _CONTROL.sub(" ", str(word)).strip()
    return text if len(text) <= LONGEST_WORD else text[: LONGEST_WORD - 1] + "…"


def inert(word: str) -> str:
    """Return a word that no medium's markdown reads as a link, a mention, a tag or emphasis."""
    return _SCHEME.sub("\\1\uff1a", word.translate(_INERT))
