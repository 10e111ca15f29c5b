"""What an order waits for in words that a customer may read: no names, no limits, no suspicion."""

from collections.abc import Mapping

from domain.holds import ReasonCode
from domain.stages import Stage

# A clause in English and Chinese that follows "since then".
Clause = tuple[str, str]

# What customers are told of anything that is about trust in them, and the code that says so.
ROUTINE = "ROUTINE_CHECK"
ROUTINE_CHECK: Clause = ("your order is in a routine check", "您的订单正在进行例行核查")
CONFIDENTIAL = frozenset({ReasonCode.FRAUD_RISK, ReasonCode.CREDIT_LIMIT})

ON_ITS_WAY: Clause = ("your order is on its way to you", "您的订单正在配送途中")
BEING_CLOSED: Clause = ("your order is being closed", "您的订单正在关闭")
NOT_BEGUN: Clause = ("your order is being taken in", "我们正在受理您的订单")

IN_STAGE: Mapping[Stage, Clause] = {
    Stage.PENDING_CONFIRMATION: ("we are confirming your order", "我们正在确认您的订单"),
    Stage.IN_REVIEW: ("your order is being checked", "您的订单正在审核"),
    Stage.PREPARING: ("your order is being prepared for shipping", "我们正在为您备货"),
    Stage.SHIPPED: ON_ITS_WAY,
}

ON_HOLD: Mapping[ReasonCode, Clause] = {
    ReasonCode.ADDR_INVALID: ("the delivery address has to be corrected", "收货地址需要更正"),
    ReasonCode.CONTACT_INVALID: (
        "we need a phone number or an e-mail address at which we can reach you",
        "我们需要能联系到您的电话或邮箱",
    ),
    ReasonCode.PAYMENT_PENDING: ("we are waiting for the payment", "我们正在等待付款到账"),
    ReasonCode.PAYMENT_FAILED: (
        "the payment did not go through and has to be made again",
        "付款未成功，需要重新付款",
    ),
    ReasonCode.FRAUD_RISK: ROUTINE_CHECK,
    ReasonCode.CREDIT_LIMIT: ROUTINE_CHECK,
    ReasonCode.STOCK_OUT: (
        "an item is out of stock and follows as soon as it is there",
        "有商品暂时缺货，到货后立即安排",
    ),
    ReasonCode.SKU_UNKNOWN: ("we are making sure which item you ordered", "我们正在核对所订商品"),
    ReasonCode.CUSTOMS_DOC: ("the customs papers are being completed", "清关文件正在办理"),
    ReasonCode.NO_ROUTE: (
        "we are choosing the warehouse that sends your order",
        "我们正在为您安排发货仓库",
    ),
    ReasonCode.FX_RATE_MISSING: ROUTINE_CHECK,
    ReasonCode.APPROVAL_TIMEOUT: IN_STAGE[Stage.IN_REVIEW],
    ReasonCode.APPROVAL_REJECTED: (
        "we are going over your order once more",
        "我们正在重新核对您的订单",
    ),
    ReasonCode.WAREHOUSE_TIMEOUT: (
        "preparing your order takes longer than planned",
        "备货时间比计划稍长",
    ),
    ReasonCode.WAREHOUSE_REJECTED: (
        "we are arranging anew how your order is prepared",
        "我们正在重新安排备货",
    ),
    ReasonCode.LABEL_FAILED: ("the shipping label is being made anew", "正在重新制作快递面单"),
    ReasonCode.DELIVERY_FAILED: (
        "the delivery did not succeed and is being arranged anew",
        "派送未成功，正在重新安排",
    ),
    ReasonCode.DELIVERY_DELAYED: (
        "the delivery is delayed and we are following it up with the carrier",
        "派送有所延误，我们正在与承运商跟进",
    ),
    ReasonCode.BUYER_CANCEL: ("your cancellation is being worked on", "您的取消申请正在处理"),
    ReasonCode.CHANGE_REQUEST: (
        "a change to your order is being worked on",
        "订单的变更正在处理",
    ),
    ReasonCode.RETURN: ("your return is being worked on", "您的退货正在处理"),
    ReasonCode.DUPLICATE: (
        "we are making sure that the order was not placed twice",
        "我们正在确认订单是否重复提交",
    ),
    ReasonCode.CHANNEL_SYNC: (
        "we are going over your order with the shop where you bought",
        "我们正在与您下单的店铺核对订单",
    ),
    ReasonCode.AMOUNT_MISMATCH: (
        "the amounts of your order are being checked",
        "订单金额正在核对",
    ),
    ReasonCode.DATA_QUALITY: (
        "we are completing the details of your order",
        "我们正在补全订单信息",
    ),
    ReasonCode.OTHER: (
        "we are clarifying a point about your order",
        "我们正在核实订单中的一个问题",
    ),
}

NEXT: Mapping[Stage, Clause] = {
    Stage.PENDING_CONFIRMATION: ("Next it is checked.", "下一步是审核。"),
    Stage.IN_REVIEW: ("Next our warehouse prepares it.", "下一步是仓库备货。"),
    Stage.PREPARING: ("Next it is shipped.", "下一步是发货。"),
    Stage.SHIPPED: ("Next it is delivered.", "下一步是送达。"),
}
NOT_BEGUN_NEXT: Clause = ("Next we confirm it.", "下一步是确认订单。")

COMPLETED: Clause = ("Your order was completed on {day}.", "您的订单已于{day}完成。")
CLOSED: Clause = ("Your order was closed on {day}.", "您的订单已于{day}关闭。")
CLOSED_FOR: Mapping[ReasonCode, Clause] = {
    ReasonCode.BUYER_CANCEL: (
        "Your order was cancelled on {day}, as you asked.",
        "您的订单已于{day}按您的要求取消。",
    ),
    ReasonCode.RETURN: (
        "Your order was closed with your return on {day}.",
        "您的订单已于{day}因退货关闭。",
    ),
    ReasonCode.DUPLICATE: (
        "Your order was closed on {day}, because the same order exists already.",
        "您的订单已于{day}关闭，因为已有相同订单。",
    ),
}
