"""Good-till-triggered orders."""

import sqlalchemy as sa
from alembic import op

import db.tables.column_types

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

IS_WAITING = "status IN ('active', 'triggering')"


def upgrade() -> None:
    op.create_table(
        "paper_gtts",
        sa.Column("book", sa.String(length=40), nullable=False),
        sa.Column("trigger_id", sa.String(length=20), nullable=False),
        sa.Column("client_order_id", sa.String(length=20), nullable=True),
        sa.Column("exchange", sa.String(length=16), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("action", sa.String(length=4), nullable=False),
        sa.Column("quantity", db.tables.column_types.Amount(length=40), nullable=False),
        sa.Column("pricetype", sa.String(length=8), nullable=False),
        sa.Column("product", sa.String(length=8), nullable=False),
        sa.Column("trigger_price", db.tables.column_types.Amount(length=40), nullable=False),
        sa.Column("price", db.tables.column_types.Amount(length=40), nullable=False),
        sa.Column("other_trigger_price", db.tables.column_types.Amount(length=40), nullable=True),
        sa.Column("other_price", db.tables.column_types.Amount(length=40), nullable=True),
        sa.Column("expires_at", db.tables.column_types.Moment(length=32), nullable=True),
        sa.Column("last_price", db.tables.column_types.Amount(length=40), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("fired", sa.Integer(), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("strategy", sa.Text(), nullable=False),
        sa.Column("placed_at", db.tables.column_types.Moment(length=32), nullable=False),
        sa.Column("updated_at", db.tables.column_types.Moment(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("action IN ('BUY', 'SELL')", name=op.f("ck_paper_gtts_action")),
        sa.CheckConstraint("pricetype IN ('MARKET', 'LIMIT', 'SL', 'SL-M')", name=op.f("ck_paper_gtts_pricetype")),
        sa.CheckConstraint("product IN ('MIS', 'NRML', 'CNC')", name=op.f("ck_paper_gtts_product")),
        sa.CheckConstraint(
            "status IN ('active', 'triggering', 'triggered', 'cancelled', 'expired', 'rejected')",
            name=op.f("ck_paper_gtts_status"),
        ),
        sa.PrimaryKeyConstraint("book", "trigger_id", name=op.f("pk_paper_gtts")),
        sa.UniqueConstraint("book", "client_order_id", name=op.f("uq_paper_gtts_book_client_order_id")),
    )
    op.create_index("ix_paper_gtts_book_updated_at", "paper_gtts", ["book", "updated_at"], unique=False)
    clause = sa.text(IS_WAITING)
    op.create_index(
        "ix_paper_gtts_waiting",
        "paper_gtts",
        ["book"],
        unique=False,
        sqlite_where=clause,
        postgresql_where=clause,
    )


def downgrade() -> None:
    op.drop_index("ix_paper_gtts_waiting", table_name="paper_gtts")
    op.drop_index("ix_paper_gtts_book_updated_at", table_name="paper_gtts")
    op.drop_table("paper_gtts")
