"""The tables of the paper broker's books, and of instruments that came over from another program."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from core.market.instruments import InstrumentType
from core.orders.gtt import GttStatus
from db.tables.column_types import Amount, Moment
from db.tables.metadata import metadata, one_of, partial
from db.tables.terms import instrument_columns, term_columns, word_checks

USUAL_LEVERAGE = '{"equity_mis": "5", "equity_cnc": "1", "futures": "10", "option_buy": "1", "option_sell": "10"}'

paper_books = Table(
    "paper_books",
    metadata,
    Column("book", String(40), primary_key=True),
    # What has a default was added to books that were there already.
    Column("capital", Amount, nullable=False, server_default="0"),
    # JSON: rupees of value to a rupee of margin, by kind.
    Column("leverage", Text, nullable=False, server_default=USUAL_LEVERAGE),
    Column("realised", Amount, nullable=False, server_default="0"),
    Column("realised_today", Amount, nullable=False, server_default="0"),
    Column("charges", Amount, nullable=False, server_default="0"),
    Column("charges_today", Amount, nullable=False, server_default="0"),
    Column("last_order_number", Integer, nullable=False),
    Column("day", Date),
    Column("last_reset", Moment),
    Column("reset_count", Integer, nullable=False, server_default="0"),
    # The rules last written to the audit trail; empty while it has no event of this book.
    Column("journaled_rules", Text),
)

paper_resets = Table(
    "paper_resets",
    metadata,
    Column("book", String(40), primary_key=True),
    Column("capital", Amount, nullable=False),
    Column("leverage", Text, nullable=False),
    Column("requested_at", Moment, nullable=False),
)

paper_orders = Table(
    "paper_orders",
    metadata,
    Column("broker_order_id", String(20), primary_key=True),
    Column("book", String(40), nullable=False),
    Column("client_order_id", String(20)),
    *term_columns(),
    Column("status", String(16), nullable=False),
    Column("placed_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("filled_quantity", Amount, nullable=False),
    Column("average_price", Amount, nullable=False),
    Column("message", Text, nullable=False),
    Column("strategy", Text, nullable=False),
    Column("queued_at", Moment, nullable=False, server_default="1970-01-01T00:00:00.000000+00:00"),
    Column("arrives_at", Moment),
    Column("reserve_price", Amount, nullable=False, server_default="0"),
    Column("takes", Boolean, nullable=False, server_default=false()),
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
    Column("charges", Amount, nullable=False, server_default="0"),
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
    Column("realised_today", Amount, nullable=False, server_default="0"),
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
    Column("settled_on", Date),
    PrimaryKeyConstraint("book", "exchange", "symbol"),
)


paper_gtts = Table(
    "paper_gtts",
    metadata,
    Column("book", String(40), nullable=False),
    Column("trigger_id", String(20), nullable=False),
    Column("client_order_id", String(20)),
    *instrument_columns(),
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
    *word_checks(),
    one_of("status", GttStatus),
    Index("ix_paper_gtts_book_updated_at", "book", "updated_at"),
    partial("ix_paper_gtts_waiting", "book", where="status IN ('active', 'triggering')"),
)

imported_instruments = Table(
    "imported_instruments",
    metadata,
    Column("exchange", String(16), nullable=False),
    Column("symbol", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    Column("type", String(8), nullable=False),
    Column("lot", Integer, nullable=False),
    Column("tick", Amount, nullable=False),
    Column("freeze_quantity", Integer, nullable=False),
    Column("expiry", Date),
    Column("strike", Amount),
    Column("has_derivatives", Boolean, nullable=False),
    PrimaryKeyConstraint("exchange", "symbol"),
    one_of("type", InstrumentType),
    Index("ix_imported_instruments_chain", "exchange", "name", "expiry"),
)

imported_lists = Table(
    "imported_lists",
    metadata,
    # There is one at most.
    Column("id", Integer, primary_key=True),
    Column("as_of", Date, nullable=False),
    Column("imported_at", Moment, nullable=False),
    Column("count", Integer, nullable=False),
    # SHA-256 over the instruments as they were read.
    Column("digest", String(64), nullable=False),
)
