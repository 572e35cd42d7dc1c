"""The tables of accounts, orders, cards and the audit trail, with the invariants that the database enforces."""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    false,
    literal,
    literal_column,
)

from core.accounts import OrderMode, Role, TradingMode
from core.orders.states import BrokerStatus, QueueStatus
from db.tables.column_types import Amount, Moment
from db.tables.metadata import flagged, metadata, one_of, partial
from db.tables.terms import term_columns, word_checks

accounts = Table(
    "accounts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(80), nullable=False, unique=True),
    Column("broker", String(40), nullable=False),
    Column("order_mode", String(16), nullable=False),
    Column("trading_mode", String(16), nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    # Whether there are rows of limits.
    Column("limited", Boolean, nullable=False, server_default=false()),
    Column("paused_at", Moment),
    Column("paused_by", Text),
    one_of("order_mode", OrderMode),
    one_of("trading_mode", TradingMode),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("label", String(80), nullable=False),
    Column("key_hash", String(64), nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
    Column("revoked_at", Moment),
    # Of a key that was replaced. Revoking does not depend on a clock, and wins.
    Column("works_until", Moment),
    Column("last_used_at", Moment),
)


def still_works() -> ColumnElement[bool]:
    """That a key which was replaced may be used at the moment bound as `now`."""
    return api_keys.c.works_until.is_(None) | (api_keys.c.works_until > bindparam("now"))


approvers = Table(
    "approvers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("user_id", BigInteger, nullable=False, index=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("linked_at", Moment, nullable=False),
    Column("removed_at", Moment),
    Column("unreachable_since", Moment),
    Column("unreachable_why", Text),
    one_of("role", Role),
    partial("uq_approvers_standing", "account_id", "user_id", where="removed_at IS NULL", unique=True),
)

link_codes = Table(
    "link_codes",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("role", String(16), nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    Column("used_by", BigInteger),
    one_of("role", Role),
)

orders = Table(
    "orders",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("api_key_id", ForeignKey("api_keys.id")),
    Column("api_type", String(24), nullable=False),
    Column("strategy", Text, nullable=False),
    Column("order_mode", String(16), nullable=False),
    Column("trading_mode", String(16), nullable=False),
    Column("order_data", Text, nullable=False),
    Column("intent", Text),
    Column("facts", Text),
    Column("notice", Text),
    Column("note", Text),
    Column("bounds", Text),
    Column("signal_prices", Text),
    Column("asked", Text),
    Column("checked", Text),
    Column("status", String(16), nullable=False),
    Column("broker_status", String(16)),
    Column("broker_order_id", Text),
    Column("version", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("execute_by", Moment),
    Column("approved_at", Moment),
    Column("approved_by", Text),
    Column("approved_by_id", BigInteger),
    Column("rejected_at", Moment),
    Column("rejected_by", Text),
    Column("rejected_by_id", BigInteger),
    Column("rejected_reason", Text),
    Column("closed_at", Moment),
    Column("outage", String(32)),
    Column("value", Amount),
    Column("stopped", Text),
    Column("working", Boolean, nullable=False),
    Column("cards_due", Boolean, nullable=False),
    one_of("order_mode", OrderMode),
    one_of("trading_mode", TradingMode),
    one_of("status", QueueStatus),
    one_of("broker_status", BrokerStatus),
    Index("ix_orders_account_id_status", "account_id", "status", "id"),
    Index("ix_orders_account_id", "account_id", "id"),
    Index("ix_orders_created_at", "created_at"),
    partial("ix_orders_waiting", "expires_at", where="status = 'pending'"),
    flagged("ix_orders_working", "id", flag="working"),
    flagged("ix_orders_cards_due", "id", flag="cards_due"),
)

WAITS = (
    orders.c.status == literal_column("'pending'"),
    orders.c.expires_at >= literal(datetime.min.replace(tzinfo=UTC), orders.c.expires_at.type),
)
"""Orders that wait for a person, told so that SQLite walks their own index: a literal, and what the index is of."""

legs = Table(
    "legs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("order_id", ForeignKey("orders.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("part", Integer, nullable=False, server_default="1"),
    *term_columns(),
    Column("broker_status", String(16), nullable=False),
    Column("client_order_id", String(20), nullable=False, unique=True),
    Column("broker_order_id", String(64), index=True),
    Column("filled_quantity", Amount, nullable=False),
    Column("average_price", Amount, nullable=False),
    Column("message", Text, nullable=False),
    Column("sent_at", Moment),
    Column("updated_at", Moment),
    Column("attempts", Integer, nullable=False),
    Column("asked_at", Moment),
    # Order numbers of the broker, as JSON lists.
    Column("candidates", Text),
    Column("known_before", Text),
    one_of("broker_status", BrokerStatus),
    *word_checks(),
    UniqueConstraint("order_id", "number"),
)

left_legs = Table(
    "left_legs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("leg_id", ForeignKey("legs.id"), nullable=False, index=True),
    Column("client_order_id", String(20), nullable=False),
    Column("sent_at", Moment, nullable=False),
    Column("known_before", Text),
    Column("left", String(16), nullable=False),
    Column("until", Moment, nullable=False, index=True),
    Column("found", Text),
    Column("found_at", Moment),
)
"""Legs as they were sent before they were sent again, or dropped, in doubt: they are still looked for."""

cards = Table(
    "cards",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("order_id", ForeignKey("orders.id"), nullable=False, index=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("message_id", BigInteger),
    Column("shown_version", Integer),
    Column("shown_text", String(64)),
    Column("shown_at", Moment),
    Column("due", Boolean, nullable=False),
    Column("urgency", Integer, nullable=False),
    Column("gone", Boolean, nullable=False),
    Column("bot_id", BigInteger),
    Column("posted_at", Moment),
    # The message that stands for the order instead of a card of its own.
    Column("digest_id", Integer),
    UniqueConstraint("chat_id", "message_id"),
    partial("ix_cards_digest_id", "digest_id", where="digest_id IS NOT NULL"),
    flagged("ix_cards_due", "chat_id", "urgency", "order_id", flag="due"),
)

audit_events = Table(
    "audit_events",
    metadata,
    Column("account_id", Integer, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", String(32), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("actor", Text, nullable=False),
    Column("order_id", Integer),
    Column("facts", Text, nullable=False),
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    PrimaryKeyConstraint("account_id", "seq"),
    sqlite_with_rowid=False,
)

audit_heads = Table(
    "audit_heads",
    metadata,
    Column("account_id", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("seal", String(64)),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("api_key_id", ForeignKey("api_keys.id"), nullable=False),
    Column("key", String(255), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("order_id", ForeignKey("orders.id")),
    Column("status", Integer),
    Column("body", Text),
    Column("created_at", Moment, nullable=False, index=True),
    PrimaryKeyConstraint("api_key_id", "key"),
)

confirmations = Table(
    "confirmations",
    metadata,
    Column("token", String(32), primary_key=True),
    Column("user_id", BigInteger, nullable=False),
    Column("what", Text, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
)

heartbeats = Table(
    "heartbeats",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
)
