"""What is said of work that ended and of the office itself: batches, rules, absences, messages."""

from notifications.wording import Wording

OFFICE: Wording = {
    "batch_done": (
        (
            "Your batch is done: {accepted} of {items}",
            "{accepted} orders were done, {refused} refused, {failed} failed, {unknown} have not "
            "answered, {cancelled} were not begun. Open the batch to see why and go on one by one.",
        ),
        (
            "批量处理完成:{accepted}/{items}",
            "成功 {accepted} 单,被拒 {refused} 单,失败 {failed} 单,未答复 {unknown} 单,"
            "未开始 {cancelled} 单。请打开批次查看原因并逐单处理。",
        ),
    ),
    "delegate_named": (
        (
            "You stand in for {absent}",
            "From {from} until {until} what waits for {absent} waits for you. Look at your tasks.",
        ),
        ("您被指定代理 {absent}", "自 {from} 至 {until},{absent} 的待办由您代理。请查看待办。"),
    ),
    "backtest_finished": (
        (
            "The backtest of {rule_set} is finished",
            "Of {orders} orders {changed} would have been decided otherwise. Look at them before "
            "you publish.",
        ),
        (
            "规则集 {rule_set} 回测完成",
            "{orders} 单中有 {changed} 单结果会不同。发布前请查看差异。",
        ),
    ),
    "rules_published": (
        (
            "Rule set {rule_set} is in force",
            "{by} published it. New orders follow it, open ones keep theirs; look at what changed.",
        ),
        (
            "规则集 {rule_set} 已生效",
            "由 {by} 发布。新订单按新规则,在途订单不变;请查看变更内容。",
        ),
    ),
    "medium_broken": (
        (
            "Messages by {medium} do not arrive: {code}",
            "The service refuses them for good. Correct its address, token or secret, then send "
            "the dead messages again.",
        ),
        (
            "{medium} 通知无法送达:{code}",
            "对方服务永久拒收。请更正地址、令牌或密钥,然后重新发送失败的消息。",
        ),
    ),
    "test_message": (
        ("Test message of orderflow", "You can be reached here. Nothing is asked of you."),
        ("orderflow 测试消息", "此渠道可以送达。无需处理。"),
    ),
    "digest": (
        ("{count} messages", "What came in since the last summary; look at what is still open:"),
        ("{count} 条消息", "自上次汇总以来的消息,请查看未完成事项:"),
    ),
}
