"""What the importer says about a file, beside the file itself."""

from collections.abc import Mapping
from typing import Literal

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from channels.spreadsheet.dates import ZoneName

# That of channels.port, which loads an HTTP client: the reading process starts without one.
DEFAULT_SHOP = "default"


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class ExtractOptions:
    """How to read what the file leaves open.

    `currency` (ISO 4217), `country` (ISO 3166 alpha-2), `timezone` (IANA) and `tax_included` count
    where the file is silent; `dates` is dmy or mdy for dates the file can't decide. `mapping` is a
    saved one, from header to column, `ignored` for a header to be read past. `history`: a
    migration, in which finished orders are past. `channel` and `shop` name whose orders they are.
    `skip` leaves out the first orders, which an interrupted import has taken already.
    """

    shop: str = DEFAULT_SHOP
    channel: str = "spreadsheet"
    currency: str = ""
    country: str = ""
    timezone: ZoneName = "UTC"
    tax_included: bool | None = None
    dates: Literal["", "dmy", "mdy"] = ""
    mapping: Mapping[str, str] = Field(default_factory=dict)
    history: bool = False
    skip: int = 0
