"""How many orders of each account have each status, counted by triggers in the transaction that moves them."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ADD = (
    "INSERT INTO status_counts (account_id, status, orders) VALUES (NEW.account_id, NEW.status, 1) "
    "ON CONFLICT (account_id, status) DO UPDATE SET orders = status_counts.orders + 1;"
)
TAKE = "UPDATE status_counts SET orders = orders - 1 WHERE account_id = OLD.account_id AND status = OLD.status;"
SQLITE = (
    f"CREATE TRIGGER orders_counted AFTER INSERT ON orders BEGIN {ADD} END",
    "CREATE TRIGGER orders_recounted AFTER UPDATE OF status, account_id ON orders "
    f"WHEN NEW.status <> OLD.status OR NEW.account_id <> OLD.account_id BEGIN {TAKE} {ADD} END",
    f"CREATE TRIGGER orders_uncounted AFTER DELETE ON orders BEGIN {TAKE} END",
)
POSTGRESQL = (
    "CREATE FUNCTION count_orders() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"IF TG_OP <> 'INSERT' THEN {TAKE} END IF; IF TG_OP <> 'DELETE' THEN {ADD} END IF; RETURN NULL; END $$",
    "CREATE TRIGGER orders_counted AFTER INSERT OR DELETE OR UPDATE OF status, account_id ON orders "
    "FOR EACH ROW EXECUTE FUNCTION count_orders()",
)


def upgrade() -> None:
    op.create_table(
        "status_counts",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_status_counts_account_id_accounts")),
        sa.PrimaryKeyConstraint("account_id", "status", name=op.f("pk_status_counts")),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO status_counts (account_id, status, orders) "
        "SELECT account_id, status, count(*) FROM orders GROUP BY account_id, status"
    )
    for statement in SQLITE if _is_sqlite() else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    for name in ("orders_counted", "orders_recounted", "orders_uncounted") if _is_sqlite() else ():
        op.execute(f"DROP TRIGGER {name}")
    if not _is_sqlite():
        op.execute("DROP TRIGGER orders_counted ON orders")
        op.execute("DROP FUNCTION count_orders()")
    op.drop_table("status_counts")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
