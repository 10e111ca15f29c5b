"""What is wrong with an order that is being written."""

from pydantic import BaseModel, ConfigDict

from domain.findings import Finding


class ValidationAnswer(BaseModel):
    """The findings of line 1, whose `field` is a path such as `lines[0].sku`, and what the order
    comes to by its parts (null while they do not tell)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "findings": [
                        {
                            "field": "shipping_address.postal_code",
                            "code": "BAD_POSTAL_CODE",
                            "message_en": "postal code '101' does not exist in this country; "
                            "correct it, e.g. 26133",
                            "message_zh": "邮政编码 '101' 不符合该国格式；请更正，例如 26133",
                            "severity": "error",
                        }
                    ],
                    "total": "117.95",
                }
            ]
        }
    )

    findings: list[Finding]
    total: str | None
