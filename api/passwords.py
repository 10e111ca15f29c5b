"""Passwords: hashed with Argon2id, verified a few at a time, made up for whoever has none yet."""

import secrets
import unicodedata
from functools import cache
from threading import BoundedSemaphore

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError

SHORTEST, LONGEST = 12, 200
# Each hash takes 64 MiB and a core for some 50 ms; more of them at once only wait for each other.
_AT_ONCE = BoundedSemaphore(4)
_HASHER = PasswordHash.recommended()


def hashed(password: str) -> str:
    """Return what is kept of a password."""
    with _AT_ONCE:
        return _HASHER.hash(_typed(password))


def matches(password: str, kept: str | None) -> bool:
    """Tell whether this is the password; it takes the same time when there is none."""
    with _AT_ONCE:
        try:
            return _HASHER.verify(_typed(password), kept or _nobodys()) and kept is not None
        except UnknownHashError:
            return False


@cache
def _nobodys() -> str:
    """Return a hash of nobody's password: verifying against it takes as long as against any."""
    return _HASHER.hash(secrets.token_urlsafe(32))


def made_up() -> str:
    """Return a new password of 144 random bits."""
    return secrets.token_urlsafe(18)


def _typed(password: str) -> bytes:
    """Return the bytes of a password; keyboards spell one accented letter in several ways."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
