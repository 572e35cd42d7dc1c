"""One queue of what people are told: announcements become notices, and a notice can be counted on."""

import json

import sqlalchemy as sa
from alembic import op

import db.tables.column_types

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TOPICS = {
    "paused": "paused",
    "resumed": "resumed",
    "limits_changed": "limits changed",
    "loss_near": "loss near",
    "loss_reached": "loss reached",
}


def upgrade() -> None:
    op.add_column("notices", sa.Column("times", sa.Integer(), server_default="1", nullable=False))
    op.add_column("notices", sa.Column("message_id", sa.BigInteger(), nullable=True))
    _carry_over()
    op.drop_table("announcements")


def _carry_over() -> None:
    """What was not sent is sent now; what was announced is not told again when the trail is read."""
    connection = op.get_bind()
    add = sa.text(
        "INSERT INTO notices (user_id, account_id, key, topic, facts, at, created_at, attempts, next_at, answer) "
        "VALUES (:user_id, :account_id, :key, :topic, :facts, :at, :at, 0, :at, '')"
    )
    waiting = connection.execute(sa.text("SELECT * FROM announcements WHERE sent_at IS NULL ORDER BY id"))
    for row in waiting.mappings().all():
        new = {name: row[name] for name in ("user_id", "account_id")}
        topic, facts = TOPICS[row["kind"]], _facts(json.loads(row["facts"]))
        key = f"{row['account_id']}-announced-{row['id']}"
        connection.execute(add, new | {"key": key, "topic": topic, "facts": facts, "at": row["created_at"]})
    op.execute(
        "INSERT INTO notices (user_id, account_id, key, topic, facts, at, created_at, attempts, next_at, "
        "finished_at, answer) "
        "SELECT approvers.user_id, event.account_id, event.account_id || '-' || event.seq, 'announced', '{}', "
        "event.at, event.at, 0, event.at, event.at, 'announced' "
        "FROM audit_events AS event "
        "JOIN approvers ON approvers.account_id = event.account_id AND approvers.removed_at IS NULL "
        "LEFT JOIN notice_positions AS seen ON seen.account_id = event.account_id "
        "WHERE event.seq > COALESCE(seen.position, 0) "
        "AND event.kind IN ('account.paused', 'account.resumed', 'limits.changed', 'book.reset_asked')"
    )


def _facts(was: dict[str, str]) -> str:
    """An announcement's facts as a notice has them."""
    kept = {name: value for name, value in was.items() if name in {"strategy", "mode", "lost", "limit"}}
    changed = {
        f"changed.{name.removeprefix('limit.')}": bound or "no limit"
        for name, bound in was.items()
        if name.startswith("limit.")
    }
    return json.dumps({**kept, **changed, "by": "telegram", "by_name": was.get("by", "")})


def downgrade() -> None:
    op.create_table(
        "announcements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("occasion", sa.String(length=160), nullable=False),
        sa.Column("created_at", db.tables.column_types.Moment(length=32), nullable=False),
        sa.Column("sent_at", db.tables.column_types.Moment(length=32), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_announcements_account_id_accounts"),
        sa.PrimaryKeyConstraint("id", name="pk_announcements"),
        sa.UniqueConstraint("user_id", "occasion", name="uq_announcements_user_id_occasion"),
    )
    unsent = sa.text("sent_at IS NULL")
    op.create_index(
        "ix_announcements_unsent", "announcements", ["id"], sqlite_where=unsent, postgresql_where=unsent
    )
    op.drop_column("notices", "message_id")
    op.drop_column("notices", "times")
