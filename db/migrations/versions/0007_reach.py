"""Which bot sent a card, and who cannot be reached."""

import sqlalchemy as sa
from alembic import op

import db.tables.column_types

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cards", sa.Column("bot_id", sa.BigInteger(), nullable=True))
    op.add_column("approvers", sa.Column("unreachable_since", db.tables.column_types.Moment(length=32), nullable=True))
    op.add_column("approvers", sa.Column("unreachable_why", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("approvers", "unreachable_why")
    op.drop_column("approvers", "unreachable_since")
    op.drop_column("cards", "bot_id")
