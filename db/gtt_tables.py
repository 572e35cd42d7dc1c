"""The table in which the paper broker keeps its triggers."""

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, String, Table, Text, UniqueConstraint

from core.gtt import GttStatus
from core.orders import Action, PriceType, Product
from db.schema import metadata, one_of, partial
from db.types import Amount, Moment

paper_gtts = Table(
    "paper_gtts",
    metadata,
    Column("book", String(40), nullable=False),
    Column("trigger_id", String(20), nullable=False),
    Column("client_order_id", String(20)),
    Column("exchange", String(16), nullable=False),
    Column("symbol", Text, nullable=False),
    Column("action", String(4), nullable=False),
    Column("quantity", Amount, nullable=False),
    Column("pricetype", String(8), nullable=False),
    Column("product", String(8), nullable=False),
    Column("trigger_price", Amount, nullable=False),
    Column("price", Amount, nullable=False),
    # The second side of an OCO.
    Column("other_trigger_price", Amount),
    Column("other_price", Amount),
    Column("expires_at", Moment),
    Column("last_price", Amount, nullable=False),
    Column("status", String(16), nullable=False),
    Column("fired", Integer),
    Column("message", Text, nullable=False),
    Column("strategy", Text, nullable=False),
    Column("placed_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("revision", Integer, nullable=False),
    PrimaryKeyConstraint("book", "trigger_id"),
    UniqueConstraint("book", "client_order_id"),
    one_of("action", Action),
    one_of("pricetype", PriceType),
    one_of("product", Product),
    one_of("status", GttStatus),
    Index("ix_paper_gtts_book_updated_at", "book", "updated_at"),
    partial("ix_paper_gtts_waiting", "book", where="status IN ('active', 'triggering')"),
)
