"""Findings of line-1 validation: what is wrong with an order, where, and how bad, in en and zh."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

Severity = Literal["error", "warning"]

_QUOTED = 60


class FindingCode(StrEnum):
    """What kind of flaw; stable names of the API and of the statistics."""

    REQUIRED = "REQUIRED"
    BAD_POSTAL_CODE = "BAD_POSTAL_CODE"
    BAD_PHONE = "BAD_PHONE"
    BAD_EMAIL = "BAD_EMAIL"
    BAD_COUNTRY = "BAD_COUNTRY"
    BAD_CURRENCY = "BAD_CURRENCY"
    BAD_SKU = "BAD_SKU"
    BAD_QUANTITY = "BAD_QUANTITY"
    BAD_AMOUNT = "BAD_AMOUNT"
    AMOUNT_MISMATCH = "AMOUNT_MISMATCH"
    BAD_DATE = "BAD_DATE"
    BAD_VALUE = "BAD_VALUE"
    TOO_LONG = "TOO_LONG"
    DUPLICATE_LINE = "DUPLICATE_LINE"
    UNKNOWN_FIELD = "UNKNOWN_FIELD"
    UNKNOWN_STATUS = "UNKNOWN_STATUS"
    TEST_ORDER = "TEST_ORDER"
    NOT_AN_ORDER = "NOT_AN_ORDER"
    BAD_JSON = "BAD_JSON"


class Finding(BaseModel):
    """One flaw. `error` sends the order to quarantine, `warning` to customer service.

    `field` is a path such as `lines[0].sku`, empty for the whole message. The messages may quote
    personal data: keep them in Postgres and answers to its owner, never in logs or Temporal.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: str
    code: FindingCode
    message_en: str
    message_zh: str
    severity: Severity = "error"


# {value}: what was there; {hint}: what is expected instead.
_MESSAGES: dict[FindingCode, tuple[str, str]] = {
    FindingCode.REQUIRED: ("{field} is missing; add it{hint}", "缺少 {field}；请补充{hint}"),
    FindingCode.BAD_POSTAL_CODE: (
        "postal code {value} does not exist in this country; correct it{hint}",
        "邮政编码 {value} 不符合该国格式；请更正{hint}",
    ),
    FindingCode.BAD_PHONE: (
        "phone number {value} can't be dialled; ask the customer for it{hint}",
        "电话号码 {value} 无效；请向客户核实{hint}",
    ),
    FindingCode.BAD_EMAIL: (
        "e-mail address {value} can't be delivered to; ask the customer for it{hint}",
        "电子邮箱 {value} 无效；请向客户核实{hint}",
    ),
    FindingCode.BAD_COUNTRY: (
        "{value} is no country; give its two-letter ISO 3166 code, e.g. DE{hint}",
        "{value} 不是国家代码；请填写 ISO 3166 两位代码，例如 DE{hint}",
    ),
    FindingCode.BAD_CURRENCY: (
        "{value} is no currency in use; give its ISO 4217 code, e.g. EUR{hint}",
        "{value} 不是现行货币；请填写 ISO 4217 代码，例如 EUR{hint}",
    ),
    FindingCode.BAD_SKU: (
        "{field} names no article; add its SKU{hint}",
        "{field} 未指明商品；请补充 SKU{hint}",
    ),
    FindingCode.BAD_QUANTITY: (
        "quantity {value} is not a whole number from 1 to 1000000; correct it{hint}",
        "数量 {value} 不是 1 到 1000000 的整数；请更正{hint}",
    ),
    FindingCode.BAD_AMOUNT: (
        "{field} {value} is no valid amount; write it as a decimal string such as 12.50{hint}",
        "{field} 的金额 {value} 无效；请写成十进制字符串，例如 12.50{hint}",
    ),
    FindingCode.AMOUNT_MISMATCH: (
        "{field} says {value}, but its parts add up to {hint}; correct one of them",
        "{field} 为 {value}，但各项合计为 {hint}；请更正",
    ),
    FindingCode.BAD_DATE: (
        "{field} {value} is no instant; write it like 2026-11-03T08:15:00Z{hint}",
        "{field} 的时间 {value} 无效；请写成 2026-11-03T08:15:00Z 的形式{hint}",
    ),
    FindingCode.BAD_VALUE: ("{field} can't be {value}{hint}", "{field} 不能为 {value}{hint}"),
    FindingCode.TOO_LONG: (
        "{field} is too long; shorten it{hint}",
        "{field} 过长；请缩短{hint}",
    ),
    FindingCode.DUPLICATE_LINE: (
        "{field} {value} names two lines; give each line its own id{hint}",
        "{field} {value} 重复；每行须有唯一编号{hint}",
    ),
    FindingCode.UNKNOWN_FIELD: (
        "{field} is no field of an order; remove it or correct its name{hint}",
        "{field} 不是订单字段；请删除或更正名称{hint}",
    ),
    FindingCode.UNKNOWN_STATUS: (
        "{field} {value} is a status we don't know; check the order in the shop{hint}",
        "{field} 的状态 {value} 未知；请在店铺后台核对订单{hint}",
    ),
    FindingCode.TEST_ORDER: (
        "this is a test order of the shop and is not imported{hint}",
        "这是店铺的测试订单，不予导入{hint}",
    ),
    FindingCode.NOT_AN_ORDER: (
        "this message holds no order{hint}",
        "此消息不包含订单{hint}",
    ),
    FindingCode.BAD_JSON: (
        "the body is not valid JSON{hint}; have the sender send it again",
        "正文不是有效的 JSON{hint}；请发送方重新发送",
    ),
}


def finding(
    code: FindingCode,
    field: str = "",
    value: object = "",
    hint: tuple[str, str] = ("", ""),
    severity: Severity = "error",
) -> Finding:
    """Word a finding in both languages; `hint` is what follows the standing sentence (en, zh)."""
    english, chinese = _MESSAGES[code]
    names = {"field": field, "value": quoted(value)}
    return Finding(
        field=field,
        code=code,
        message_en=english.format(**names, hint=hint[0]),
        message_zh=chinese.format(**names, hint=hint[1]),
        severity=severity,
    )


def quoted(value: object) -> str:
    """Show a value in a message: short, in quotes, and safe to store whatever was sent."""
    text = str(value)
    cut = text if len(text) <= _QUOTED else f"{text[: _QUOTED - 1]}…"
    return repr(cut)


def is_blocking(findings: Iterable[Finding]) -> bool:
    """Tell whether any finding keeps the order from becoming a workflow."""
    return any(each.severity == "error" for each in findings)
