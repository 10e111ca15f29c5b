"""People, their roles and keys, groups and rule sets."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = r"""
CREATE TABLE people (
    person_id TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    phone TEXT NOT NULL,
    locale TEXT NOT NULL,
    superior_id TEXT,
    approval_limit NUMERIC(24, 6),
    active BOOLEAN NOT NULL,
    CONSTRAINT pk_people PRIMARY KEY (person_id),
    CONSTRAINT ck_people_locale CHECK (locale IN ('en', 'zh')),
    CONSTRAINT ck_people_superior CHECK (superior_id <> person_id),
    CONSTRAINT ck_people_approval_limit CHECK (approval_limit >= 0),
    CONSTRAINT fk_people_superior_id FOREIGN KEY(superior_id) REFERENCES people (person_id)
);


CREATE TABLE person_roles (
    person_id TEXT NOT NULL,
    role TEXT NOT NULL,
    group_code TEXT NOT NULL,
    CONSTRAINT pk_person_roles PRIMARY KEY (person_id, role, group_code),
    CONSTRAINT fk_person_roles_person_id FOREIGN KEY(person_id) REFERENCES people (person_id)
);
CREATE INDEX ix_person_roles_role ON person_roles (role, group_code);

CREATE TABLE api_keys (
    key_hash TEXT NOT NULL,
    person_id TEXT NOT NULL,
    label TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    last_used_at TIMESTAMP WITH TIME ZONE,
    revoked_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_api_keys PRIMARY KEY (key_hash),
    CONSTRAINT ck_api_keys_key_hash CHECK (key_hash ~ '^[0-9a-f]{64}$'),
    CONSTRAINT fk_api_keys_person_id FOREIGN KEY(person_id) REFERENCES people (person_id)
);
CREATE INDEX ix_api_keys_person_id ON api_keys (person_id);

CREATE TABLE groups (
    code TEXT NOT NULL,
    name_en TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    warehouse TEXT NOT NULL,
    CONSTRAINT pk_groups PRIMARY KEY (code),
    CONSTRAINT ck_groups_code CHECK (code <> '')
);


CREATE TABLE rule_sets (
    rule_set_id TEXT NOT NULL,
    number INTEGER GENERATED ALWAYS AS IDENTITY,
    body JSONB NOT NULL,
    digest TEXT NOT NULL,
    state TEXT DEFAULT 'draft' NOT NULL,
    author TEXT NOT NULL,
    publisher TEXT,
    note TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_rule_sets PRIMARY KEY (rule_set_id),
    CONSTRAINT ck_rule_sets_publisher CHECK (publisher <> author),
    CONSTRAINT ck_rule_sets_state CHECK (state IN ('draft', 'published', 'superseded')),
    CONSTRAINT ck_rule_sets_publication
        CHECK ((state = 'draft') = (publisher IS NULL)
        AND (state = 'draft') = (published_at IS NULL)),
    CONSTRAINT uq_rule_sets_number UNIQUE (number)
);
CREATE UNIQUE INDEX ix_rule_sets_published ON rule_sets ((true)) WHERE state = 'published';

CREATE TABLE fx_rates (
    rate_id TEXT NOT NULL,
    currency TEXT NOT NULL,
    base TEXT NOT NULL,
    rate NUMERIC(24, 6) NOT NULL,
    valid_from DATE NOT NULL,
    CONSTRAINT pk_fx_rates PRIMARY KEY (rate_id),
    CONSTRAINT uq_fx_rates_currency_base_valid_from UNIQUE (currency, base, valid_from),
    CONSTRAINT ck_fx_rates_rate CHECK (rate > 0),
    CONSTRAINT ck_fx_rates_currency CHECK (currency <> base)
);

"""

_OWNER_OF = """
CREATE FUNCTION owner_of(asked text, in_group text) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
    wanted text;
    found text;
BEGIN
    SELECT person_id INTO found FROM people WHERE person_id = asked AND active;
    FOREACH wanted IN ARRAY ARRAY[asked, 'team_lead', 'administrator'] LOOP
        EXIT WHEN found IS NOT NULL;
        SELECT r.person_id INTO found
        FROM person_roles r JOIN people p ON p.person_id = r.person_id AND p.active
        WHERE r.role = wanted
            AND (r.group_code IN ('', in_group) OR in_group = '' OR wanted <> asked)
        ORDER BY r.group_code <> in_group, r.group_code <> '', r.group_code, r.person_id
        LIMIT 1;
    END LOOP;
    IF found IS NULL THEN
        SELECT min(person_id) INTO found FROM people WHERE active;
    END IF;
    RETURN found;
END
$$;
"""

_IMMUTABLE = """
CREATE FUNCTION keep_published_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'rule set % is published and stays; publish another one', OLD.rule_set_id;
    END IF;
    IF OLD.state = 'superseded' OR NEW.state = 'draft'
        OR (NEW.rule_set_id, NEW.number, NEW.body, NEW.digest, NEW.author, NEW.publisher,
            NEW.note, NEW.created_at, NEW.published_at)
        IS DISTINCT FROM (OLD.rule_set_id, OLD.number, OLD.body, OLD.digest, OLD.author,
            OLD.publisher, OLD.note, OLD.created_at, OLD.published_at) THEN
        RAISE EXCEPTION 'rule set % is published and cannot change; publish another one',
            OLD.rule_set_id;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER rule_sets_keep_published BEFORE UPDATE OR DELETE ON rule_sets
    FOR EACH ROW WHEN (OLD.state <> 'draft') EXECUTE FUNCTION keep_published_rules();
"""


def upgrade() -> None:
    """Make them."""
    op.execute(_TABLES)
    op.execute(_OWNER_OF)
    op.execute(_IMMUTABLE)
