"""The tables of notices: what is to be sent, up to where the trail was looked at, and what people want."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from db.tables.column_types import Moment
from db.tables.metadata import metadata, partial

notices = Table(
    "notices",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", BigInteger, nullable=False),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("key", String(80), nullable=False),
    Column("topic", String(16), nullable=False),
    Column("facts", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("order_id", ForeignKey("orders.id")),
    Column("created_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("answer", Text, nullable=False),
    # How often it happened; sent again, it changes the message that told of it first.
    Column("times", Integer, nullable=False, server_default="1"),
    Column("message_id", BigInteger),
    UniqueConstraint("user_id", "key"),
    Index("ix_notices_told", "account_id", "topic", "at"),
    Index("ix_notices_finished_at", "finished_at"),
    partial("ix_notices_due", "user_id", "id", where="finished_at IS NULL"),
)

notice_positions = Table(
    "notice_positions",
    metadata,
    Column("account_id", ForeignKey("accounts.id"), primary_key=True, autoincrement=False),
    Column("position", Integer, nullable=False),
)

reader_languages = Table(
    "reader_languages",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    # Without a check: another language needs no migration.
    Column("language", String(16), nullable=False),
)

notice_settings = Table(
    "notice_settings",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("settings", Text, nullable=False),
)
