"""The table of what charting programs keep here: how charts are set up."""

from sqlalchemy import Column, ForeignKey, PrimaryKeyConstraint, String, Table, Text

from db.tables.column_types import Moment
from db.tables.metadata import metadata

chart_preferences = Table(
    "chart_preferences",
    metadata,
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("name", String(50), nullable=False),
    # JSON, which nobody here reads.
    Column("value", Text, nullable=False),
    Column("updated_at", Moment, nullable=False),
    PrimaryKeyConstraint("account_id", "name"),
)
