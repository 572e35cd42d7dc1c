"""Reaching strategies: senders without keys, hooks, deliveries."""

import sqlalchemy as sa
from alembic import op

import db.tables.column_types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

IS_LEG_EVENT = "kind >= 'leg.' AND kind < 'leg/'"


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    clause = sa.text(where)
    op.create_index(name, table, columns, unique=False, sqlite_where=clause, postgresql_where=clause)


def upgrade() -> None:
    op.create_table(
        "senders",
        sa.Column("api_key_id", sa.Integer(), nullable=False),
        sa.Column("strategy", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["api_key_id"], ["api_keys.id"], name=op.f("fk_senders_api_key_id_api_keys")),
        sa.PrimaryKeyConstraint("api_key_id", name=op.f("pk_senders")),
    )
    op.create_table(
        "repeats",
        sa.Column("api_key_id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("first_at", db.tables.column_types.Moment(length=32), nullable=False),
        sa.ForeignKeyConstraint(["api_key_id"], ["api_keys.id"], name=op.f("fk_repeats_api_key_id_api_keys")),
        sa.PrimaryKeyConstraint("api_key_id", "fingerprint", name=op.f("pk_repeats")),
    )
    op.create_index(op.f("ix_repeats_first_at"), "repeats", ["first_at"])
    op.create_table(
        "hooks",
        sa.Column("account_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("rotation", sa.Integer(), nullable=False),
        sa.Column("rotated_at", db.tables.column_types.Moment(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("stopped_at", db.tables.column_types.Moment(length=32), nullable=True),
        sa.Column("stopped_why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_hooks_account_id_accounts")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_hooks")),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=16), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", db.tables.column_types.Moment(length=32), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", db.tables.column_types.Moment(length=32), nullable=False),
        sa.Column("finished_at", db.tables.column_types.Moment(length=32), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.CheckConstraint("status IN ('due', 'delivered', 'given up')", name=op.f("ck_deliveries_status")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_deliveries_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("account_id", "seq", name=op.f("uq_deliveries_account_id_seq")),
    )
    op.create_index("ix_deliveries_finished_at", "deliveries", ["finished_at"])
    _partial("ix_deliveries_due", "deliveries", ["account_id", "order_id", "id"], "status = 'due'")
    _partial("ix_orders_undecided", "orders", ["account_id", "strategy"], "status = 'pending'")
    _partial("ix_audit_events_legs", "audit_events", ["order_id", "seq"], IS_LEG_EVENT)


def downgrade() -> None:
    op.drop_index("ix_audit_events_legs", "audit_events")
    op.drop_index("ix_orders_undecided", "orders")
    for table in ("deliveries", "hooks", "repeats", "senders"):
        op.drop_table(table)
