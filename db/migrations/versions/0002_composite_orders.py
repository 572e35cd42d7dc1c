"""Orders of several parts, and those whose legs are worked out again at the tap."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("intent", sa.Text(), nullable=True))
    op.add_column("orders", sa.Column("facts", sa.Text(), nullable=True))
    op.add_column("orders", sa.Column("notice", sa.Text(), nullable=True))
    op.add_column("legs", sa.Column("part", sa.Integer(), server_default="1", nullable=False))


def downgrade() -> None:
    op.drop_column("legs", "part")
    for column in ("notice", "facts", "intent"):
        op.drop_column("orders", column)
