"""The table of each account's value day by day."""

from sqlalchemy import Column, Date, ForeignKey, PrimaryKeyConstraint, String, Table

from core.accounts import TradingMode
from db.tables.column_types import Amount, Moment
from db.tables.metadata import metadata, one_of

day_figures = Table(
    "day_figures",
    metadata,
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("trading_mode", String(16), nullable=False),
    # The trading day in India, from 03:00 on.
    Column("day", Date, nullable=False),
    Column("starting_equity", Amount, nullable=False),
    Column("equity", Amount, nullable=False),
    Column("available", Amount, nullable=False),
    Column("realised", Amount, nullable=False),
    Column("unrealised", Amount, nullable=False),
    Column("charges", Amount, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    PrimaryKeyConstraint("account_id", "trading_mode", "day"),
    one_of("trading_mode", TradingMode),
)
