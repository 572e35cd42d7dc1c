"""A sandbox that behaves like a market: leverage, days, charges, queues; daily figures start from what there was."""

from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from alembic import op

import db.tables.column_types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

AMOUNT = db.tables.column_types.Amount(length=40)
NEW = {
    "paper_books": (
        ("capital", AMOUNT, "0"),
        (
            "leverage",
            sa.Text(),
            '{"equity_mis": "5", "equity_cnc": "1", "futures": "10", "option_buy": "1", "option_sell": "10"}',
        ),
        ("realised", AMOUNT, "0"),
        ("realised_today", AMOUNT, "0"),
        ("charges", AMOUNT, "0"),
        ("charges_today", AMOUNT, "0"),
        ("reset_count", sa.Integer(), "0"),
    ),
    "paper_orders": (
        ("queued_at", db.tables.column_types.Moment(length=32), "1970-01-01T00:00:00.000000+00:00"),
        ("reserve_price", AMOUNT, "0"),
        ("takes", sa.Boolean(), sa.false()),
    ),
    "paper_trades": (("charges", AMOUNT, "0"),),
    "paper_positions": (("realised_today", AMOUNT, "0"),),
}
EMPTY: tuple[tuple[str, str, Any], ...] = (
    ("paper_books", "day", sa.Date()),
    ("paper_books", "journaled_rules", sa.Text()),
    ("paper_books", "last_reset", db.tables.column_types.Moment(length=32)),
    ("paper_orders", "arrives_at", db.tables.column_types.Moment(length=32)),
    ("paper_holdings", "settled_on", sa.Date()),
)


def upgrade() -> None:
    for table, columns in NEW.items():
        for name, kind, default in columns:
            op.add_column(table, sa.Column(name, kind, nullable=False, server_default=default))
    for table, name, kind in EMPTY:
        op.add_column(table, sa.Column(name, kind, nullable=True))
    _carry_over()
    op.drop_column("paper_books", "cash")
    op.create_table(
        "paper_resets",
        sa.Column("book", sa.String(length=40), nullable=False),
        sa.Column("capital", AMOUNT, nullable=False),
        sa.Column("leverage", sa.Text(), nullable=False),
        sa.Column("requested_at", db.tables.column_types.Moment(length=32), nullable=False),
        sa.PrimaryKeyConstraint("book", name=op.f("pk_paper_resets")),
    )


def _carry_over() -> None:
    """What was cash is now capital and profit; what waits keeps its place."""
    connection = op.get_bind()
    positions = sa.table("paper_positions", sa.column("book"), sa.column("realised", AMOUNT))
    books = sa.table(
        "paper_books",
        sa.column("book"),
        sa.column("cash", AMOUNT),
        sa.column("capital", AMOUNT),
        sa.column("realised", AMOUNT),
    )
    profits: dict[str, Decimal] = {}
    for book, realised in connection.execute(sa.select(positions.c.book, positions.c.realised)):
        profits[book] = profits.get(book, Decimal(0)) + realised
    for book, cash in connection.execute(sa.select(books.c.book, books.c.cash)).all():
        realised = profits.get(book, Decimal(0))
        money = {"capital": cash - realised, "realised": realised}
        connection.execute(books.update().where(books.c.book == book).values(**money))
    connection.execute(
        sa.text(
            "UPDATE paper_orders SET queued_at = placed_at, "
            "reserve_price = CASE pricetype WHEN 'SL-M' THEN trigger_price ELSE price END"
        )
    )
