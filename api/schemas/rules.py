"""Versions of the rule tables: what people send, and what they see."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from api.schemas.views import View
from database.audit import AuditRow
from database.rule_versions import RuleSetVersion, StoredRuleSet
from domain.order import Instant, Short
from domain.rules.ruleset import rule_set_to_json

VERSION_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._*+-]{0,59}$"
Note = Annotated[str, Field(max_length=2000)]
Version = Annotated[str, Field(pattern=VERSION_PATTERN)]
Tables = dict[str, Any]

_TABLE: dict[str, JsonValue] = {
    "name": "routing",
    "hit_policy": "FIRST",
    "inputs": [
        {
            "name": "country",
            "type": "country",
            "label_en": "destination country",
            "label_zh": "目的国家",
            "allowed": None,
            "unit": None,
            "optional": False,
        }
    ],
    "outputs": [],
    "rules": [
        {
            "id": "north_america",
            "note": "",
            "when": {"country": {"operator": "in", "values": ["US", "CA"]}},
            "then": {},
        }
    ],
    "default": None,
}
IMPORTED: dict[str, JsonValue] = {
    "version": "2026-12",
    "base_currency": "CNY",
    "tables": {"routing": _TABLE},
}
_VERSION: dict[str, JsonValue] = {
    "rule_set_id": "2026-12",
    "number": 3,
    "digest": "9f2c",
    "state": "draft",
    "author": "ruth",
    "publisher": None,
    "note": "managers sign from 5000",
    "created_at": "2026-11-03T08:15:00Z",
    "published_at": None,
    "revision": 2,
    "based_on": "2026-11",
    "editors": ["ruth", "sven"],
    "updated_at": "2026-11-03T09:00:00Z",
    "checked_at": None,
    "publication_note": "",
    "discarded_at": None,
}
_FINDING: dict[str, JsonValue] = {
    "code": "GAP",
    "severity": "error",
    "table": "approval",
    "row": "",
    "column": "",
    "path": "",
    "message": {
        "en": "no row matches the example; add a row for it or a default",
        "zh": "示例没有任何行命中，请增加一行或默认值",
    },
    "example": {"amount": "2000.01"},
}


class VersionView(View):
    """A version without its tables. `revision` counts the saves of a draft; `editors` are all who
    changed it, none of whom may publish it; `based_on` is the version it was made from."""

    model_config = ConfigDict(json_schema_extra={"examples": [_VERSION]})

    rule_set_id: str
    number: int
    digest: str
    state: str
    author: str
    publisher: str | None
    note: str
    created_at: Instant
    published_at: Instant | None
    revision: int
    based_on: str | None
    editors: tuple[str, ...]
    updated_at: Instant
    checked_at: Instant | None
    publication_note: str
    discarded_at: Instant | None

    @classmethod
    def of(cls, version: RuleSetVersion) -> "VersionView":
        """Return what people see of a version."""
        return cls.model_validate(version)


class VersionList(View):
    """Every version, the newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"versions": [_VERSION]}]})

    versions: list[VersionView]


class RuleSetView(VersionView):
    """A version with its tables; amounts in money columns are in `base_currency`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [_VERSION | {"base_currency": "CNY", "tables": {"routing": _TABLE}}]
        }
    )

    base_currency: str
    tables: Tables

    @classmethod
    def with_tables(cls, stored: StoredRuleSet) -> "RuleSetView":
        """Return a version with its tables as JSON."""
        document = rule_set_to_json(stored.rule_set)
        facts = VersionView.of(stored).model_dump()
        return cls.model_validate(
            facts | {name: document[name] for name in ("base_currency", "tables")}
        )


class NewDraft(BaseModel):
    """A new draft: a copy of `base` (the version in force unless named), with the tables given
    here in place of the base's of the same name."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"version": "2026-12", "base": "2026-11", "note": "5000", "tables": {}}]
        },
    )

    version: Version
    base: Short | None = None
    note: Note = ""
    tables: Tables = Field(default_factory=dict)


class DraftBody(BaseModel):
    """All tables of a draft, as they were read and changed."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"note": "5000", "base_currency": "CNY", "tables": {"routing": _TABLE}}]
        },
    )

    tables: Tables
    base_currency: Short = "CNY"
    note: Note = ""
    based_on: Short | None = None


class ImportForm(BaseModel):
    """What an import says beside the tables: as which version, made from which, and, to replace
    a draft, the revision of it that was read."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"version": "2026-12", "note": "5000"}]}
    )

    version: Version
    base: Short | None = None
    note: Note = ""
    revision: Annotated[int, Field(ge=1)] | None = None


class ImportedDocument(ImportForm):
    """A rule set as JSON, the way it is exported."""

    model_config = ConfigDict(json_schema_extra={"examples": [IMPORTED]})

    tables: Tables
    base_currency: Short = "CNY"


class Step(BaseModel):
    """Why a version is published or discarded."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"note": "agreed on Monday"}]}
    )

    note: Note = ""


class Checked(View):
    """What a check found; without an error the draft may be published by a second person."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"rule_set_id": "2026-12", "state": "draft", "errors": 1, "findings": [_FINDING]}
            ]
        }
    )

    rule_set_id: str
    state: str
    errors: int
    findings: list[dict[str, Any]]


class Imported(View):
    """A workbook or document that became a draft, and what to look at before it is checked."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"draft": _VERSION, "findings": [_FINDING]}]}
    )

    draft: VersionView
    findings: list[dict[str, Any]]


class DiffView(View):
    """What differs between two versions, cell by cell and in sentences of both languages."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "before": "2026-11",
                    "after": "2026-12",
                    "same": False,
                    "base_currency": None,
                    "tables": [
                        {
                            "table": "approval",
                            "change": "changed",
                            "columns": [],
                            "hit_policy": None,
                            "rows": [],
                        }
                    ],
                    "sentences": {
                        "en": [
                            "table approval, row above_2000: order amount > 2000 CNY → "
                            "order amount > 5000 CNY"
                        ],
                        "zh": [],
                    },
                }
            ]
        }
    )

    before: str
    after: str
    same: bool
    base_currency: list[str] | None
    tables: list[dict[str, Any]]
    sentences: dict[str, list[str]]


class HistoryEntry(View):
    """One thing somebody did to a version."""

    at: Instant
    actor: str
    action: str
    detail: dict[str, Any]


class History(View):
    """Who saved, checked, rebased, published or discarded a version, in its order."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "rule_set_id": "2026-12",
                    "entries": [
                        {
                            "at": "2026-11-03T08:15:00Z",
                            "actor": "ruth",
                            "action": "rules_saved",
                            "detail": {"revision": 1, "tables": ["approval"]},
                        }
                    ],
                }
            ]
        }
    )

    rule_set_id: str
    entries: list[HistoryEntry]

    @classmethod
    def of(cls, rule_set_id: str, rows: list[AuditRow]) -> "History":
        """Return the entries of a version."""
        shown = [HistoryEntry.model_validate(row) for row in rows]
        return cls(rule_set_id=rule_set_id, entries=shown)
