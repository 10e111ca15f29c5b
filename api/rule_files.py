"""Rule sets as files that people edit: a workbook with a sheet per table, or JSON."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from channels.spreadsheet.grids import read_grids, write_grids
from domain.grids import Grid
from domain.rules import sheets
from domain.rules.findings import RuleFinding
from domain.rules.ruleset import RuleSet, rule_set_from_json, rule_set_to_json
from domain.rules.serialization import TableFormatError

Read = tuple[RuleSet | None, tuple[RuleFinding, ...]]


def workbook_of(rule_set: RuleSet, lang: str) -> bytes:
    """Return an xlsx workbook with a sheet per table, headings in "en" or "zh"."""
    return write_grids(sheets.to_sheets(rule_set, lang))


def json_of(rule_set: RuleSet) -> bytes:
    """Return a rule set as indented JSON in UTF-8."""
    text = json.dumps(rule_set_to_json(rule_set), ensure_ascii=False, indent=2)
    return f"{text}\n".encode()


@dataclass(frozen=True)
class RuleFile:
    """A file that was opened: its sheets, or (without any) its JSON document."""

    grids: Sequence[Grid]
    document: object = None

    @property
    def exported_from(self) -> str:
        """Version the file says it was exported from; empty where it does not say."""
        if self.grids:
            return sheets.base_version(self.grids)
        said = self.document.get("version") if isinstance(self.document, Mapping) else ""
        return said if isinstance(said, str) else ""

    def rule_set(self, base: RuleSet, version: str) -> Read:
        """Return the rule set under that version, None when a finding is an error.

        What a workbook has no sheet for is taken from `base`.
        """
        if self.grids:
            return sheets.from_sheets(self.grids, base, version)
        document = self.document
        if isinstance(document, Mapping):
            document = {**document, "version": version}
        try:
            return rule_set_from_json(document), ()
        except TableFormatError as error:
            return None, error.findings

    def placed(self, findings: Iterable[RuleFinding], base: RuleSet) -> tuple[RuleFinding, ...]:
        """Return findings about the rule set with their cells, where the file has cells."""
        return sheets.placed(findings, self.grids, base) if self.grids else tuple(findings)


def opened(data: bytes, name: str) -> RuleFile:
    """Open a workbook or JSON; raises GridError for what is neither."""
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"{":
        return RuleFile(read_grids(data, name))
    try:
        return RuleFile((), json.loads(data.decode("utf-8-sig")))
    except (ValueError, RecursionError):
        return RuleFile(())
