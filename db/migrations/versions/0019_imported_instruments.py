"""Instruments of another program are kept, for the paper broker to list."""

import sqlalchemy as sa
from alembic import op

import db.tables.column_types

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    amount = db.tables.column_types.Amount(length=40)
    op.create_table(
        "imported_instruments",
        sa.Column("exchange", sa.String(length=16), nullable=False),
        sa.Column("symbol", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("type", sa.String(length=8), nullable=False),
        sa.Column("lot", sa.Integer(), nullable=False),
        sa.Column("tick", amount, nullable=False),
        sa.Column("freeze_quantity", sa.Integer(), nullable=False),
        sa.Column("expiry", sa.Date(), nullable=True),
        sa.Column("strike", amount, nullable=True),
        sa.Column("has_derivatives", sa.Boolean(), nullable=False),
        sa.CheckConstraint("type IN ('EQ', 'INDEX', 'FUT', 'CE', 'PE')", name=op.f("ck_imported_instruments_type")),
        sa.PrimaryKeyConstraint("exchange", "symbol", name=op.f("pk_imported_instruments")),
    )
    op.create_index("ix_imported_instruments_chain", "imported_instruments", ["exchange", "name", "expiry"])
    op.create_table(
        "imported_lists",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("imported_at", db.tables.column_types.Moment(length=32), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_lists")),
    )


def downgrade() -> None:
    op.drop_table("imported_lists")
    op.drop_table("imported_instruments")
