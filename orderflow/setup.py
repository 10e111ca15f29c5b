"""What a fresh database needs before the first order: rules in force, and somebody to let in."""

import hashlib
import secrets
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine

from api import passwords
from database import credentials, people, rules
from database.people import Group, Person, RoleGrant
from domain.rules.defaults import default_rule_set

ADMINISTRATOR = "admin"
# The default rules are nobody's draft: the house wrote them and whoever installs it accepts them.
RULES_AUTHOR, RULES_PUBLISHER = "orderflow", "installer"
KEY_FILE = "admin.key"
PASSWORD_FILE = "admin.password"  # noqa: S105  # where it lies
DEFAULT_GROUPS = (
    Group("na", "North America", "北美组", "lax"),
    Group("eu", "Europe", "欧洲组", "de"),
)


def new_key() -> tuple[str, str]:
    """Make an API key of 256 random bits; returns the key and the SHA-256 that is kept of it."""
    key = f"ofk_{secrets.token_urlsafe(32)}"
    return key, key_hash(key)


def key_hash(key: str) -> str:
    """Return what is kept of a key, in hex."""
    return hashlib.sha256(key.encode()).hexdigest()


def ensure_rules(c: Connection) -> None:
    """Publish the default rule set where none was ever published."""
    if rules.published_id(c) is not None:
        return
    now = datetime.now(UTC)
    rules.put_in_force(c, default_rule_set(), RULES_AUTHOR, RULES_PUBLISHER, "defaults", now)


def ensure_groups(c: Connection) -> None:
    """Add the groups that the default routing names, unless there are groups already."""
    if not people.all_groups(c):
        for group in DEFAULT_GROUPS:
            people.save_group(c, group)


def ensure_defaults(engine: Engine) -> None:
    """Make a migrated database ready for its first order; repeating it changes nothing."""
    with engine.begin() as c:
        ensure_rules(c)
        ensure_groups(c)


def ensure_administrator(engine: Engine, home: Path) -> Path:
    """Add an administrator with a key where nobody is known yet; returns the file of the key.

    The file is readable by its owner alone; Postgres keeps only the key's hash.
    """
    path = home / KEY_FILE
    with engine.begin() as c:
        if people.all_people(c):
            return path
        role = RoleGrant("administrator")
        people.save_person(c, Person(ADMINISTRATOR, "Administrator", roles=(role,)))
        key, digest = new_key()
        people.add_key(c, ADMINISTRATOR, digest, "first key")
        _write_secret(path, key)
    return path


def ensure_password(engine: Engine, home: Path) -> Path:
    """Give the administrator of an embedded installation a first password; returns its file.

    The file is readable by its owner alone and written once: what was changed since is not in it.
    """
    path = home / PASSWORD_FILE
    with engine.begin() as c:
        person = people.get(c, ADMINISTRATOR)
        is_due = person is not None and person.active and not path.exists()
        if is_due and credentials.password_hash(c, ADMINISTRATOR) is None:
            password = passwords.made_up()
            kept = passwords.hashed(password)
            credentials.set_password(c, ADMINISTRATOR, kept, datetime.now(UTC))
            _write_secret(path, password)
    return path


def _write_secret(path: Path, secret: str) -> None:
    path.touch(mode=0o600)
    path.write_text(secret + "\n")
