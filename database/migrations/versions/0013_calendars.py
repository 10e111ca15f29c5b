"""Working calendars, and what puts large and red orders first in everybody's list."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_STATEMENTS = (
    "ALTER TABLE groups ADD COLUMN calendar TEXT NOT NULL DEFAULT ''",
    """
    CREATE TABLE calendars (
        code TEXT NOT NULL,
        name_en TEXT NOT NULL,
        name_zh TEXT NOT NULL,
        time_zone TEXT NOT NULL,
        weekly JSONB NOT NULL,
        holiday_country TEXT NOT NULL,
        holiday_subdivision TEXT NOT NULL,
        holidays JSONB NOT NULL,
        special_days JSONB NOT NULL,
        version INTEGER NOT NULL,
        updated_at TIMESTAMPTZ NOT NULL,
        CONSTRAINT pk_calendars PRIMARY KEY (code),
        CONSTRAINT ck_calendars_code CHECK (code <> '' AND code <> 'group'),
        CONSTRAINT ck_calendars_version CHECK (version >= 1)
    )
    """,
    # 3 is an ordinary order; a default that is a constant rewrites no row.
    """
    ALTER TABLE order_progress ADD COLUMN priority SMALLINT NOT NULL DEFAULT 3,
        ADD CONSTRAINT ck_order_progress_priority CHECK (priority BETWEEN 1 AND 5)
    """,
    """
    ALTER TABLE tasks ADD COLUMN urgency SMALLINT NOT NULL DEFAULT 8,
        ADD CONSTRAINT ck_tasks_urgency CHECK (urgency BETWEEN 1 AND 10)
    """,
    """
    UPDATE tasks SET urgency = 3
    FROM order_progress AS p
    WHERE p.order_id = tasks.order_id AND tasks.done_at IS NULL AND (p.red OR p.escalated)
    """,
    "DROP INDEX ix_tasks_role",
    "DROP INDEX ix_tasks_assignee",
    """
    CREATE INDEX ix_tasks_role ON tasks
        (role, urgency, coalesce(due_at, 'infinity'), order_id, key)
        WHERE done_at IS NULL AND people = '{}'
    """,
    """
    CREATE INDEX ix_tasks_assignee ON tasks
        (assignee_person, urgency, coalesce(due_at, 'infinity'), order_id, key)
        WHERE done_at IS NULL
    """,
)


def upgrade() -> None:
    """Make them."""
    for statement in _STATEMENTS:
        op.execute(statement)
