"""Messages that stand for many orders of a burst, and when a card was sent first."""

import sqlalchemy as sa
from alembic import op

import db.tables.column_types

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "digests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("began_at", db.tables.column_types.Moment(length=32), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("due", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("bot_id", sa.BigInteger(), nullable=True),
        sa.Column("shown_text", sa.String(length=64), nullable=True),
        sa.Column("shown_at", db.tables.column_types.Moment(length=32), nullable=True),
        sa.CheckConstraint("kind IN ('waiting', 'auto')", name=op.f("ck_digests_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digests")),
    )
    for name, columns, flag in (("open", ["chat_id", "kind"], "is_open"), ("due", ["chat_id"], "due")):
        op.create_index(
            f"ix_digests_{name}",
            "digests",
            columns,
            sqlite_where=sa.text(f"{flag} = 1"),
            postgresql_where=sa.text(flag),
        )
    op.add_column("cards", sa.Column("posted_at", db.tables.column_types.Moment(length=32), nullable=True))
    op.add_column("cards", sa.Column("digest_id", sa.Integer(), nullable=True))
    in_one = sa.text("digest_id IS NOT NULL")
    op.create_index(
        "ix_cards_digest_id", "cards", ["digest_id"], sqlite_where=in_one, postgresql_where=in_one
    )


def downgrade() -> None:
    op.drop_index("ix_cards_digest_id", "cards")
    op.drop_column("cards", "digest_id")
    op.drop_column("cards", "posted_at")
    op.drop_table("digests")
