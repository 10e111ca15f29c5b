"""The doctor's checks of what the board counts by: it must say what orders and events say."""

from sqlalchemy import text

from database.doctor_queries import Check

BOARD_CHECKS = (
    Check(
        "I15",
        "is counted on the board under {detail}, which is not how it stands",
        "看板按 {detail} 统计,与订单现状不符",
        text("""
        SELECT o.order_id AS subject, concat_ws('/', coalesce(a.group_code, '-'),
            coalesce(a.tier, '-'), a.at, a.admitted_at) AS detail
        FROM orders o
        LEFT JOIN order_progress p ON p.order_id = o.order_id
        LEFT JOIN (
            SELECT order_id, max(at) AS at FROM stage_events WHERE kind = 'admitted'
            GROUP BY order_id
        ) AS e ON e.order_id = o.order_id
        LEFT JOIN order_arrivals a ON a.order_id = o.order_id
        WHERE (a.at, a.channel, a.shop, a.group_code, a.tier, a.admitted_at) IS DISTINCT FROM (
            CASE WHEN o.start_stage = '' THEN o.received_at
                ELSE least(o.placed_at, o.received_at) END, o.channel, o.shop,
            coalesce(p.group_code, ''), coalesce(p.tier, ''), e.at)
        """),
    ),
    Check(
        "I15",
        "its events tell another time in a stage than the board counts: {detail}",
        "事件所示的阶段停留与看板统计不符:{detail}",
        text("""
        WITH told AS (
            SELECT order_id, seq, stage, at,
                lead(at) OVER (PARTITION BY order_id ORDER BY seq) AS left_at
            FROM stage_events WHERE kind = 'stage_entered'
        )
        SELECT coalesce(t.order_id, s.order_id) AS subject,
            concat(coalesce(t.stage, '-'), ' ≠ ', coalesce(s.stage, '-')) AS detail
        FROM (SELECT *, CAST(greatest(extract(epoch FROM left_at - at) * 1000, 0) AS bigint)
                AS milliseconds
            FROM told WHERE left_at IS NOT NULL AND stage <> 'completed') AS t
        FULL JOIN stage_stays s ON s.order_id = t.order_id AND s.seq = t.seq
        WHERE (t.stage, t.left_at, t.milliseconds)
            IS DISTINCT FROM (s.stage, s.left_at, s.milliseconds)
        """),
    ),
    Check(
        "I15",
        "the board counts other stays than there were (counted/were): {detail}",
        "看板的停留计数与实际不符(计数/实际):{detail}",
        text("""
        SELECT concat_ws('/', day, nullif(group_code, ''), stage, bucket) AS subject,
            concat(coalesce(t.entries, 0), '/', coalesce(s.entries, 0)) AS detail
        FROM (
            SELECT day, group_code, stage, bucket, sum(entries) AS entries,
                sum(milliseconds) AS milliseconds
            FROM stage_times GROUP BY day, group_code, stage, bucket
        ) AS t FULL JOIN (
            SELECT CAST(s.left_at AT TIME ZONE 'UTC' AS date) AS day, a.group_code, s.stage,
                stay_bucket(s.milliseconds) AS bucket, count(*) AS entries,
                sum(s.milliseconds) AS milliseconds
            FROM stage_stays s JOIN order_arrivals a ON a.order_id = s.order_id
            GROUP BY 1, 2, 3, 4
        ) AS s USING (day, group_code, stage, bucket)
        WHERE coalesce(t.entries, 0) <> coalesce(s.entries, 0)
            OR coalesce(t.milliseconds, 0) <> coalesce(s.milliseconds, 0)
        """),
    ),
    Check(
        "I15",
        "the board counts other admissions than there were (counted/were): {detail}",
        "看板的准入计数与实际不符(计数/实际):{detail}",
        text("""
        SELECT concat_ws('/', day, nullif(group_code, ''), nullif(tier, '')) AS subject,
            concat(coalesce(d.orders, 0), '/', coalesce(a.orders, 0)) AS detail
        FROM admission_days d FULL JOIN (
            SELECT CAST(admitted_at AT TIME ZONE 'UTC' AS date) AS day, group_code, tier,
                count(*) AS orders
            FROM order_arrivals WHERE admitted_at IS NOT NULL GROUP BY 1, 2, 3
        ) AS a USING (day, group_code, tier)
        WHERE coalesce(d.orders, 0) <> coalesce(a.orders, 0)
        """),
    ),
    Check(
        "I15",
        "a hold is counted under {detail}, another group than its order's",
        "卡点按 {detail} 组统计,与订单所属组不符",
        text("""
        SELECT h.order_id AS subject, coalesce(nullif(h.group_code, ''), '-') AS detail
        FROM holds h JOIN order_progress p ON p.order_id = h.order_id
        WHERE h.group_code <> p.group_code
        """),
    ),
)
