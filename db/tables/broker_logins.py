"""The table of logins at brokers."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text

from db.tables.column_types import Moment
from db.tables.metadata import metadata

broker_logins = Table(
    "broker_logins",
    metadata,
    Column("account_id", Integer, ForeignKey("accounts.id"), primary_key=True, autoincrement=False),
    Column("broker", String(40), nullable=False),
    # Encrypted: what is in it only the service can read.
    Column("sealed", Text, nullable=False),
    Column("changed_at", Moment, nullable=False),
)
