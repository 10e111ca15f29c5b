"""What is said of an order on its way: stages, holds, deadlines, its end."""

from notifications.wording import Wording

ORDERS: Wording = {
    "stage_entered": (
        (
            "Order {order}: {stage}",
            "The order is now in stage {stage}.{reason_line} Open it to see what is to be done.",
        ),
        ("订单 {order}:{stage}", "订单进入 {stage} 阶段。{reason_line}请打开订单查看后续事项。"),
    ),
    "stage_entered:in_review": (
        (
            "Order {order} waits for your approval",
            "Please look at it and approve, reject or return it.",
        ),
        ("订单 {order} 待您审批", "请查看订单后通过、拒绝或退回。"),
    ),
    "stage_entered:closed_abnormally": (
        (
            "Order {order} was closed abnormally",
            "It was closed.{reason_line} Tell the customer where they do not know yet.",
        ),
        ("订单 {order} 异常关闭", "订单已关闭。{reason_line}如客户尚不知情,请告知客户。"),
    ),
    "held": (
        (
            "Order {order} is held: {reason}",
            "It waits on you. Settle what stops it, then release the hold. {detail}",
        ),
        ("订单 {order} 卡点:{reason}", "该卡点由您处理。请解决原因后解除卡点。{detail}"),
    ),
    "turned_red": (
        ("Order {order} is red", "It was not confirmed in time; please confirm it now."),
        ("订单 {order} 标红", "订单未按时确认,请立即处理。"),
    ),
    "warned": (
        (
            "Order {order} has not left the warehouse{again}",
            "Its limit has passed; please follow up.",
        ),
        ("订单 {order} 未出库{again}", "已超过出库时限,请跟进。"),
    ),
    "cancel_requested": (
        ("Order {order} is being closed: {reason}", "Nothing more is asked of you."),
        ("订单 {order} 正在关闭:{reason}", "无需您再处理。"),
    ),
    "return_requested": (
        (
            "Order {order} is returned",
            "A return was recorded: {reason}. Expect the goods; nothing more is asked of you now.",
        ),
        ("订单 {order} 退货", "已登记退货:{reason}。请留意退货到达,暂无需其他处理。"),
    ),
    "refused": (
        (
            "Order {order}: your action was not accepted",
            "{action} was refused: {code}. Look at the order as it is now and decide again.",
        ),
        ("订单 {order}:您的操作未被接受", "{action} 被拒绝:{code}。请查看订单现状后重新操作。"),
    ),
}
