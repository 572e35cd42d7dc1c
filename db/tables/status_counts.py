"""How many orders of each account have each status, kept by triggers on the orders themselves."""

from sqlalchemy import Column, ForeignKey, Integer, PrimaryKeyConstraint, String, Table

from db.tables.metadata import metadata

status_counts = Table(
    "status_counts",
    metadata,
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("status", String(16), nullable=False),
    Column("orders", Integer, nullable=False),
    PrimaryKeyConstraint("account_id", "status"),
    sqlite_with_rowid=False,
)
