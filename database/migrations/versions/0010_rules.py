"""The life of a rule set: edited by several, checked, published by somebody else, or discarded."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_COLUMNS = """
DROP TRIGGER rule_sets_keep_published ON rule_sets;

ALTER TABLE rule_sets
    ADD COLUMN revision INTEGER DEFAULT 1 NOT NULL,
    ADD COLUMN based_on TEXT,
    ADD COLUMN editors TEXT[] DEFAULT '{}' NOT NULL,
    ADD COLUMN updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    ADD COLUMN checked_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN checked_digest TEXT,
    ADD COLUMN publication_note TEXT DEFAULT '' NOT NULL,
    ADD COLUMN discarded_at TIMESTAMP WITH TIME ZONE,
    ADD CONSTRAINT fk_rule_sets_based_on FOREIGN KEY(based_on) REFERENCES rule_sets (rule_set_id);

UPDATE rule_sets SET editors = ARRAY[author], updated_at = coalesce(published_at, created_at);
UPDATE rule_sets SET based_on = (SELECT rule_set_id FROM rule_sets WHERE state = 'published')
WHERE state = 'draft';

ALTER TABLE rule_sets DROP CONSTRAINT ck_rule_sets_publisher;
ALTER TABLE rule_sets DROP CONSTRAINT ck_rule_sets_state;
ALTER TABLE rule_sets DROP CONSTRAINT ck_rule_sets_publication;
ALTER TABLE rule_sets
    ADD CONSTRAINT ck_rule_sets_publisher
        CHECK (publisher <> author AND publisher <> ALL (editors)),
    ADD CONSTRAINT ck_rule_sets_author CHECK (author = ANY (editors)),
    ADD CONSTRAINT ck_rule_sets_state
        CHECK (state IN ('draft', 'checked', 'published', 'superseded', 'discarded')),
    ADD CONSTRAINT ck_rule_sets_publication
        CHECK ((state IN ('published', 'superseded')) = (publisher IS NOT NULL)
        AND (publisher IS NULL) = (published_at IS NULL)),
    ADD CONSTRAINT ck_rule_sets_checked
        CHECK (state <> 'checked' OR (checked_at IS NOT NULL
        AND checked_digest IS NOT DISTINCT FROM digest)),
    ADD CONSTRAINT ck_rule_sets_discarded
        CHECK ((state = 'discarded') = (discarded_at IS NOT NULL)),
    ADD CONSTRAINT ck_rule_sets_revision CHECK (revision >= 1);
"""

# A draft may change, but never who it comes from; what was published changes in nothing but that
# it is superseded once.
_IMMUTABLE = """
CREATE OR REPLACE FUNCTION keep_published_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IN ('draft', 'checked') THEN
        IF TG_OP = 'DELETE' THEN
            RETURN OLD;
        END IF;
        IF (NEW.rule_set_id, NEW.number, NEW.author, NEW.created_at)
            IS DISTINCT FROM (OLD.rule_set_id, OLD.number, OLD.author, OLD.created_at)
            OR NOT NEW.editors @> OLD.editors OR NEW.state = 'superseded' THEN
            RAISE EXCEPTION 'rule set % keeps its name, its author and its editors',
                OLD.rule_set_id;
        END IF;
        IF NEW.state = 'published' AND (OLD.state <> 'checked'
            OR (NEW.body, NEW.digest, NEW.editors, NEW.based_on, NEW.revision)
            IS DISTINCT FROM (OLD.body, OLD.digest, OLD.editors, OLD.based_on, OLD.revision)) THEN
            RAISE EXCEPTION 'rule set % is published as it was checked, or not at all',
                OLD.rule_set_id;
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'rule set % is % and stays; publish another one',
            OLD.rule_set_id, OLD.state;
    END IF;
    IF OLD.state <> 'published' OR NEW.state NOT IN ('published', 'superseded')
        OR to_jsonb(NEW) - 'state' IS DISTINCT FROM to_jsonb(OLD) - 'state' THEN
        RAISE EXCEPTION 'rule set % is % and cannot change; publish another one',
            OLD.rule_set_id, OLD.state;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER rule_sets_keep_published BEFORE UPDATE OR DELETE ON rule_sets
    FOR EACH ROW EXECUTE FUNCTION keep_published_rules();
"""


def upgrade() -> None:
    """Keep what was published as it is; open drafts count as made from the version in force."""
    op.execute(_COLUMNS)
    op.execute(_IMMUTABLE)
