"""The tables of recorded candles."""

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

from db.tables.column_types import Amount, Moment
from db.tables.metadata import metadata

candle_series = Table(
    "candle_series",
    metadata,
    Column("id", Integer, primary_key=True),
    # What the prices were recorded from: made up ones never get among those of a market.
    Column("feed", Text, nullable=False),
    Column("exchange", String(16), nullable=False),
    Column("symbol", String(64), nullable=False),
    # When somebody asked for its candles last; empty until then.
    Column("asked_at", Moment),
    UniqueConstraint("feed", "exchange", "symbol"),
)

candles = Table(
    "candles",
    metadata,
    Column("series_id", ForeignKey("candle_series.id"), nullable=False),
    # Minutes since 1970, UTC: there are millions of rows, and this is a fifth of a time's text.
    Column("minute", Integer, nullable=False),
    Column("open", Amount, nullable=False),
    Column("high", Amount, nullable=False),
    Column("low", Amount, nullable=False),
    Column("close", Amount, nullable=False),
    Column("volume", BigInteger, nullable=False),
    Column("oi", BigInteger, nullable=False),
    PrimaryKeyConstraint("series_id", "minute"),
    sqlite_with_rowid=False,
)
