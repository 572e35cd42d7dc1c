"""Orders that a client gave in Telegram: they have no API key."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MANDATORY, OPTIONAL = "api_key_id INTEGER NOT NULL", "api_key_id INTEGER"


def upgrade() -> None:
    _redefine(MANDATORY, OPTIONAL, nullable=True)


def downgrade() -> None:
    _redefine(OPTIONAL, MANDATORY, nullable=False)


def _redefine(was: str, becomes: str, *, nullable: bool) -> None:
    """Change whether a key must be there.

    In SQLite that only changes the text of the table's definition, as https://sqlite.org/lang_altertable.html
    (section 7) describes it: rows, indexes, triggers and the tables that refer to this one stay as they are.
    """
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        op.alter_column("orders", "api_key_id", existing_type=sa.Integer(), nullable=nullable)
        return
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.exec_driver_sql(
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = 'orders'", (was, becomes)
    )
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = RESET")
