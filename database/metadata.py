"""The one MetaData of our tables: constraint names, and the column types that must be the same
everywhere."""

from sqlalchemy import DateTime, MetaData, Numeric

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

# An instant; the session's time zone is UTC, so every value comes back aware and in UTC.
Instant = DateTime(timezone=True)

# An amount of money or an exchange rate: 18 digits before and 6 after the decimal point.
Money = Numeric(24, 6)
