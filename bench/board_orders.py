"""Orders by the million for the board: ninety days of trade, laid down by set-based SQL.

About two in a hundred are still open, one in ten was held, three in a hundred were closed
abnormally. What the board counts by is written by the code that writes it for live orders.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, text

from bench.board_staff import GROUPS, open_house
from database import board_sync

DAYS = 90
PIECE = 20_000
REASONS = (
    "CUSTOMS_DOC",
    "STOCK_OUT",
    "PAYMENT_PENDING",
    "ADDR_INVALID",
    "FRAUD_RISK",
    "LABEL_FAILED",
    "DELIVERY_DELAYED",
    "OTHER",
)

Progress = Callable[[str], None]

# Every order with the instants at which it went on; what lies after :now has not happened yet.
_MADE = """
CREATE UNLOGGED TABLE made AS
WITH drawn AS MATERIALIZED (
    SELECT n, CAST(:now AS timestamptz)
            - make_interval(secs => :seconds * (1 - n / CAST(:orders AS float8))) AS at,
        random() AS whose, random() AS fate, random() AS hand, random() AS flag, random() AS why,
        random() AS stuck, -ln(1 - random()) AS a, -ln(1 - random()) AS b, -ln(1 - random()) AS c,
        -ln(1 - random()) AS d, -ln(1 - random()) AS e
    FROM generate_series(1, :orders) AS n
), timed AS (
    SELECT *, at + make_interval(secs => 2 + a * CASE WHEN hand < 0.2 THEN 1800 ELSE 1 END)
            AS reviewed
    FROM drawn
), further AS (
    SELECT *, reviewed + make_interval(secs => 1 + b * CASE WHEN hand < 0.3 THEN 7200 ELSE 1 END)
            AS prepared
    FROM timed
), last AS (
    SELECT *, prepared + make_interval(secs => 600 + c * 25000) AS shipped,
        prepared + make_interval(secs => 600 + c * 25000 + 20000 + d * 90000) AS ended
    FROM further
), staged AS (
    SELECT *, fate < 0.03 AS fails,
        CASE WHEN :now < reviewed THEN 'pending_confirmation' WHEN :now < prepared THEN 'in_review'
            WHEN fate < 0.03 THEN 'closed_abnormally' WHEN :now < shipped THEN 'preparing'
            WHEN :now < ended THEN 'shipped' ELSE 'completed' END AS stage
    FROM last
)
SELECT n, 'ord_' || lpad(to_hex(CAST(extract(epoch FROM at) * 1000 AS bigint)),
        12, '0') || lpad(to_hex(CAST(n AS bigint)), 20, '0') AS order_id,
    at, reviewed, prepared, shipped, ended, stage, fails, flag, why,
    (CAST(:groups AS text[]))[1 + CAST(floor(sqrt(whose) * :group_count) AS int)] AS group_code,
    CASE WHEN hand < 0.3 THEN 'manager' ELSE 'auto' END AS tier,
    stage NOT IN ('completed', 'closed_abnormally') AS is_open,
    CASE WHEN stuck < 0.1 THEN reviewed END AS held_at,
    CASE WHEN stuck < 0.1 AND stage IN ('completed', 'closed_abnormally')
        THEN least(reviewed + make_interval(secs => 300 + e * 36000), ended) END AS freed_at,
    CASE stage WHEN 'pending_confirmation' THEN at WHEN 'in_review' THEN reviewed
        WHEN 'preparing' THEN prepared WHEN 'shipped' THEN shipped WHEN 'completed' THEN ended
        ELSE prepared END AS entered_at
FROM staged
"""

_FILLED = (
    """
    INSERT INTO customers (customer_id, identity, kind, channel, shop, external_id, name, email)
    SELECT 'cus_' || n, 'i' || n, 'consumer', 'shopify', 'main', CAST(n AS text), 'Robin ' || n, ''
    FROM generate_series(0, 49999) AS n
    """,
    """
    INSERT INTO orders (order_id, channel, shop, external_id, workflow_id, number, origin,
        submitter, customer_id, currency, total, country, placed_at, received_at, content_version,
        priority)
    SELECT order_id, (ARRAY['shopify', 'amazon', 'woocommerce', 'storefront'])[1 + n % 4],
        'shop' || n % 3, CAST(n AS text), 'order:' || n, '#' || n, 'channel', '',
        'cus_' || n % 50000, 'EUR', 20 + n % 900, (ARRAY['DE', 'US', 'CN', 'JP'])[1 + n % 4],
        at, at, 1, 1 + n % 5
    FROM made
    """,
    """
    INSERT INTO order_arrivals (order_id, at, channel, shop)
    SELECT order_id, received_at, channel, shop FROM orders
    """,
    """
    INSERT INTO stage_events (order_id, seq, at, kind, stage, actor, data)
    SELECT m.order_id, e.* FROM made m CROSS JOIN LATERAL (VALUES
        (1, m.at, 'submitted', 'pending_confirmation', 'channel:shopify', '{}'),
        (2, m.at, 'stage_entered', 'pending_confirmation', 'system', '{}'),
        (3, m.at + interval '1 second', 'admitted', 'pending_confirmation', 'system', '{}'),
        (4, m.reviewed, 'stage_entered', 'in_review', 'system', '{}'),
        (5, m.prepared, 'approved', 'in_review', 'system', '{}'),
        (6, m.prepared, 'stage_entered',
            CASE WHEN m.fails THEN 'closed_abnormally' ELSE 'preparing' END, 'system', '{}'),
        (7, m.prepared + interval '1 minute', 'dispatched', 'preparing', 'system', '{}'),
        (8, m.shipped, 'parcel_shipped', 'preparing', 'li', '{}'),
        (9, m.shipped, 'stage_entered', 'shipped', 'system', '{}'),
        (10, m.ended - interval '4 hours', 'parcel_delivered', 'shipped', 'carrier', '{}'),
        (11, m.ended, 'stage_entered', 'completed', 'system', '{}')
    ) AS told (seq, at, kind, stage, actor, data), LATERAL (
        SELECT told.seq, told.at, told.kind, told.stage, told.actor, CAST(told.data AS jsonb)
    ) AS e
    WHERE told.at <= :now AND (told.seq < 7 OR NOT m.fails)
    """,
    """
    INSERT INTO order_progress (order_id, version, content_version, stage, entered_at, group_code,
        warehouse, tier, rule_set, waits_for, due_at, paused, red, escalated, late, held,
        closed_reason, closed_note_id, owner_person, owner_label, last_event_seq, updated_at,
        priority)
    SELECT order_id, 11, 1, stage, entered_at, group_code, 'de', tier, 'r1',
        CASE WHEN is_open THEN 'prepare' ELSE '' END, CASE WHEN is_open THEN
        entered_at + interval '4 hours' END, false, flag < 0.08, flag < 0.02,
        flag BETWEEN 0.05 AND 0.08, is_open AND held_at IS NOT NULL,
        CASE WHEN stage = 'closed_abnormally' THEN 'BUYER_CANCEL' ELSE '' END,
        CASE WHEN stage = 'closed_abnormally' THEN 'note' ELSE '' END,
        CASE WHEN is_open THEN 'p' || n % 40 ELSE '' END, 'sales', 11, entered_at, 1 + n % 5
    FROM made
    """,
    """
    INSERT INTO holds (order_id, hold_id, reason, assignee, raised_by, raised_at, pauses_clock,
        origin, detail, note_id, released_at, released_by)
    SELECT order_id, 'h1', (CAST(:reasons AS text[]))[1 + CAST(floor(why * why
            * cardinality(CAST(:reasons AS text[]))) AS int)],
        CASE WHEN n % 3 = 0 THEN 'p' || n % 40 ELSE 'customer_service' END, 'system', held_at,
        false, 'admission', '', '', freed_at, CASE WHEN freed_at IS NOT NULL THEN 'system' END
    FROM made WHERE held_at <= :now
    """,
    """
    INSERT INTO tasks (order_id, key, kind, role, group_code, people, assignee_person, due_at,
        hold_id, opened_at, done_at, urgency)
    SELECT order_id, stage || '-task', CASE stage WHEN 'pending_confirmation' THEN 'confirm'
            WHEN 'in_review' THEN 'approve' WHEN 'preparing' THEN 'prepare'
            ELSE 'follow_delivery' END,
        CASE stage WHEN 'preparing' THEN 'warehouse_keeper' WHEN 'shipped' THEN 'logistics'
            WHEN 'in_review' THEN 'regional_manager' ELSE 'customer_service' END,
        group_code, '{}', CASE WHEN is_open THEN 'p' || n % 40 ELSE '' END,
        entered_at + interval '4 hours', '', entered_at, CASE WHEN NOT is_open THEN entered_at END,
        CASE WHEN flag < 0.08 THEN 3 ELSE 8 END
    FROM made
    """,
    """
    INSERT INTO tasks (order_id, key, kind, role, group_code, people, assignee_person, hold_id,
        opened_at, urgency)
    SELECT order_id, 'hold-h1', CASE WHEN group_code = '' THEN 'pick_group' ELSE 'resolve_hold' END,
        'customer_service', group_code, '{}', 'p' || n % 40, 'h1', held_at, 3
    FROM made WHERE is_open AND held_at <= :now
    """,
)


def lay_down(engine: Engine, orders: int, now: datetime, progress: Progress) -> None:
    """Fill a migrated database without orders with so many, up to `now`."""
    values = {
        "now": now,
        "orders": orders,
        "seconds": timedelta(days=DAYS).total_seconds(),
        "groups": list(GROUPS),
        "group_count": len(GROUPS),
        "reasons": list(REASONS),
    }
    with engine.begin() as c:
        _unhurried(c)
        open_house(c)
        c.execute(text("SELECT setseed(0.5)"))
        for number, statement in enumerate((_MADE, *_FILLED), 1):
            progress(f"laying down {orders:,} orders: step {number} of {len(_FILLED) + 1}")
            c.execute(text(statement), values)
    _count(engine, orders, progress)
    with engine.begin() as c:
        c.execute(text("DROP TABLE made"))
    _analyse(engine)


def _analyse(engine: Engine) -> None:
    with engine.connect() as c:
        c.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))


def _unhurried(c: Connection) -> None:
    """The rows refer to each other by construction: nothing is looked up for every one of them.

    They are read in the order in which they were made, which is that of their ids.
    """
    c.execute(text("SET LOCAL statement_timeout = 0"))
    c.execute(text("SET LOCAL work_mem = '256MB'"))
    c.execute(text("SET LOCAL synchronize_seqscans = off"))
    c.execute(text("SET LOCAL session_replication_role = replica"))


def _count(engine: Engine, orders: int, progress: Progress) -> None:
    ids = text("SELECT order_id FROM made WHERE n >= :first AND n < :first + :piece ORDER BY n")
    with engine.begin() as c:
        c.execute(text("CREATE INDEX ON made (n)"))
    _analyse(engine)
    for first in range(1, orders + 1, PIECE):
        with engine.begin() as c:
            _unhurried(c)
            found = c.execute(ids, {"first": first, "piece": PIECE}).scalars().all()
            board_sync.sync_many(c, found)
        progress(f"counting: {min(first + PIECE - 1, orders):,} of {orders:,} orders")
