"""What line 1 calls an error and a marketplace's report could not have told: a warning.

A report without columns for the street leaves nobody the chance to fill it in, so its orders are
read, but none ships before the address was looked up in the shop.
"""

from collections.abc import Iterator, Sequence

from channels.spreadsheet.columns import ADDRESS
from channels.spreadsheet.context import Context
from channels.spreadsheet.wording import problem
from domain.findings import Finding, FindingCode

_STREETS = ("line1", "bill_line1")
_PART = "shipping_address"


def tolerated(context: Context, findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings, with the severity of what the report has no place for lowered."""
    return list(_tolerated(context, findings)) if findings else []


def _tolerated(context: Context, findings: Sequence[Finding]) -> Iterator[Finding]:
    group = context.group
    streetless = group.dialect.report and not group.has_column(*_STREETS)
    missing = [part for part in ADDRESS if not group.has_column(part, f"bill_{part}")]
    missing += [] if group.has_column("country", "bill_country") else ["country"]
    told = False
    for each in findings:
        if not each.field.startswith(_PART):
            yield each
        elif streetless and each.code is FindingCode.REQUIRED and _is_about(each, missing):
            if not told:
                told = True
                names = ", ".join(missing)
                yield problem("no_address_columns", names, _PART, severity="warning")
        elif streetless and each.severity == "error" and not _is_country(each):
            yield each.model_copy(update={"severity": "warning"})
        else:
            yield each


def _is_country(found: Finding) -> bool:
    return found.code is FindingCode.BAD_COUNTRY


def _is_about(found: Finding, parts: Sequence[str]) -> bool:
    leaf = found.field.removeprefix(_PART).lstrip(".")
    return leaf in ("", "name", *parts)
