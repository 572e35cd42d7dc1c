"""The tables of standing approvals and of what was sent under them."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text

from db.tables.column_types import Amount, Moment
from db.tables.metadata import metadata, partial

standing_approvals = Table(
    "standing_approvals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("terms", Text, nullable=False),
    Column("given_by", Text, nullable=False),
    Column("given_by_id", BigInteger, nullable=False),
    Column("given_at", Moment, nullable=False),
    Column("stopped_by", Text),
    Column("stopped_at", Moment),
    partial("ix_standing_approvals_in_force", "account_id", where="stopped_at IS NULL"),
)

standing_uses = Table(
    "standing_uses",
    metadata,
    # An order is sent under one approval, once.
    Column("order_id", ForeignKey("orders.id"), primary_key=True, autoincrement=False),
    Column("standing_id", ForeignKey("standing_approvals.id"), nullable=False),
    Column("used_at", Moment, nullable=False),
    Column("shares", Amount, nullable=False),
    Column("lots", Integer, nullable=False),
    Column("rupees", Amount, nullable=False),
    Index("ix_standing_uses_standing_id_used_at", "standing_id", "used_at"),
)
