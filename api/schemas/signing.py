"""What signers ask for beside signing, and what others ask of them."""

from typing import Annotated

from pydantic import ConfigDict, Field

from api.schemas.actions import ActionBody, Note
from domain.approvals import AddedWhen
from domain.order import Identifier, Notes

MOST_COPIES = 50


class SignerBody(ActionBody):
    """Asks for one more signature (加签): before the caller's own, after it, or in parallel."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"person": "li", "when": "before", "note": "New payment terms"}]
        },
    )

    person: Identifier
    when: AddedWhen = AddedWhen.PARALLEL
    note: Notes = ""


class TransferBody(ActionBody):
    """Gives the caller's part to somebody else (转交)."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"person": "wang", "note": "It is her customer"}]},
    )

    person: Identifier
    note: Notes = ""


class WithdrawalBody(ActionBody):
    """Takes the caller's signature back, or, by who submitted it, the order (撤回)."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"note": "Signed the wrong one"}]}
    )

    note: Notes = ""


class UrgeBody(ActionBody):
    """Asks those whose decision is awaited to decide (催办)."""


class CopyBody(ActionBody):
    """Lets these people hear how the approval goes (抄送)."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"people": ["li", "wang"]}]}
    )

    people: Annotated[tuple[Identifier, ...], Field(min_length=1, max_length=MOST_COPIES)]


class RuleSetBody(ActionBody):
    """Puts the order under another published rule set from now on."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"rule_set": "rules-8", "note": "New limits apply"}]},
    )

    rule_set: Identifier
    note: Note
