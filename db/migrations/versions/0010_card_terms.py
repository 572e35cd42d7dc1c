"""What an order's client is told and may change, what was asked before they did, and what they were shown."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None
COLUMNS = ("note", "bounds", "signal_prices", "asked", "checked")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("orders", sa.Column(name, sa.Text(), nullable=True))


def downgrade() -> None:
    for name in reversed(COLUMNS):
        op.drop_column("orders", name)
