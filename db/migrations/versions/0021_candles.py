"""Candles of one minute are recorded from the ticks of price feeds."""

import sqlalchemy as sa
from alembic import op

import db.tables.column_types

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    amount = db.tables.column_types.Amount(length=40)
    op.create_table(
        "candle_series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("feed", sa.Text(), nullable=False),
        sa.Column("exchange", sa.String(length=16), nullable=False),
        sa.Column("symbol", sa.String(length=64), nullable=False),
        sa.Column("asked_at", db.tables.column_types.Moment(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candle_series")),
        sa.UniqueConstraint("feed", "exchange", "symbol", name=op.f("uq_candle_series_feed_exchange_symbol")),
    )
    op.create_table(
        "candles",
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("minute", sa.Integer(), nullable=False),
        sa.Column("open", amount, nullable=False),
        sa.Column("high", amount, nullable=False),
        sa.Column("low", amount, nullable=False),
        sa.Column("close", amount, nullable=False),
        sa.Column("volume", sa.BigInteger(), nullable=False),
        sa.Column("oi", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["series_id"], ["candle_series.id"], name=op.f("fk_candles_series_id_candle_series")),
        sa.PrimaryKeyConstraint("series_id", "minute", name=op.f("pk_candles")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("candles")
    op.drop_table("candle_series")
