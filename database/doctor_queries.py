"""The set-based checks of the doctor: each finds the subjects that break one invariant."""

from dataclasses import dataclass

from sqlalchemy import TextClause, text

from domain.stages import EDGES, Stage

# An order begins without a stage; that is the one edge the domain need not list.
LEGAL_EDGES = {
    "sources": ["", *(str(source) for source, targets in EDGES.items() for _ in targets)],
    "targets": [
        str(Stage.PENDING_CONFIRMATION),
        *(str(target) for targets in EDGES.values() for target in sorted(targets)),
    ],
}


@dataclass(frozen=True)
class Check:
    """A query for `subject` and `detail` of each violation, and how a violation reads."""

    invariant: str
    en: str
    zh: str
    query: TextClause
    needs_edges: bool = False


def _check(invariant: str, en: str, zh: str, query: str, *, needs_edges: bool = False) -> Check:
    return Check(invariant, en, zh, text(query), needs_edges)


CHECKS = (
    _check(
        "I1",
        "message is {detail}, which does not agree with the quarantine",
        "消息状态为 {detail},与隔离区不一致",
        """
        SELECT 'inbox\\:' || i.id AS subject, i.state AS detail
        FROM inbox i LEFT JOIN quarantine q ON q.inbox_id = i.id
        WHERE (i.state = 'quarantined' AND q.id IS NULL)
            OR (i.state <> 'quarantined' AND q.id IS NOT NULL AND q.resolution IS NULL)
            OR (i.state <> 'quarantined' AND q.resolution = 'discard')
        """,
    ),
    _check(
        "I1",
        "message is {detail} without an order",
        "消息状态为 {detail},但没有订单",
        """
        SELECT 'inbox\\:' || i.id AS subject, i.state AS detail
        FROM inbox i LEFT JOIN orders o ON o.order_id = i.order_id
        WHERE i.state IN ('stored', 'done', 'merged') AND o.order_id IS NULL
        """,
    ),
    _check(
        "I1",
        "message is kept back, but the breaker of {detail} will never let it follow",
        "消息被熔断暂存,但 {detail} 的熔断器不会再放行",
        """
        SELECT 'inbox\\:' || i.id AS subject, concat(i.channel, '/', i.shop) AS detail
        FROM inbox i LEFT JOIN breakers b ON b.channel = i.channel AND b.shop = i.shop
        WHERE i.state = 'parked'
            AND (b.channel IS NULL OR (b.state = 'closed' AND b.drains_from IS NULL))
        """,
    ),
    _check(
        "I1",
        "order has {detail} contents, which are not those it counts",
        "订单实有 {detail} 个内容版本,与其版本号不符",
        """
        SELECT o.order_id AS subject, count(k.version) AS detail
        FROM orders o LEFT JOIN order_contents k ON k.order_id = o.order_id
        GROUP BY o.order_id
        HAVING count(k.version) <> o.content_version
            OR coalesce(max(k.version), 0) <> o.content_version
        """,
    ),
    _check(
        "I2",
        "{detail} orders for one order of the channel",
        "渠道的同一订单对应 {detail} 个订单",
        """
        SELECT min(order_id) AS subject, count(*) AS detail
        FROM orders GROUP BY channel, shop, external_id HAVING count(*) > 1
        """,
    ),
    _check(
        "I3",
        "stock out of bounds or not the sum of active reservations (on hand/reserved/active): "
        "{detail}",
        "库存越界,或与有效预留之和不符(在库/预留/有效):{detail}",
        """
        WITH active AS (
            SELECT warehouse, sku, sum(quantity) AS quantity FROM reservations
            WHERE state = 'active' GROUP BY warehouse, sku
        )
        SELECT warehouse || '/' || sku AS subject,
            concat_ws('/', coalesce(s.on_hand, 0), coalesce(s.reserved, 0),
                coalesce(a.quantity, 0)) AS detail
        FROM stock s FULL JOIN active a USING (warehouse, sku)
        WHERE coalesce(s.reserved, 0) NOT BETWEEN 0 AND coalesce(s.on_hand, 0)
            OR coalesce(s.reserved, 0) <> coalesce(a.quantity, 0)
        """,
    ),
    _check(
        "I4",
        "ended order still holds stock of {detail}",
        "已结束的订单仍占用库存:{detail}",
        """
        SELECT p.order_id AS subject, string_agg(r.sku, ', ' ORDER BY r.sku) AS detail
        FROM order_progress p JOIN reservations r ON r.order_id = p.order_id
        WHERE p.closed AND r.state = 'active' GROUP BY p.order_id
        """,
    ),
    _check(
        "I4",
        "ended order still holds credit: {detail}",
        "已结束的订单仍占用信用额度:{detail}",
        """
        SELECT p.order_id AS subject, h.amount AS detail
        FROM order_progress p JOIN credit_holds h ON h.order_id = p.order_id
        WHERE p.closed AND h.state = 'held'
        """,
    ),
    _check(
        "I5",
        "events are not 1..n, or not those that were recorded: {detail}",
        "事件序号不是连续的 1..n,或与记录不符:{detail}",
        """
        SELECT p.order_id AS subject,
            concat(count(e.seq), '/', coalesce(max(e.seq), 0), '/', p.last_event_seq) AS detail
        FROM order_progress p LEFT JOIN stage_events e ON e.order_id = p.order_id
        GROUP BY p.order_id
        HAVING count(e.seq) <> p.last_event_seq OR min(e.seq) IS DISTINCT FROM 1
            OR max(e.seq) <> p.last_event_seq
        """,
    ),
    _check(
        "I5",
        "illegal move {detail}",
        "非法的阶段流转:{detail}",
        """
        WITH moves AS (
            SELECT order_id, stage AS target,
                coalesce(lag(stage) OVER (PARTITION BY order_id ORDER BY seq), '') AS source
            FROM stage_events WHERE kind = 'stage_entered'
        )
        SELECT order_id AS subject, string_agg(source || ' → ' || target, ', ') AS detail
        FROM moves
        WHERE NOT EXISTS (
            SELECT 1 FROM unnest(CAST(:sources AS text[]), CAST(:targets AS text[]))
                AS edge (source, target)
            WHERE edge.source = moves.source AND edge.target = moves.target)
        GROUP BY order_id
        """,
        needs_edges=True,
    ),
    _check(
        "I5",
        "stands in another stage than it entered last: {detail}",
        "所处阶段与最后进入的阶段不符:{detail}",
        """
        SELECT p.order_id AS subject, concat(p.stage, ' ≠ ', e.stage) AS detail
        FROM order_progress p LEFT JOIN LATERAL (
            SELECT stage FROM stage_events s
            WHERE s.order_id = p.order_id AND s.kind = 'stage_entered'
            ORDER BY seq DESC LIMIT 1
        ) e ON true
        WHERE e.stage IS DISTINCT FROM p.stage
        """,
    ),
    _check(
        "I7",
        "open without {detail}",
        "未结束的订单缺少:{detail}",
        """
        SELECT order_id AS subject, concat_ws(', ',
            CASE WHEN owner_person = '' THEN 'owner' END,
            CASE WHEN waits_for = '' THEN 'reason for waiting' END,
            CASE WHEN rule_set <> '' AND due_at IS NULL AND stalls_at IS NULL
                THEN 'deadline' END) AS detail
        FROM order_progress
        WHERE NOT closed AND (owner_person = '' OR waits_for = ''
            OR (rule_set <> '' AND due_at IS NULL AND stalls_at IS NULL))
        """,
    ),
    _check(
        "I8",
        "several live labels on parcel {detail}",
        "包裹 {detail} 有多个有效面单",
        """
        SELECT order_id AS subject, data->>'ordinal' AS detail
        FROM stage_events WHERE kind = 'parcel_shipped'
        GROUP BY order_id, data->>'ordinal' HAVING count(DISTINCT data->>'tracking') > 1
        UNION ALL
        SELECT order_id, string_agg(CAST(ordinal AS text), ', ' ORDER BY ordinal)
        FROM parcels GROUP BY order_id, tracking_number HAVING count(*) > 1
        """,
    ),
    _check(
        "I9",
        "signed by its own submitter {detail}",
        "由提交人 {detail} 自己签核",
        """
        SELECT d.order_id AS subject, d.person AS detail
        FROM decisions d JOIN orders o ON o.order_id = d.order_id
        WHERE d.verdict = 'approve' AND d.person = o.submitter
        """,
    ),
    _check(
        "I9",
        "signed on behalf of its own submitter by {detail}",
        "由 {detail} 代提交人签核",
        """
        SELECT d.order_id AS subject, d.person AS detail
        FROM decisions d JOIN orders o ON o.order_id = d.order_id
        WHERE d.verdict = 'approve' AND d.on_behalf_of <> '' AND d.on_behalf_of = o.submitter
        """,
    ),
    _check(
        "I9",
        "passed review without the signature of {detail}, who was added to sign",
        "加签人 {detail} 未签核即已通过审核",
        """
        WITH added AS (
            SELECT order_id, seq, data->>'person' AS person,
                coalesce(data->>'added', data->>'action_id') AS action_id
            FROM stage_events
            WHERE kind = 'signer_added' OR (kind = 'transferred' AND data ? 'added')
        )
        SELECT a.order_id AS subject, string_agg(a.person, ', ' ORDER BY a.seq) AS detail
        FROM added a JOIN order_progress p ON p.order_id = a.order_id
        WHERE p.stage IN ('preparing', 'shipped', 'completed')
            AND NOT EXISTS (
                SELECT 1 FROM stage_events e
                WHERE e.order_id = a.order_id AND e.seq > a.seq
                    AND ((e.kind = 'signed' AND e.actor = a.person)
                        -- asked no more: handed on, not fit, or a review from the start
                        OR (e.kind = 'transferred' AND e.actor = a.person)
                        OR (e.kind = 'refused' AND e.data->>'code' = 'not_fit')
                        OR e.kind IN ('returned', 'amended')
                        OR (e.kind = 'withdrawn' AND e.data->>'what' = 'order')))
        GROUP BY a.order_id
        """,
    ),
    _check(
        "I9",
        "signed after its end, event {detail}",
        "结束后仍被签核,事件 {detail}",
        """
        SELECT order_id AS subject, seq AS detail FROM stage_events
        WHERE kind IN ('signed', 'approved') AND stage IN ('completed', 'closed_abnormally')
        """,
    ),
    _check(
        "I9",
        "one person signed twice: {detail}",
        "同一人重复签核:{detail}",
        """
        SELECT order_id AS subject, voice AS detail
        FROM decisions, unnest(ARRAY[person, nullif(on_behalf_of, '')]) AS voice
        WHERE verdict = 'approve' AND voided_at IS NULL AND voice IS NOT NULL
        GROUP BY order_id, voice, content_hash HAVING count(*) > 1
        """,
    ),
    _check(
        "I11",
        "{detail} messages to one person about one event",
        "同一事件向同一人发送了 {detail} 条消息",
        """
        SELECT subject, count(*) AS detail FROM notifications
        GROUP BY subject, event_seq, person_id, medium HAVING count(*) > 1
        """,
    ),
    _check(
        "I13",
        "credit account does not add up (held/used): {detail}",
        "信用账户不平(占用/已用):{detail}",
        """
        SELECT a.customer_id AS subject, concat(a.held, '/', a.used) AS detail
        FROM credit_accounts a LEFT JOIN credit_holds h ON h.customer_id = a.customer_id
        GROUP BY a.customer_id
        HAVING a.held <> coalesce(sum(h.amount) FILTER (WHERE h.state = 'held'), 0)
            OR a.used <> coalesce(sum(h.amount) FILTER (WHERE h.state = 'captured'), 0)
        """,
    ),
    _check(
        "I13",
        "total differs from that of its content: {detail}",
        "订单总额与内容不符:{detail}",
        """
        SELECT o.order_id AS subject, concat(o.total, ' ≠ ', k.body->>'total') AS detail
        FROM orders o
        JOIN order_contents k ON k.order_id = o.order_id AND k.version = o.content_version
        WHERE o.total <> CAST(k.body->>'total' AS numeric)
        """,
    ),
)

# Orders past review that some plan of this very content wanted signed, with who signed it. What
# was past review when it was moved here was signed elsewhere, if at all.
SIGNED = text("""
SELECT p.order_id, o.submitter, k.content_hash,
    (SELECT jsonb_agg(a.plan ORDER BY a.seq)
        FROM admissions a JOIN order_contents ak
            ON ak.order_id = a.order_id AND ak.version = a.content_version
        WHERE a.order_id = p.order_id AND ak.content_hash = k.content_hash) AS plans,
    (SELECT jsonb_agg(e.answer ORDER BY e.seq)
        FROM entitlements e JOIN order_contents ek
            ON ek.order_id = e.order_id AND ek.version = e.content_version
        WHERE e.order_id = p.order_id AND ek.content_hash = k.content_hash) AS answers,
    (SELECT jsonb_agg(jsonb_build_object('decision_id', d.decision_id, 'person', d.person,
            'at', d.at, 'on_behalf_of', d.on_behalf_of) ORDER BY d.at, d.decision_id)
        FROM decisions d
        WHERE d.order_id = p.order_id AND d.verdict = 'approve' AND d.voided_at IS NULL
            AND d.content_hash = k.content_hash) AS signatures
FROM order_progress p
JOIN orders o ON o.order_id = p.order_id
JOIN order_contents k ON k.order_id = p.order_id AND k.version = p.content_version
WHERE p.stage IN ('preparing', 'shipped', 'completed')
    AND NOT (o.start_stage IN ('preparing', 'shipped', 'completed') AND k.content_hash = (
        SELECT f.content_hash FROM order_contents f
        WHERE f.order_id = p.order_id AND f.version = 1))
    AND NOT EXISTS (
        SELECT 1 FROM admissions a JOIN order_contents ak
            ON ak.order_id = a.order_id AND ak.version = a.content_version
        WHERE a.order_id = p.order_id AND ak.content_hash = k.content_hash
            AND a.plan->>'policy' = 'auto')
""")
