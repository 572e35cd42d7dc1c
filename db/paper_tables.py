"""The tables in which the paper broker keeps its books."""

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, String, Table, Text, UniqueConstraint

from db.schema import metadata, partial
from db.types import Amount, Moment

paper_books = Table(
    "paper_books",
    metadata,
    Column("book", String(40), primary_key=True),
    Column("cash", Amount, nullable=False),
    Column("last_order_number", Integer, nullable=False),
)

paper_orders = Table(
    "paper_orders",
    metadata,
    Column("broker_order_id", String(20), primary_key=True),
    Column("book", String(40), nullable=False),
    Column("client_order_id", String(20)),
    Column("exchange", String(16), nullable=False),
    Column("symbol", Text, nullable=False),
    Column("action", String(4), nullable=False),
    Column("quantity", Amount, nullable=False),
    Column("pricetype", String(8), nullable=False),
    Column("product", String(8), nullable=False),
    Column("price", Amount, nullable=False),
    Column("trigger_price", Amount, nullable=False),
    Column("disclosed_quantity", Integer, nullable=False),
    Column("status", String(16), nullable=False),
    Column("placed_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("filled_quantity", Amount, nullable=False),
    Column("average_price", Amount, nullable=False),
    Column("message", Text, nullable=False),
    Column("strategy", Text, nullable=False),
    UniqueConstraint("book", "client_order_id"),
    Index("ix_paper_orders_book_updated_at", "book", "updated_at"),
    partial("ix_paper_orders_open", "book", where="status IN ('open', 'trigger pending')"),
)

paper_trades = Table(
    "paper_trades",
    metadata,
    Column("trade_id", String(48), primary_key=True),
    Column("book", String(40), nullable=False),
    Column("broker_order_id", String(20), nullable=False),
    Column("exchange", String(16), nullable=False),
    Column("symbol", Text, nullable=False),
    Column("action", String(4), nullable=False),
    Column("product", String(8), nullable=False),
    Column("quantity", Amount, nullable=False),
    Column("price", Amount, nullable=False),
    Column("at", Moment, nullable=False),
    Column("strategy", Text, nullable=False),
    Index("ix_paper_trades_book_at", "book", "at"),
)

paper_positions = Table(
    "paper_positions",
    metadata,
    Column("book", String(40), nullable=False),
    Column("exchange", String(16), nullable=False),
    Column("symbol", Text, nullable=False),
    Column("product", String(8), nullable=False),
    Column("quantity", Amount, nullable=False),
    Column("average_price", Amount, nullable=False),
    Column("realised", Amount, nullable=False),
    PrimaryKeyConstraint("book", "exchange", "symbol", "product"),
)

paper_holdings = Table(
    "paper_holdings",
    metadata,
    Column("book", String(40), nullable=False),
    Column("exchange", String(16), nullable=False),
    Column("symbol", Text, nullable=False),
    Column("quantity", Amount, nullable=False),
    Column("average_price", Amount, nullable=False),
    PrimaryKeyConstraint("book", "exchange", "symbol"),
)
