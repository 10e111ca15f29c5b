"""Absences and delegates, changes of staff to be followed, and an owner who is there."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_TABLES = r"""
CREATE TABLE absences (
    absence_id BIGINT GENERATED ALWAYS AS IDENTITY,
    person_id TEXT NOT NULL,
    begins_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    delegate_id TEXT,
    note TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    cancelled_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_absences PRIMARY KEY (absence_id),
    CONSTRAINT ck_absences_period CHECK (ends_at > begins_at),
    CONSTRAINT ck_absences_delegate CHECK (delegate_id <> person_id),
    CONSTRAINT fk_absences_person_id FOREIGN KEY(person_id) REFERENCES people (person_id),
    CONSTRAINT fk_absences_delegate_id FOREIGN KEY(delegate_id) REFERENCES people (person_id)
);
CREATE INDEX ix_absences_person ON absences (person_id, ends_at) WHERE cancelled_at IS NULL;
CREATE INDEX ix_absences_delegate ON absences (delegate_id, ends_at) WHERE cancelled_at IS NULL;

CREATE TABLE staff_changes (
    change_id BIGINT GENERATED ALWAYS AS IDENTITY,
    person_id TEXT NOT NULL,
    roles TEXT[] NOT NULL,
    effective_at TIMESTAMP WITH TIME ZONE NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    taken_until TIMESTAMP WITH TIME ZONE,
    done_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_staff_changes PRIMARY KEY (change_id),
    CONSTRAINT fk_staff_changes_person_id FOREIGN KEY(person_id) REFERENCES people (person_id)
);
CREATE INDEX ix_staff_changes_open ON staff_changes (effective_at) WHERE done_at IS NULL;
"""

_IS_AWAY = """
CREATE FUNCTION is_away(person text) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM absences a
        WHERE a.person_id = person AND a.cancelled_at IS NULL
            AND a.begins_at <= now() AND a.ends_at > now()
    )
$$;
"""

# Somebody who is there, along the chain of delegates; NULL when it ends with nobody.
_STAND_IN = """
CREATE FUNCTION stand_in_of(person text) RETURNS text
LANGUAGE sql STABLE AS $$
    WITH RECURSIVE chain AS (
        SELECT person AS person_id, ARRAY[person] AS passed
        UNION ALL
        SELECT a.delegate_id, c.passed || a.delegate_id
        FROM chain c JOIN absences a ON a.person_id = c.person_id
        JOIN people p ON p.person_id = a.delegate_id AND p.active
        WHERE a.cancelled_at IS NULL AND a.begins_at <= now() AND a.ends_at > now()
            AND NOT a.delegate_id = ANY(c.passed)
    )
    SELECT person_id FROM chain
    WHERE person_id <> person AND NOT is_away(person_id) LIMIT 1
$$;
"""

# Whoever is there comes before whoever is away, and the delegate of a role's holder before another
# role; but somebody who is away answers for it rather than nobody.
_OWNER_OF = """
CREATE FUNCTION owner_of(asked text, in_group text) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
    wanted text;
    found text;
BEGIN
    SELECT CASE WHEN is_away(person_id) THEN stand_in_of(person_id) ELSE person_id END
    INTO found FROM people WHERE person_id = asked AND active;
    FOREACH wanted IN ARRAY ARRAY[asked, 'team_lead', 'administrator'] LOOP
        EXIT WHEN found IS NOT NULL;
        SELECT r.person_id INTO found
        FROM person_roles r JOIN people p ON p.person_id = r.person_id AND p.active
        WHERE r.role = wanted
            AND (r.group_code IN ('', in_group) OR in_group = '' OR wanted <> asked)
            AND NOT EXISTS (
                SELECT 1 FROM absences a
                WHERE a.person_id = r.person_id AND a.cancelled_at IS NULL
                    AND a.begins_at <= now() AND a.ends_at > now()
            )
        ORDER BY r.group_code <> in_group, r.group_code <> '', r.group_code, r.person_id
        LIMIT 1;
        EXIT WHEN found IS NOT NULL;
        SELECT stand_in_of(r.person_id) INTO found
        FROM person_roles r JOIN people p ON p.person_id = r.person_id AND p.active
        WHERE r.role = wanted
            AND (r.group_code IN ('', in_group) OR in_group = '' OR wanted <> asked)
            AND stand_in_of(r.person_id) IS NOT NULL
        ORDER BY r.group_code <> in_group, r.group_code <> '', r.group_code, r.person_id
        LIMIT 1;
    END LOOP;
    IF found IS NULL THEN
        SELECT min(person_id) INTO found FROM people WHERE active AND NOT is_away(person_id);
    END IF;
    RETURN coalesce(found, absent_owner_of(asked, in_group));
END
$$;
"""

# A task that names people is the first one's who is there.
_ASSIGNEE_OF = """
CREATE FUNCTION assignee_of(named text[], asked text, in_group text) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT coalesce(
        (SELECT n.person_id FROM unnest(named) WITH ORDINALITY AS n (person_id, place)
            JOIN people p ON p.person_id = n.person_id AND p.active
            WHERE NOT is_away(n.person_id) ORDER BY n.place LIMIT 1),
        owner_of(asked, in_group), named[1])
$$;
"""


def upgrade() -> None:
    """Make them; what chose an owner so far now does so when everybody is away."""
    for statement in (_TABLES, _IS_AWAY, _STAND_IN):
        op.execute(statement)
    op.execute("ALTER FUNCTION owner_of(text, text) RENAME TO absent_owner_of")
    op.execute(_OWNER_OF)
    op.execute(_ASSIGNEE_OF)
