"""The tables of limits, and of what people are still to be told."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from db.tables.column_types import Moment
from db.tables.metadata import metadata, partial

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

announcements = Table(
    "announcements",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("kind", String(24), nullable=False),
    Column("facts", Text, nullable=False),
    # Two announcements of one occasion to one person cannot be.
    Column("occasion", String(160), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("sent_at", Moment),
    UniqueConstraint("user_id", "occasion"),
    partial("ix_announcements_unsent", "id", where="sent_at IS NULL"),
)
