"""Until when a replaced key works, when each was used last, and what the installation knows about itself."""

import sqlalchemy as sa
from alembic import op

import db.tables.column_types

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None
KEY_COLUMNS = ("works_until", "last_used_at")


def upgrade() -> None:
    for name in KEY_COLUMNS:
        op.add_column("api_keys", sa.Column(name, db.tables.column_types.Moment(length=32), nullable=True))
    op.create_table(
        "installation",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_installation")),
    )


def downgrade() -> None:
    op.drop_table("installation")
    for name in reversed(KEY_COLUMNS):
        op.drop_column("api_keys", name)
