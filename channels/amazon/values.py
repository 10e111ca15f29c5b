"""Amazon's values, as leniently as they are written: money, truths, quantities, lists.

Source: the models of amzn/selling-partner-api-models and captured answers. Amazon writes truths as
text ("false" is not true), counts sometimes as text, and money as an object in two spellings.
"""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field

from channels.body import CleanText, clean_text, empty_if_null
from domain.order import Amount

_TRUE = frozenset({"true", "yes", "1"})


class Body(BaseModel):
    """Base of the bodies we read: what we do not name is ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Money(Body):
    """An amount and its currency; v0 writes PascalCase, 2026-01-01 camelCase."""

    amount: Amount = Field(validation_alias=AliasChoices("amount", "Amount"))
    currency: CleanText = Field(
        default="", validation_alias=AliasChoices("currencyCode", "CurrencyCode")
    )


def truth(value: object) -> bool:
    """Read a truth that may be text: "true" and true are, "false", null and nonsense are not."""
    return value is True or (isinstance(value, str) and value.strip().lower() in _TRUE)


def count(value: object) -> object:
    """Read a count that may be text or 2.0 as a whole number; anything else stays as it is."""
    said = value.strip() if isinstance(value, str) else value
    if isinstance(said, str) and said.isascii() and said.isdigit() and len(said) < 10:
        return int(said)
    if isinstance(said, Decimal) and said.is_finite() and said == said.to_integral_value():
        return int(said)
    return said


def none_if_empty(value: object) -> object:
    """Read money without an amount as no money."""
    if isinstance(value, dict):
        amount = value.get("amount", value.get("Amount"))
        return None if clean_text(amount) == "" else value
    return None if value == "" else value


Truth = Annotated[bool, BeforeValidator(truth)]
# What is no whole number is kept, for validation to quote it.
Count = Annotated[Any, BeforeValidator(count)]
Price = Annotated[Money | None, BeforeValidator(none_if_empty)]
NullableList = BeforeValidator(empty_if_null)
