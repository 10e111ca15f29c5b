"""Rule sets for database tests."""

from dataclasses import replace

from sqlalchemy import Connection

from database import rules
from domain.rules.defaults import default_rule_set
from domain.rules.ruleset import RuleSet
from tests.integration.database_world import NOW


def rule_set(version: str = "v1") -> RuleSet:
    """Return the default tables under a version."""
    return replace(default_rule_set(), version=version)


def published_rules(c: Connection, version: str = "v1") -> str:
    """Put the default tables into force and return their id."""
    return rules.put_in_force(c, rule_set(version), "ann", "bob", "", NOW)
