"""The first schema."""

from alembic import op
import sqlalchemy as sa
import db.tables.column_types

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


SQLITE_GUARDS = (
    "CREATE TRIGGER audit_events_keep BEFORE UPDATE ON audit_events "
    "BEGIN SELECT RAISE(ABORT, 'audit events are never changed'); END",
    "CREATE TRIGGER audit_events_stay BEFORE DELETE ON audit_events "
    "BEGIN SELECT RAISE(ABORT, 'audit events are never deleted'); END",
    # INSERT OR REPLACE would otherwise be a way to change a row.
    "CREATE TRIGGER audit_events_once BEFORE INSERT ON audit_events "
    "WHEN EXISTS (SELECT 1 FROM audit_events WHERE account_id = NEW.account_id AND seq = NEW.seq) "
    "BEGIN SELECT RAISE(ABORT, 'audit events are never replaced'); END",
    "CREATE TRIGGER audit_heads_forward BEFORE UPDATE ON audit_heads "
    "WHEN NEW.account_id <> OLD.account_id OR NEW.seq <= OLD.seq "
    "BEGIN SELECT RAISE(ABORT, 'an audit chain only grows'); END",
    "CREATE TRIGGER audit_heads_once BEFORE INSERT ON audit_heads "
    "WHEN EXISTS (SELECT 1 FROM audit_heads WHERE account_id = NEW.account_id) "
    "BEGIN SELECT RAISE(ABORT, 'an audit chain never starts again'); END",
    "CREATE TRIGGER audit_heads_stay BEFORE DELETE ON audit_heads "
    "BEGIN SELECT RAISE(ABORT, 'an audit chain is never dropped'); END",
)
POSTGRESQL_GUARDS = (
    "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'audit events are never changed or deleted'; END $$",
    "CREATE TRIGGER audit_events_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()",
    "CREATE TRIGGER audit_heads_stay BEFORE DELETE OR TRUNCATE ON audit_heads "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()",
)


def _protect_audit_rows() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_GUARDS if sqlite else POSTGRESQL_GUARDS:
        op.execute(statement)


def upgrade() -> None:
    op.create_table('accounts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('broker', sa.String(length=40), nullable=False),
    sa.Column('order_mode', sa.String(length=16), nullable=False),
    sa.Column('trading_mode', sa.String(length=16), nullable=False),
    sa.Column('enabled', sa.Boolean(), nullable=False),
    sa.Column('created_at', db.tables.column_types.Moment(length=32), nullable=False),
    sa.CheckConstraint("order_mode IN ('auto', 'semi_auto')", name=op.f('ck_accounts_order_mode')),
    sa.CheckConstraint("trading_mode IN ('live', 'sandbox')", name=op.f('ck_accounts_trading_mode')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accounts')),
    sa.UniqueConstraint('name', name=op.f('uq_accounts_name'))
    )
    op.create_table('audit_events',
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('at', sa.String(length=32), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('order_id', sa.Integer(), nullable=True),
    sa.Column('facts', sa.Text(), nullable=False),
    sa.Column('prev_hash', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('account_id', 'seq', name=op.f('pk_audit_events')),
    sqlite_with_rowid=False
    )
    op.create_table('audit_heads',
    sa.Column('account_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_audit_heads'))
    )
    op.create_table('confirmations',
    sa.Column('token', sa.String(length=32), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('expires_at', db.tables.column_types.Moment(length=32), nullable=False),
    sa.Column('used_at', db.tables.column_types.Moment(length=32), nullable=True),
    sa.PrimaryKeyConstraint('token', name=op.f('pk_confirmations'))
    )
    op.create_table('heartbeats',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', db.tables.column_types.Moment(length=32), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_heartbeats'))
    )
    op.create_table('paper_books',
    sa.Column('book', sa.String(length=40), nullable=False),
    sa.Column('cash', db.tables.column_types.Amount(length=40), nullable=False),
    sa.Column('last_order_number', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('book', name=op.f('pk_paper_books'))
    )
    op.create_table('paper_holdings',
    sa.Column('book', sa.String(length=40), nullable=False),
    sa.Column('exchange', sa.String(length=16), nullable=False),
    sa.Column('symbol', sa.Text(), nullable=False),
    sa.Column('quantity', db.tables.column_types.Amount(length=40), nullable=False),
    sa.Column('average_price', db.tables.column_types.Amount(length=40), nullable=False),
    sa.PrimaryKeyConstraint('book', 'exchange', 'symbol', name=op.f('pk_paper_holdings'))
    )
    op.create_table('paper_orders',
    sa.Column('broker_order_id', sa.String(length=20), nullable=False),
    sa.Column('book', sa.String(length=40), nullable=False),
    sa.Column('client_order_id', sa.String(length=20), nullable=True),
    sa.Column('exchange', sa.String(length=16), nullable=False),
    sa.Column('symbol', sa.Text(), nullable=False),
    sa.Column('action', sa.String(length=4), nullable=False),
    sa.Column('quantity', db.tables.column_types.Amount(length=40), nullable=False),
    sa.Column('pricetype', sa.String(length=8), nullable=False),
    sa.Column('product', sa.String(length=8), nullable=False),
    sa.Column('price', db.tables.column_types.Amount(length=40), nullable=False),
    sa.Column('trigger_price', db.tables.column_types.Amount(length=40), nullable=False),
    sa.Column('disclosed_quantity', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('placed_at', db.tables.column_types.Moment(length=32), nullable=False),
    sa.Column('updated_at', db.tables.column_types.Moment(length=32), nullable=False),
    sa.Column('filled_quantity', db.tables.column_types.Amount(length=40), nullable=False),
    sa.Column('average_price', db.tables.column_types.Amount(length=40), nullable=False),
    sa.Column('message', sa.Text(), nullable=False),
    sa.Column('strategy', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('broker_order_id', name=op.f('pk_paper_orders')),
    sa.UniqueConstraint('book', 'client_order_id', name=op.f('uq_paper_orders_book_client_order_id'))
    )
    with op.batch_alter_table('paper_orders', schema=None) as batch_op:
        batch_op.create_index('ix_paper_orders_book_updated_at', ['book', 'updated_at'], unique=False)
        batch_op.create_index('ix_paper_orders_open', ['book'], unique=False, sqlite_where=sa.text("status IN ('open', 'trigger pending')"), postgresql_where=sa.text("status IN ('open', 'trigger pending')"))

    op.create_table('paper_positions',
    sa.Column('book', sa.String(length=40), nullable=False),
    sa.Column('exchange', sa.String(length=16), nullable=False),
    sa.Column('symbol', sa.Text(), nullable=False),
    sa.Column('product', sa.String(length=8), nullable=False),
    sa.Column('quantity', db.tables.column_types.Amount(length=40), nullable=False),
    sa.Column('average_price', db.tables.column_types.Amount(length=40), nullable=False),
    sa.Column('realised', db.tables.column_types.Amount(length=40), nullable=False),
    sa.PrimaryKeyConstraint('book', 'exchange', 'symbol', 'product', name=op.f('pk_paper_positions'))
    )
    op.create_table('paper_trades',
    sa.Column('trade_id', sa.String(length=48), nullable=False),
    sa.Column('book', sa.String(length=40), nullable=False),
    sa.Column('broker_order_id', sa.String(length=20), nullable=False),
    sa.Column('exchange', sa.String(length=16), nullable=False),
    sa.Column('symbol', sa.Text(), nullable=False),
    sa.Column('action', sa.String(length=4), nullable=False),
    sa.Column('product', sa.String(length=8), nullable=False),
    sa.Column('quantity', db.tables.column_types.Amount(length=40), nullable=False),
    sa.Column('price', db.tables.column_types.Amount(length=40), nullable=False),
    sa.Column('at', db.tables.column_types.Moment(length=32), nullable=False),
    sa.Column('strategy', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('trade_id', name=op.f('pk_paper_trades'))
    )
    with op.batch_alter_table('paper_trades', schema=None) as batch_op:
        batch_op.create_index('ix_paper_trades_book_at', ['book', 'at'], unique=False)

    op.create_table('api_keys',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('label', sa.String(length=80), nullable=False),
    sa.Column('key_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', db.tables.column_types.Moment(length=32), nullable=False),
    sa.Column('revoked_at', db.tables.column_types.Moment(length=32), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_api_keys_account_id_accounts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_keys')),
    sa.UniqueConstraint('key_hash', name=op.f('uq_api_keys_key_hash'))
    )
    with op.batch_alter_table('api_keys', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_api_keys_account_id'), ['account_id'], unique=False)

    op.create_table('approvers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('chat_id', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('role', sa.String(length=16), nullable=False),
    sa.Column('linked_at', db.tables.column_types.Moment(length=32), nullable=False),
    sa.Column('removed_at', db.tables.column_types.Moment(length=32), nullable=True),
    sa.CheckConstraint("role IN ('viewer', 'approver', 'owner')", name=op.f('ck_approvers_role')),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_approvers_account_id_accounts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_approvers'))
    )
    with op.batch_alter_table('approvers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_approvers_user_id'), ['user_id'], unique=False)
        batch_op.create_index('uq_approvers_standing', ['account_id', 'user_id'], unique=True, sqlite_where=sa.text('removed_at IS NULL'), postgresql_where=sa.text('removed_at IS NULL'))

    op.create_table('link_codes',
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=16), nullable=False),
    sa.Column('expires_at', db.tables.column_types.Moment(length=32), nullable=False),
    sa.Column('used_at', db.tables.column_types.Moment(length=32), nullable=True),
    sa.Column('used_by', sa.BigInteger(), nullable=True),
    sa.CheckConstraint("role IN ('viewer', 'approver', 'owner')", name=op.f('ck_link_codes_role')),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_link_codes_account_id_accounts')),
    sa.PrimaryKeyConstraint('code_hash', name=op.f('pk_link_codes'))
    )
    op.create_table('orders',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('api_key_id', sa.Integer(), nullable=False),
    sa.Column('api_type', sa.String(length=24), nullable=False),
    sa.Column('strategy', sa.Text(), nullable=False),
    sa.Column('order_mode', sa.String(length=16), nullable=False),
    sa.Column('trading_mode', sa.String(length=16), nullable=False),
    sa.Column('order_data', sa.Text(), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('broker_status', sa.String(length=16), nullable=True),
    sa.Column('broker_order_id', sa.Text(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', db.tables.column_types.Moment(length=32), nullable=False),
    sa.Column('expires_at', db.tables.column_types.Moment(length=32), nullable=False),
    sa.Column('execute_by', db.tables.column_types.Moment(length=32), nullable=True),
    sa.Column('approved_at', db.tables.column_types.Moment(length=32), nullable=True),
    sa.Column('approved_by', sa.Text(), nullable=True),
    sa.Column('approved_by_id', sa.BigInteger(), nullable=True),
    sa.Column('rejected_at', db.tables.column_types.Moment(length=32), nullable=True),
    sa.Column('rejected_by', sa.Text(), nullable=True),
    sa.Column('rejected_by_id', sa.BigInteger(), nullable=True),
    sa.Column('rejected_reason', sa.Text(), nullable=True),
    sa.Column('closed_at', db.tables.column_types.Moment(length=32), nullable=True),
    sa.Column('outage', sa.String(length=32), nullable=True),
    sa.Column('working', sa.Boolean(), nullable=False),
    sa.Column('cards_due', sa.Boolean(), nullable=False),
    sa.CheckConstraint("broker_status IN ('ready', 'sending', 'open', 'trigger pending', 'complete', 'rejected', 'cancelled', 'unknown', 'partial')", name=op.f('ck_orders_broker_status')),
    sa.CheckConstraint("order_mode IN ('auto', 'semi_auto')", name=op.f('ck_orders_order_mode')),
    sa.CheckConstraint("status IN ('pending', 'approved', 'rejected', 'expired', 'withdrawn', 'denied')", name=op.f('ck_orders_status')),
    sa.CheckConstraint("trading_mode IN ('live', 'sandbox')", name=op.f('ck_orders_trading_mode')),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_orders_account_id_accounts')),
    sa.ForeignKeyConstraint(['api_key_id'], ['api_keys.id'], name=op.f('fk_orders_api_key_id_api_keys')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_orders'))
    )
    with op.batch_alter_table('orders', schema=None) as batch_op:
        batch_op.create_index('ix_orders_account_id', ['account_id', 'id'], unique=False)
        batch_op.create_index('ix_orders_account_id_status', ['account_id', 'status', 'id'], unique=False)
        batch_op.create_index('ix_orders_cards_due', ['id'], unique=False, sqlite_where=sa.text('cards_due = 1'), postgresql_where=sa.text('cards_due'))
        batch_op.create_index('ix_orders_created_at', ['created_at'], unique=False)
        batch_op.create_index('ix_orders_waiting', ['expires_at'], unique=False, sqlite_where=sa.text("status = 'pending'"), postgresql_where=sa.text("status = 'pending'"))
        batch_op.create_index('ix_orders_working', ['id'], unique=False, sqlite_where=sa.text('working = 1'), postgresql_where=sa.text('working'))

    op.create_table('cards',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('order_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('chat_id', sa.BigInteger(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('message_id', sa.BigInteger(), nullable=True),
    sa.Column('shown_version', sa.Integer(), nullable=True),
    sa.Column('shown_text', sa.String(length=64), nullable=True),
    sa.Column('shown_at', db.tables.column_types.Moment(length=32), nullable=True),
    sa.Column('due', sa.Boolean(), nullable=False),
    sa.Column('urgency', sa.Integer(), nullable=False),
    sa.Column('gone', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_cards_account_id_accounts')),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_cards_order_id_orders')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cards')),
    sa.UniqueConstraint('chat_id', 'message_id', name=op.f('uq_cards_chat_id_message_id'))
    )
    with op.batch_alter_table('cards', schema=None) as batch_op:
        batch_op.create_index('ix_cards_due', ['chat_id', 'urgency', 'order_id'], unique=False, sqlite_where=sa.text('due = 1'), postgresql_where=sa.text('due'))
        batch_op.create_index(batch_op.f('ix_cards_order_id'), ['order_id'], unique=False)

    op.create_table('idempotency',
    sa.Column('api_key_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=255), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('order_id', sa.Integer(), nullable=True),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('body', sa.Text(), nullable=True),
    sa.Column('created_at', db.tables.column_types.Moment(length=32), nullable=False),
    sa.ForeignKeyConstraint(['api_key_id'], ['api_keys.id'], name=op.f('fk_idempotency_api_key_id_api_keys')),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_idempotency_order_id_orders')),
    sa.PrimaryKeyConstraint('api_key_id', 'key', name=op.f('pk_idempotency'))
    )
    with op.batch_alter_table('idempotency', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_idempotency_created_at'), ['created_at'], unique=False)

    op.create_table('legs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('order_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('exchange', sa.String(length=16), nullable=False),
    sa.Column('symbol', sa.Text(), nullable=False),
    sa.Column('action', sa.String(length=4), nullable=False),
    sa.Column('quantity', db.tables.column_types.Amount(length=40), nullable=False),
    sa.Column('pricetype', sa.String(length=8), nullable=False),
    sa.Column('product', sa.String(length=8), nullable=False),
    sa.Column('price', db.tables.column_types.Amount(length=40), nullable=False),
    sa.Column('trigger_price', db.tables.column_types.Amount(length=40), nullable=False),
    sa.Column('disclosed_quantity', sa.Integer(), nullable=False),
    sa.Column('broker_status', sa.String(length=16), nullable=False),
    sa.Column('client_order_id', sa.String(length=20), nullable=False),
    sa.Column('broker_order_id', sa.String(length=64), nullable=True),
    sa.Column('filled_quantity', db.tables.column_types.Amount(length=40), nullable=False),
    sa.Column('average_price', db.tables.column_types.Amount(length=40), nullable=False),
    sa.Column('message', sa.Text(), nullable=False),
    sa.Column('sent_at', db.tables.column_types.Moment(length=32), nullable=True),
    sa.Column('updated_at', db.tables.column_types.Moment(length=32), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.CheckConstraint("action IN ('BUY', 'SELL')", name=op.f('ck_legs_action')),
    sa.CheckConstraint("broker_status IN ('ready', 'sending', 'open', 'trigger pending', 'complete', 'rejected', 'cancelled', 'unknown', 'partial')", name=op.f('ck_legs_broker_status')),
    sa.CheckConstraint("pricetype IN ('MARKET', 'LIMIT', 'SL', 'SL-M')", name=op.f('ck_legs_pricetype')),
    sa.CheckConstraint("product IN ('MIS', 'NRML', 'CNC')", name=op.f('ck_legs_product')),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_legs_order_id_orders')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_legs')),
    sa.UniqueConstraint('client_order_id', name=op.f('uq_legs_client_order_id')),
    sa.UniqueConstraint('order_id', 'number', name=op.f('uq_legs_order_id_number'))
    )
    with op.batch_alter_table('legs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_legs_broker_order_id'), ['broker_order_id'], unique=False)

    _protect_audit_rows()


def downgrade() -> None:
    raise NotImplementedError("the first schema has nothing before it")
