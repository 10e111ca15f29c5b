"""HTTP headers of a delivery: names are case-insensitive, values untrusted."""

from datetime import datetime

from channels.port import Headers
from domain.order import instant


def header(headers: Headers, *names: str) -> str:
    """Return the first of the named headers that is there, stripped; empty if none is."""
    found = {name.lower(): value for name, value in headers.items()}
    return next((found[n.lower()].strip() for n in names if found.get(n.lower())), "")


def header_instant(headers: Headers, *names: str) -> datetime | None:
    """Return a header's RFC 3339 instant in UTC, None when it is missing or unreadable."""
    try:
        return instant(header(headers, *names))
    except ValueError:
        return None
