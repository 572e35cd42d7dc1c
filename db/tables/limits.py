"""The table of limits."""

from sqlalchemy import Column, ForeignKey, PrimaryKeyConstraint, Table, Text

from db.tables.column_types import Moment
from db.tables.metadata import metadata

limits = Table(
    "limits",
    metadata,
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    # Empty for the whole account.
    Column("strategy", Text, nullable=False),
    Column("bounds", Text, nullable=False),
    Column("changed_at", Moment, nullable=False),
    PrimaryKeyConstraint("account_id", "strategy"),
)
