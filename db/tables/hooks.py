"""The tables of alert addresses and hooks, and indexes of the audit trail for counts and events."""

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from core.ports.hooks import DeliveryStatus
from db.tables.column_types import Moment
from db.tables.metadata import metadata, one_of, partial
from db.tables.orders import audit_events, orders

IS_LEG_EVENT = "kind >= 'leg.' AND kind < 'leg/'"
"""The condition of the index: SQLite only uses a partial index whose condition is in the query word for word."""

alert_addresses = Table(
    "senders",
    metadata,
    Column("api_key_id", ForeignKey("api_keys.id"), primary_key=True),
    Column("strategy", Text, nullable=False),
)

repeats = Table(
    "repeats",
    metadata,
    Column("api_key_id", ForeignKey("api_keys.id"), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("first_at", Moment, nullable=False, index=True),
    PrimaryKeyConstraint("api_key_id", "fingerprint"),
)

hooks = Table(
    "hooks",
    metadata,
    Column("account_id", ForeignKey("accounts.id"), primary_key=True, autoincrement=False),
    Column("url", Text, nullable=False),
    Column("rotation", Integer, nullable=False),
    Column("rotated_at", Moment, nullable=False),
    Column("position", Integer, nullable=False),
    Column("stopped_at", Moment),
    Column("stopped_why", Text, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("order_id", Integer, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("event", String(16), nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("status", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("answer", Text, nullable=False),
    one_of("status", DeliveryStatus),
    UniqueConstraint("account_id", "seq"),
    Index("ix_deliveries_finished_at", "finished_at"),
    partial("ix_deliveries_due", "account_id", "order_id", "id", where="status = 'due'"),
)

Index("ix_orders_undecided", orders.c.account_id, orders.c.strategy, sqlite_where=text("status = 'pending'"))
Index("ix_audit_events_legs", audit_events.c.order_id, audit_events.c.seq, sqlite_where=text(IS_LEG_EVENT))
