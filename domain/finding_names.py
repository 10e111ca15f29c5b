"""What each kind of flaw is called in a list of how often it occurred, in English and Chinese."""

from collections.abc import Mapping

from domain.findings import FindingCode

FINDING_NAMES: Mapping[FindingCode, tuple[str, str]] = {
    FindingCode.REQUIRED: ("a required value is missing", "缺少必填内容"),
    FindingCode.BAD_POSTAL_CODE: ("postal code does not exist", "邮政编码无效"),
    FindingCode.BAD_PHONE: ("phone number can't be dialled", "电话号码无效"),
    FindingCode.BAD_EMAIL: ("e-mail address can't be delivered to", "电子邮箱无效"),
    FindingCode.BAD_COUNTRY: ("country not recognised", "国家无法识别"),
    FindingCode.BAD_CURRENCY: ("currency missing or not in use", "币种缺失或无效"),
    FindingCode.BAD_SKU: ("line names no article", "订单行未指明商品"),
    FindingCode.BAD_QUANTITY: ("quantity is no whole number", "数量不是有效整数"),
    FindingCode.BAD_AMOUNT: ("amount can't be read", "金额无法识别"),
    FindingCode.AMOUNT_MISMATCH: ("amounts do not add up", "金额合计不符"),
    FindingCode.BAD_DATE: ("date can't be read", "日期无法识别"),
    FindingCode.BAD_VALUE: ("value not possible here", "内容无效"),
    FindingCode.TOO_LONG: ("longer or more than allowed", "超出允许的长度或数量"),
    FindingCode.DUPLICATE_LINE: ("two lines have one id", "订单行编号重复"),
    FindingCode.UNKNOWN_FIELD: ("field not known", "未知字段"),
    FindingCode.UNKNOWN_STATUS: ("status not known", "未知状态"),
    FindingCode.TEST_ORDER: ("test order of the shop", "店铺测试订单"),
    FindingCode.NOT_AN_ORDER: ("holds no order", "不是订单"),
    FindingCode.BAD_JSON: ("not readable as JSON", "无法按 JSON 解析"),
}


def finding_name(code: str) -> tuple[str, str]:
    """Return what a kind of flaw is called (en, zh)."""
    return FINDING_NAMES[FindingCode(code)]
