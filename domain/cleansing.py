"""Cleansing (数据清洗): what came in, what it became and why, kept with its order."""

from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from domain.addresses import country_code, tidy_postal_code
from domain.money import plain
from domain.phones import tidy_phone

_LONGEST_VALUE = 200


class CleansingCode(StrEnum):
    """Why a value was changed or read in one of several ways; stable names of the API."""

    TAX_INCLUDED = "TAX_INCLUDED"
    TAX_ON_TOP = "TAX_ON_TOP"
    TAX_BY_MARKETPLACE = "TAX_BY_MARKETPLACE"
    TAX_UNKNOWN = "TAX_UNKNOWN"
    UNIT_PRICE = "UNIT_PRICE"
    DISCOUNT = "DISCOUNT"
    TIP = "TIP"
    REFUND = "REFUND"
    MONEY = "MONEY"
    PHONE = "PHONE"
    COUNTRY = "COUNTRY"
    REGION = "REGION"
    POSTAL_CODE = "POSTAL_CODE"
    ADDRESS_SOURCE = "ADDRESS_SOURCE"
    DATE = "DATE"
    ENCODING = "ENCODING"
    STATUS = "STATUS"
    QUANTITY = "QUANTITY"
    IDENTIFIER = "IDENTIFIER"
    TEXT = "TEXT"


_REASONS: dict[CleansingCode, tuple[str, str]] = {
    CleansingCode.TAX_INCLUDED: ("prices contain the tax", "价格含税"),
    CleansingCode.TAX_ON_TOP: ("tax comes on top of prices", "价格不含税，税另计"),
    CleansingCode.TAX_BY_MARKETPLACE: ("the marketplace remits the tax", "税款由平台代缴"),
    CleansingCode.TAX_UNKNOWN: (
        "a tax of 0.00 means unknown here, not tax-free",
        "此处税额 0.00 表示未知，而非免税",
    ),
    CleansingCode.UNIT_PRICE: (
        "the price of one piece, worked out from the line",
        "由行金额换算为单价",
    ),
    CleansingCode.DISCOUNT: ("discounts are kept apart from prices", "折扣单独列示"),
    CleansingCode.TIP: ("a tip is not goods; it counts as shipping", "小费并入运费"),
    CleansingCode.REFUND: ("what was refunded or edited away is left out", "已扣除退款或改单部分"),
    CleansingCode.MONEY: ("the amount as a plain decimal number", "金额统一为十进制数"),
    CleansingCode.PHONE: (
        "the number in international form (E.164)",
        "电话统一为国际格式（E.164）",
    ),
    CleansingCode.COUNTRY: ("the country as its ISO 3166 code", "国家统一为 ISO 3166 代码"),
    CleansingCode.REGION: ("the region in its usual form", "省州名称统一"),
    CleansingCode.POSTAL_CODE: (
        "the postal code in the form its country uses",
        "邮政编码按该国格式修正",
    ),
    CleansingCode.ADDRESS_SOURCE: (
        "taken from another address of the order",
        "取自订单的另一处地址",
    ),
    CleansingCode.DATE: ("the instant in UTC", "时间统一为 UTC"),
    CleansingCode.ENCODING: ("the text was decoded from this encoding", "文本按此编码解码"),
    CleansingCode.STATUS: ("the channel's status as one of our stages", "渠道状态换算为订单阶段"),
    CleansingCode.QUANTITY: ("the quantity as a whole number", "数量统一为整数"),
    CleansingCode.IDENTIFIER: ("the id in full, as text", "编号按文本完整保留"),
    CleansingCode.TEXT: (
        "characters that cannot be stored or shown are gone",
        "已去除无法保存的字符",
    ),
}


class Cleansed(BaseModel):
    """One step: `before` came in, `after` is what the order holds; values may be personal data."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: str
    code: CleansingCode
    before: str
    after: str
    why_en: str
    why_zh: str


class Cleansing:
    """Collects the steps of one order while it is being mapped; unchanged values leave no step."""

    def __init__(self) -> None:
        self._steps: list[Cleansed] = []

    @property
    def steps(self) -> tuple[Cleansed, ...]:
        """Everything noted so far, in order."""
        return tuple(self._steps)

    def note(
        self,
        code: CleansingCode,
        field: str,
        before: object,
        after: object,
        hint: tuple[str, str] = ("", ""),
    ) -> None:
        """Keep a step whose value changed; `hint` follows the standing reason (en, zh)."""
        if before is after or (isinstance(before, str) and before == after):
            return
        was, became = _shown(before), _shown(after)
        if was == became:
            return
        english, chinese = _REASONS[code]
        self._steps.append(
            Cleansed(
                field=field,
                code=code,
                before=was,
                after=became,
                why_en=english + hint[0],
                why_zh=chinese + hint[1],
            )
        )

    def country(self, field: str, said: str, *others: str) -> str:
        """Return the ISO code of the first name that is a country, else what was said, in capitals.

        `others` are further places of the message that may name it.
        """
        found = next((code for name in (said, *others) if (code := country_code(name))), None)
        country = found or said.strip().upper()
        self.note(CleansingCode.COUNTRY, field, said, country)
        return country

    def postal_code(self, field: str, said: str, country: str) -> str:
        """Return the postal code as its country writes it; see `tidy_postal_code`."""
        tidy = tidy_postal_code(said, country)
        self.note(CleansingCode.POSTAL_CODE, field, said, tidy)
        return tidy

    def phone(self, field: str, said: str, country: str) -> str:
        """Return the number as E.164, an extension behind `;ext=`; unreadable ones stay as said."""
        tidy = tidy_phone(said, country)
        self.note(CleansingCode.PHONE, field, said, tidy)
        return tidy


def _shown(value: object) -> str:
    text = plain(value) if isinstance(value, Decimal) else str(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"
