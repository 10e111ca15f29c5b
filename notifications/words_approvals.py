"""What is said of an approval: who is asked, what became of signatures, who is late."""

from notifications.wording import Wording

APPROVALS: Wording = {
    "escalated": (
        (
            "Order {order} is overdue{again}",
            "It was not dealt with in time; please follow up. It waits for: {waits_on}.",
        ),
        ("订单 {order} 超时未处理{again}", "未按时处理,请跟进。当前等待:{waits_on}。"),
    ),
    "escalated:in_review": (
        (
            "Order {order}: approval is overdue{again}",
            "Your people have not decided in time; please follow up. It waits for: {waits_on}.",
        ),
        ("订单 {order}:审批超时{again}", "下属未按时审批,请跟进。当前等待:{waits_on}。"),
    ),
    "signed": (
        (
            "Order {order}: it is your turn to sign",
            "{actor} has signed. Please look at the order and approve, reject or return it.",
        ),
        ("订单 {order}:轮到您签核", "{actor} 已签核。请查看订单后通过、拒绝或退回。"),
    ),
    "released": (
        (
            "Order {order} waits for your approval again",
            "It came back from its submitter. Please look at it anew and decide.",
        ),
        ("订单 {order} 重新待您审批", "提交人已重新提交。请重新查看并签核。"),
    ),
    "returned": (
        (
            "Order {order} was returned to its submitter",
            "{actor} returned it before deciding. If you submitted it, read the note, then change "
            "or explain the order and submit it again.",
        ),
        (
            "订单 {order} 已退回提交人",
            "{actor} 在审批前退回了订单。如由您提交,请阅读备注,修改或说明后重新提交。",
        ),
    ),
    "signer_added": (
        (
            "Order {order}: your signature is asked for",
            "{actor} asked for your signature as well. Please look at it and decide.",
        ),
        ("订单 {order}:请您加签", "{actor} 请您加签。请查看订单并签核。"),
    ),
    "transferred": (
        (
            "Order {order}: an approval was transferred to {person}",
            "The part of {from} went to {person}. If that is you, please look at it and decide.",
        ),
        (
            "订单 {order}:审批已转交给 {person}",
            "{from} 的审批已转交给 {person}。如转交给您,请查看并签核。",
        ),
    ),
    "signatures_voided": (
        (
            "Order {order} changed",
            "Its content changed, so your signature no longer counts. Look at it again and decide "
            "anew.",
        ),
        ("订单 {order} 已变更", "订单内容变更,您的签核已失效。请重新查看并签核。"),
    ),
    "approved": (
        ("Order {order} is approved", "All signatures are there; nothing more is asked of you."),
        ("订单 {order} 审批通过", "签核已齐,无需您再处理。"),
    ),
    "withdrawn": (
        (
            "Order {order} was withdrawn",
            "{actor} took back what they had signed or submitted. Look at it again before you go "
            "on.",
        ),
        ("订单 {order} 已撤回", "{actor} 撤回了签核或提交。继续处理前请重新查看。"),
    ),
    "urged": (
        (
            "Order {order}: please decide",
            "{actor} asks you to decide soon. Approve, reject or return it.",
        ),
        ("订单 {order}:催办", "{actor} 请您尽快处理。请通过、拒绝或退回。"),
    ),
    "copied": (
        (
            "Order {order}: for your information",
            "{actor} wants you to hear how its approval goes. Nothing is asked of you.",
        ),
        ("订单 {order}:抄送给您", "{actor} 抄送您关注该审批,无需处理。"),
    ),
    "signers_changed": (
        (
            "Order {order}: who signs has changed",
            "The order may wait on you now. Look at it; if it does, please decide.",
        ),
        ("订单 {order}:签核人已变更", "订单可能正等待您签核。请查看,如需签核请处理。"),
    ),
}
