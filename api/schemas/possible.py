"""What a caller may do to an order now."""

from pydantic import ConfigDict

from api.problems import ApiProblem
from api.schemas.views import View


class PossibleAction(View):
    """One action; `why_not` is empty when it is allowed."""

    action: str
    allowed: bool
    why_not_en: str
    why_not_zh: str

    @classmethod
    def of(cls, name: str, problem: ApiProblem | None) -> "PossibleAction":
        """Return an action that meets this problem (None: that is allowed)."""
        return cls(
            action=name,
            allowed=problem is None,
            why_not_en=str(problem.detail) if problem else "",
            why_not_zh=problem.detail_zh if problem else "",
        )


class PossibleActions(View):
    """Every action on an order: confirm, approve, reject, return_to_submitter, add_signer,
    transfer, withdraw, urge, copy, ship, deliver, hold, release, amend, cancel, return, group,
    object."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "actions": [
                        {"action": "approve", "allowed": True, "why_not_en": "", "why_not_zh": ""},
                        {
                            "action": "ship",
                            "allowed": False,
                            "why_not_en": "This is not possible while the order is in stage "
                            "in_review.",
                            "why_not_zh": "订单处于 in_review 阶段时不能执行此操作。",
                        },
                    ]
                }
            ]
        }
    )

    actions: list[PossibleAction]
