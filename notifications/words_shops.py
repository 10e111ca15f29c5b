"""What is said of shops and of what stands still."""

from notifications.wording import Wording

SHOPS: Wording = {
    "channel_refused": (
        (
            "Shop {order} refuses us: {code}",
            "Its orders can no longer be read. Check its credential and permissions, save the shop "
            "again and poll it now; otherwise it is asked again by the hour.",
        ),
        (
            "店铺 {order} 拒绝访问:{code}",
            "无法再读取该店铺的订单。请检查凭证和权限,重新保存店铺后立即同步;否则每小时自动重试。",
        ),
    ),
    "subscriptions_amiss": (
        (
            "Shop {order}: its webhooks need you",
            "They could not be put right from here: {detail}. Orders arrive by polling meanwhile.",
        ),
        (
            "店铺 {order}:webhook 需要处理",
            "系统无法自动修复:{detail}。在此期间通过轮询获取订单。",
        ),
    ),
    "breaker_open": (
        (
            "Orders of {channel}/{shop} are kept back",
            "{rejected} of its last {orders} orders were refused, so new ones wait until that has "
            "an end. Look into the quarantine and repair the cause. They come in by themselves "
            "once a few new orders pass, oldest first; you can also let them in by hand.",
        ),
        (
            "{channel}/{shop} 已熔断,新订单暂存",
            "最近 {orders} 单中有 {rejected} 单被拒收,新订单暂存等待。请查看隔离区并排除原因。"
            "新订单恢复正常后系统将自动放行(先到先放),也可手动放行。",
        ),
    ),
    "breaker_open_by_hand": (
        (
            "Orders of {channel}/{shop} are kept back",
            "{by} keeps them back; they wait until somebody lets them in.",
        ),
        (
            "{channel}/{shop} 已手动熔断,新订单暂存",
            "由 {by} 手动暂存,需手动放行。",
        ),
    ),
    "stall_digest": (
        (
            "{count} things stand still",
            "Please see to each of them or give it to somebody who will:\n{lines}",
        ),
        ("{count} 项停滞", "请逐项处理或安排人员跟进:\n{lines}"),
    ),
}
