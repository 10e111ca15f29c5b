"""What a customer may be told about an order."""

from typing import Literal

from pydantic import ConfigDict

from api.schemas.views import StageLabel, View, stage_label
from domain.customer_answer import CustomerAnswer, Standing, Usual
from domain.order import Instant
from domain.stages import Stage


class UsualView(View):
    """How long orders took from entering this stage until they were shipped (once shipped: until
    they were delivered), in seconds, of the orders completed in the last 30 days. `left_seconds`
    is what is left of the median, 0 when it has passed."""

    p50_seconds: int
    p90_seconds: int
    sample: int
    until: Literal["shipped", "delivered"]
    left_seconds: int


class AnswerView(View):
    """The short answer for the customer, without names and personal data. `waits_for` and `holds`
    are codes, with ROUTINE_CHECK for what a customer is not told; `usual` is null where too few
    orders tell it. The texts are complete sentences."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "stage": "in_review",
                    "stage_label": {"en": "In review", "zh": "审核中"},
                    "waits_for": "hold:CUSTOMS_DOC",
                    "since": "2026-11-03T08:15:04Z",
                    "holds": ["CUSTOMS_DOC"],
                    "next_stage": "preparing",
                    "usual": {
                        "p50_seconds": 86400,
                        "p90_seconds": 172800,
                        "sample": 812,
                        "until": "shipped",
                        "left_seconds": 43200,
                    },
                    "text_en": "Since 3 November 2026, the customs papers are being completed. "
                    "Next our warehouse prepares it. Once that is settled, it is usually shipped "
                    "within 24 hours.",
                    "text_zh": "自2026年11月3日起，清关文件正在办理。下一步是仓库备货。"
                    "处理完成后，通常在24小时内发货。",
                }
            ]
        }
    )

    stage: str
    stage_label: StageLabel | None
    waits_for: str
    since: Instant
    holds: tuple[str, ...]
    next_stage: Stage | None
    usual: UsualView | None
    text_en: str
    text_zh: str

    @classmethod
    def of(cls, standing: Standing, found: CustomerAnswer, usual: Usual | None) -> "AnswerView":
        """Return the answer as it is shown."""
        stage = str(standing.stage or "")
        return cls(
            stage=stage,
            stage_label=stage_label(stage),
            waits_for=found.waits_for,
            since=standing.since,
            holds=found.holds,
            next_stage=found.next_stage,
            usual=_usual(standing, found, usual),
            text_en=found.text_en,
            text_zh=found.text_zh,
        )


def _usual(standing: Standing, found: CustomerAnswer, usual: Usual | None) -> UsualView | None:
    if usual is None or found.left_seconds is None:
        return None
    return UsualView(
        **vars(usual),
        until="delivered" if standing.stage is Stage.SHIPPED else "shipped",
        left_seconds=found.left_seconds,
    )
