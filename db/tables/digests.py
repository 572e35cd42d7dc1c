"""The table of digests: messages that stand for many orders of a burst."""

from sqlalchemy import BigInteger, Boolean, Column, Integer, String, Table

from core.ports import DigestKind
from db.tables.column_types import Moment
from db.tables.metadata import flagged, metadata, one_of

digests = Table(
    "digests",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("began_at", Moment, nullable=False),
    # Whether more orders are put into it.
    Column("is_open", Boolean, nullable=False),
    Column("page", Integer, nullable=False),
    Column("due", Boolean, nullable=False),
    # Counts what happened to it, so that what happens while it is being sent is not missed.
    Column("revision", Integer, nullable=False),
    Column("message_id", BigInteger),
    Column("pinned_id", BigInteger),
    Column("bot_id", BigInteger),
    Column("shown_text", String(64)),
    Column("shown_at", Moment),
    one_of("kind", DigestKind),
    flagged("ix_digests_open", "chat_id", "kind", flag="is_open"),
    flagged("ix_digests_due", "chat_id", flag="due"),
)
