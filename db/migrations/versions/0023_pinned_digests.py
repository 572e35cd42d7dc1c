"""A digest of what waits is pinned in its chat."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("digests", sa.Column("pinned_id", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("digests", "pinned_id")
