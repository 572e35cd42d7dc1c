"""What accounts were worth day by day."""

import sqlalchemy as sa
from alembic import op

import db.tables.column_types

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "day_figures",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("trading_mode", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("starting_equity", db.tables.column_types.Amount(length=40), nullable=False),
        sa.Column("equity", db.tables.column_types.Amount(length=40), nullable=False),
        sa.Column("available", db.tables.column_types.Amount(length=40), nullable=False),
        sa.Column("realised", db.tables.column_types.Amount(length=40), nullable=False),
        sa.Column("unrealised", db.tables.column_types.Amount(length=40), nullable=False),
        sa.Column("charges", db.tables.column_types.Amount(length=40), nullable=False),
        sa.Column("recorded_at", db.tables.column_types.Moment(length=32), nullable=False),
        sa.CheckConstraint("trading_mode IN ('live', 'sandbox')", name=op.f("ck_day_figures_trading_mode")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_day_figures_account_id_accounts")),
        sa.PrimaryKeyConstraint("account_id", "trading_mode", "day", name=op.f("pk_day_figures")),
    )


def downgrade() -> None:
    op.drop_table("day_figures")
