"""Limits, pausing an account, what orders are worth, and announcements to people."""

import sqlalchemy as sa
from alembic import op

from db.tables.column_types import Amount, Moment

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("accounts", sa.Column("limited", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("accounts", sa.Column("paused_at", Moment(length=32), nullable=True))
    op.add_column("accounts", sa.Column("paused_by", sa.Text(), nullable=True))
    op.add_column("orders", sa.Column("value", Amount(length=40), nullable=True))
    op.add_column("orders", sa.Column("stopped", sa.Text(), nullable=True))
    op.create_table(
        "limits",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("strategy", sa.Text(), nullable=False),
        sa.Column("bounds", sa.Text(), nullable=False),
        sa.Column("changed_at", Moment(length=32), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_limits_account_id_accounts"),
        sa.PrimaryKeyConstraint("account_id", "strategy", name="pk_limits"),
    )
    op.create_table(
        "announcements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("occasion", sa.String(length=160), nullable=False),
        sa.Column("created_at", Moment(length=32), nullable=False),
        sa.Column("sent_at", Moment(length=32), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_announcements_account_id_accounts"),
        sa.PrimaryKeyConstraint("id", name="pk_announcements"),
        sa.UniqueConstraint("user_id", "occasion", name="uq_announcements_user_id_occasion"),
    )
    unsent = sa.text("sent_at IS NULL")
    op.create_index(
        "ix_announcements_unsent", "announcements", ["id"], sqlite_where=unsent, postgresql_where=unsent
    )


def downgrade() -> None:
    op.drop_table("announcements")
    op.drop_table("limits")
    op.drop_column("orders", "stopped")
    op.drop_column("orders", "value")
    op.drop_column("accounts", "paused_by")
    op.drop_column("accounts", "paused_at")
    op.drop_column("accounts", "limited")
