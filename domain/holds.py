"""Holds (卡点): why an order may not leave its stage, and who has to do something about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ReasonCode(StrEnum):
    """Why an order is held or was closed; the same codes are the exception statistics."""

    ADDR_INVALID = "ADDR_INVALID"
    CONTACT_INVALID = "CONTACT_INVALID"
    PAYMENT_PENDING = "PAYMENT_PENDING"
    PAYMENT_FAILED = "PAYMENT_FAILED"
    FRAUD_RISK = "FRAUD_RISK"
    CREDIT_LIMIT = "CREDIT_LIMIT"
    STOCK_OUT = "STOCK_OUT"
    SKU_UNKNOWN = "SKU_UNKNOWN"
    CUSTOMS_DOC = "CUSTOMS_DOC"
    NO_ROUTE = "NO_ROUTE"
    FX_RATE_MISSING = "FX_RATE_MISSING"
    APPROVAL_TIMEOUT = "APPROVAL_TIMEOUT"
    APPROVAL_REJECTED = "APPROVAL_REJECTED"
    WAREHOUSE_TIMEOUT = "WAREHOUSE_TIMEOUT"
    WAREHOUSE_REJECTED = "WAREHOUSE_REJECTED"
    LABEL_FAILED = "LABEL_FAILED"
    DELIVERY_FAILED = "DELIVERY_FAILED"
    DELIVERY_DELAYED = "DELIVERY_DELAYED"
    BUYER_CANCEL = "BUYER_CANCEL"
    CHANGE_REQUEST = "CHANGE_REQUEST"
    RETURN = "RETURN"
    DUPLICATE = "DUPLICATE"
    CHANNEL_SYNC = "CHANNEL_SYNC"
    AMOUNT_MISMATCH = "AMOUNT_MISMATCH"
    DATA_QUALITY = "DATA_QUALITY"
    OTHER = "OTHER"


@dataclass(frozen=True)
class ReasonTerms:
    """How a reason reads, which role follows it up, and whether waiting on it stops the clock."""

    label_en: str
    label_zh: str
    role: str
    pauses_clock: bool = False


REASONS: Mapping[ReasonCode, ReasonTerms] = {
    ReasonCode.ADDR_INVALID: ReasonTerms("address invalid", "地址无效", "customer_service"),
    ReasonCode.CONTACT_INVALID: ReasonTerms("contact invalid", "联系方式无效", "customer_service"),
    ReasonCode.PAYMENT_PENDING: ReasonTerms("payment pending", "待付款", "finance", True),
    ReasonCode.PAYMENT_FAILED: ReasonTerms("payment failed", "付款失败", "finance"),
    ReasonCode.FRAUD_RISK: ReasonTerms("fraud risk", "欺诈风险", "finance"),
    ReasonCode.CREDIT_LIMIT: ReasonTerms("credit limit", "超出信用额度", "finance"),
    ReasonCode.STOCK_OUT: ReasonTerms("out of stock", "缺货", "warehouse_keeper"),
    ReasonCode.SKU_UNKNOWN: ReasonTerms("unknown SKU", "未知 SKU", "customer_service"),
    ReasonCode.CUSTOMS_DOC: ReasonTerms("customs papers", "清关文件", "logistics", True),
    ReasonCode.NO_ROUTE: ReasonTerms("no route", "无法分派", "team_lead"),
    ReasonCode.FX_RATE_MISSING: ReasonTerms("exchange rate missing", "缺少汇率", "finance"),
    ReasonCode.APPROVAL_TIMEOUT: ReasonTerms("approval overdue", "审批超时", "team_lead"),
    ReasonCode.APPROVAL_REJECTED: ReasonTerms("approval rejected", "审批驳回", "customer_service"),
    ReasonCode.WAREHOUSE_TIMEOUT: ReasonTerms("warehouse overdue", "出库超时", "warehouse_keeper"),
    ReasonCode.WAREHOUSE_REJECTED: ReasonTerms("warehouse rejected", "仓库拒单", "logistics"),
    ReasonCode.LABEL_FAILED: ReasonTerms("label failed", "面单失败", "logistics"),
    ReasonCode.DELIVERY_FAILED: ReasonTerms("delivery failed", "派送失败", "logistics"),
    ReasonCode.DELIVERY_DELAYED: ReasonTerms("delivery delayed", "派送延误", "logistics"),
    ReasonCode.BUYER_CANCEL: ReasonTerms("buyer cancelled", "买家取消", "customer_service"),
    ReasonCode.CHANGE_REQUEST: ReasonTerms("change request", "变更请求", "customer_service"),
    ReasonCode.RETURN: ReasonTerms("return", "退货", "customer_service"),
    ReasonCode.DUPLICATE: ReasonTerms("duplicate", "重复订单", "customer_service"),
    ReasonCode.CHANNEL_SYNC: ReasonTerms("channel out of step", "渠道不同步", "logistics"),
    ReasonCode.AMOUNT_MISMATCH: ReasonTerms("amounts differ", "金额不符", "finance"),
    ReasonCode.DATA_QUALITY: ReasonTerms("data quality", "数据质量", "customer_service"),
    ReasonCode.OTHER: ReasonTerms("other", "其他", "team_lead"),
}


@dataclass(frozen=True)
class Hold:
    """One open hold of an order.

    `assignee` is a person id or a role code; `raised_at` is UTC; the note a person typed stays in
    Postgres under `note_id`. `origin` names what raised it: a person's action, `admission`, or
    an effect (`dispatch:1`), so that its repetition replaces it instead of piling up.
    """

    id: str
    reason: ReasonCode
    assignee: str
    raised_by: str
    raised_at: datetime
    pauses_clock: bool
    origin: str
    detail: str = ""
    note_id: str = ""
