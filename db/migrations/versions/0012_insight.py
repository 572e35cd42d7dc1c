"""What each person has hidden from their lists."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "list_marks",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("up_to", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_list_marks_account_id_accounts")),
        sa.PrimaryKeyConstraint("user_id", "account_id", name=op.f("pk_list_marks")),
    )
    op.create_table(
        "kept_orders",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_kept_orders_account_id_accounts")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_kept_orders_order_id_orders")),
        sa.PrimaryKeyConstraint("user_id", "account_id", "order_id", name=op.f("pk_kept_orders")),
    )


def downgrade() -> None:
    op.drop_table("kept_orders")
    op.drop_table("list_marks")
