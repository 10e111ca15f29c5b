"""What all views of orders have in common."""

from decimal import Decimal
from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator

from domain.money import quantize
from domain.order import Amount
from domain.stages import LABELS, Stage

# An order id of the examples.
ORDER_ID = "ord_019a4b5c6d7e7f008123456789abcdef"


class View(BaseModel):
    """An answer that is read off a row."""

    model_config = ConfigDict(from_attributes=True)


class Priced(View):
    """An answer with a total, which is shown with the decimals of its currency."""

    currency: str
    total: Amount

    @model_validator(mode="after")
    def _with_the_decimals_of_the_currency(self) -> Self:
        self.total = tidy(self.total, self.currency)
        return self


def tidy(amount: Decimal, currency: str) -> Decimal:
    """Return the amount without the zeros that only the database's column adds."""
    rounded = quantize(amount, currency)
    return rounded if rounded == amount else amount


class StageLabel(View):
    """A stage in words."""

    en: str
    zh: str


def stage_label(stage: str) -> StageLabel | None:
    """Return the words of a stage, None before the first."""
    if not stage:
        return None
    english, chinese = LABELS[Stage(stage)]
    return StageLabel(en=english, zh=chinese)
