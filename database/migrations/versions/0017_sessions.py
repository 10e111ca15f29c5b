"""How people get in with a browser: passwords, a limit on guessing, and sessions."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_TABLES = r"""
CREATE TABLE credentials (
    person_id TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_credentials PRIMARY KEY (person_id),
    CONSTRAINT ck_credentials_password_hash CHECK (password_hash LIKE '$argon2id$%'),
    CONSTRAINT fk_credentials_person_id FOREIGN KEY(person_id) REFERENCES people (person_id)
);
CREATE TABLE login_guards (
    subject TEXT NOT NULL,
    attempts TIMESTAMP WITH TIME ZONE[] NOT NULL,
    locked_until TIMESTAMP WITH TIME ZONE,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_login_guards PRIMARY KEY (subject),
    CONSTRAINT ck_login_guards_subject CHECK (subject ~ '^[0-9a-f]{64}$')
);
CREATE INDEX ix_login_guards_changed_at ON login_guards (changed_at);
CREATE TABLE sessions (
    token_hash TEXT NOT NULL,
    person_id TEXT NOT NULL,
    csrf_token TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_sessions PRIMARY KEY (token_hash),
    CONSTRAINT ck_sessions_token_hash CHECK (token_hash ~ '^[0-9a-f]{64}$'),
    CONSTRAINT ck_sessions_expires_at CHECK (expires_at > created_at),
    CONSTRAINT fk_sessions_person_id FOREIGN KEY(person_id) REFERENCES people (person_id)
);
CREATE INDEX ix_sessions_person_id ON sessions (person_id);
CREATE INDEX ix_sessions_last_seen_at ON sessions (last_seen_at);
"""


def upgrade() -> None:
    """Make the tables; API keys go on as they were."""
    op.execute(_TABLES)
