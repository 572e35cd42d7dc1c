"""Legs in doubt are put before their client, and credentials of brokers are kept."""

import sqlalchemy as sa
from alembic import op

import db.tables.column_types

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = db.tables.column_types.Moment(length=32)
    op.add_column("legs", sa.Column("asked_at", moment, nullable=True))
    op.add_column("legs", sa.Column("candidates", sa.Text(), nullable=True))
    op.add_column("legs", sa.Column("known_before", sa.Text(), nullable=True))
    op.create_table(
        "left_legs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("leg_id", sa.Integer(), nullable=False),
        sa.Column("client_order_id", sa.String(length=20), nullable=False),
        sa.Column("sent_at", moment, nullable=False),
        sa.Column("known_before", sa.Text(), nullable=True),
        sa.Column("left", sa.String(length=16), nullable=False),
        sa.Column("until", moment, nullable=False),
        sa.Column("found", sa.Text(), nullable=True),
        sa.Column("found_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["leg_id"], ["legs.id"], name=op.f("fk_left_legs_leg_id_legs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_left_legs")),
    )
    op.create_index(op.f("ix_left_legs_leg_id"), "left_legs", ["leg_id"])
    op.create_index(op.f("ix_left_legs_until"), "left_legs", ["until"])
    op.create_table(
        "broker_logins",
        sa.Column("account_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("broker", sa.String(length=40), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_broker_logins_account_id_accounts")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_broker_logins")),
    )


def downgrade() -> None:
    op.drop_table("broker_logins")
    op.drop_table("left_legs")
    for name in ("known_before", "candidates", "asked_at"):
        op.drop_column("legs", name)
