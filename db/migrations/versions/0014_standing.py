"""Standing approvals, and the orders that were sent under them."""

import sqlalchemy as sa
from alembic import op

from db.tables.column_types import Amount, Moment

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "standing_approvals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.Column("given_by_id", sa.BigInteger(), nullable=False),
        sa.Column("given_at", Moment(length=32), nullable=False),
        sa.Column("stopped_by", sa.Text(), nullable=True),
        sa.Column("stopped_at", Moment(length=32), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_standing_approvals_account_id_accounts"),
        sa.PrimaryKeyConstraint("id", name="pk_standing_approvals"),
    )
    in_force = sa.text("stopped_at IS NULL")
    op.create_index(
        "ix_standing_approvals_in_force",
        "standing_approvals",
        ["account_id"],
        sqlite_where=in_force,
        postgresql_where=in_force,
    )
    op.create_table(
        "standing_uses",
        sa.Column("order_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("standing_id", sa.Integer(), nullable=False),
        sa.Column("used_at", Moment(length=32), nullable=False),
        sa.Column("shares", Amount(length=40), nullable=False),
        sa.Column("lots", sa.Integer(), nullable=False),
        sa.Column("rupees", Amount(length=40), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_standing_uses_order_id_orders"),
        sa.ForeignKeyConstraint(
            ["standing_id"], ["standing_approvals.id"], name="fk_standing_uses_standing_id_standing_approvals"
        ),
        sa.PrimaryKeyConstraint("order_id", name="pk_standing_uses"),
    )
    op.create_index("ix_standing_uses_standing_id_used_at", "standing_uses", ["standing_id", "used_at"])


def downgrade() -> None:
    op.drop_table("standing_uses")
    op.drop_table("standing_approvals")
