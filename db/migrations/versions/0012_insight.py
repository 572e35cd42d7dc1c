"""What each person has hidden from their lists, and the notices that people get."""

import sqlalchemy as sa
from alembic import op

import db.tables.column_types

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
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("topic", sa.String(length=16), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("at", db.tables.column_types.Moment(length=32), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=True),
        sa.Column("created_at", db.tables.column_types.Moment(length=32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", db.tables.column_types.Moment(length=32), nullable=False),
        sa.Column("finished_at", db.tables.column_types.Moment(length=32), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_notices_account_id_accounts")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_notices_order_id_orders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("user_id", "key", name=op.f("uq_notices_user_id_key")),
    )
    op.create_index("ix_notices_told", "notices", ["account_id", "topic", "at"])
    op.create_index("ix_notices_finished_at", "notices", ["finished_at"])
    unsent = sa.text("finished_at IS NULL")
    op.create_index(
        "ix_notices_due", "notices", ["user_id", "id"], sqlite_where=unsent, postgresql_where=unsent
    )
    op.create_table(
        "notice_positions",
        sa.Column("account_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_notice_positions_account_id_accounts")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_notice_positions")),
    )
    # What happened before is no news to anybody.
    op.execute(
        "INSERT INTO notice_positions (account_id, position) "
        "SELECT accounts.id, audit_heads.seq FROM accounts JOIN audit_heads ON audit_heads.account_id = accounts.id"
    )
    op.create_table(
        "notice_settings",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_notice_settings")),
    )


def downgrade() -> None:
    op.drop_table("notice_settings")
    op.drop_table("notice_positions")
    op.drop_table("notices")
    op.drop_table("kept_orders")
    op.drop_table("list_marks")
