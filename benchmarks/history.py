"""Databases with a past: many orders long decided, and the same few that are alive."""

import sqlite3
from contextlib import closing
from pathlib import Path

from benchmarks.stage import CLIENT_ID, database, settings_in
from bot.process.bootstrap import open_runtime
from core.accounts import OrderMode, Role, TradingMode
from core.audit import SYSTEM
from core.ids import ChatId, UserId

ACCOUNTS = 4
PENDING, RESTING = 60, 20
"""Of the newest orders: how many wait for their client, and before them how many rest at the broker."""

_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)"
# The newest are pending, the ones before them open at the broker; the past is mixed by its number.
_STATUS = """CASE WHEN i > :count - :pending THEN 'pending' WHEN i > :count - :pending - :resting THEN 'approved'
    WHEN i % 10 < 6 THEN 'approved' WHEN i % 10 < 8 THEN 'rejected' WHEN i % 10 = 8 THEN 'expired'
    ELSE 'withdrawn' END"""
_LEG_STATUS = """CASE WHEN i > :count - :pending THEN 'ready' WHEN i > :count - :pending - :resting THEN 'open'
    WHEN i % 10 < 6 THEN 'complete' ELSE 'ready' END"""
_RESTS = "i > :count - :pending - :resting AND i <= :count - :pending"
_THEN = "strftime('%Y-%m-%dT%H:%M:%f', 'now', '-' || (:count - i) || ' seconds') || '000+00:00'"
_LATER = "strftime('%Y-%m-%dT%H:%M:%f', 'now', (900 + i - :count) || ' seconds') || '000+00:00'"
_ORDERS = f"""{_NUMBERS}
INSERT INTO orders (id, account_id, api_key_id, api_type, strategy, order_mode, trading_mode, order_data, status,
    broker_status, version, created_at, expires_at, approved_at, approved_by, approved_by_id, working, cards_due)
SELECT i, 1 + i % :accounts, 1 + i % :accounts, 'placeorder', 'Opening range', 'semi_auto', 'live',
    '{{"symbol":"SBIN","quantity":25}}', {_STATUS}, NULLIF({_LEG_STATUS}, 'ready'), 3, {_THEN}, {_LATER},
    iif({_STATUS} = 'approved', {_THEN}, NULL), iif({_STATUS} = 'approved', 'Asha', NULL),
    iif({_STATUS} = 'approved', :client, NULL), {_RESTS}, 0 FROM n"""  # noqa: S608 - our own text
_LEGS = f"""{_NUMBERS}
INSERT INTO legs (id, order_id, number, exchange, symbol, action, quantity, pricetype, product, price, trigger_price,
    disclosed_quantity, broker_status, client_order_id, broker_order_id, filled_quantity, average_price, message,
    attempts)
SELECT i, i, 1, 'NSE', 'SBIN', 'BUY', '25', 'LIMIT', 'MIS', '801.5', '0', 0, {_LEG_STATUS}, printf('C%016d', i),
    iif({_LEG_STATUS} = 'ready', NULL, printf('26%012d', i)), '0', '0', '', 1 FROM n"""  # noqa: S608 - our own text
_CARDS = f"""{_NUMBERS}
INSERT INTO cards (order_id, account_id, chat_id, user_id, message_id, shown_version, shown_text, shown_at, due,
    urgency, gone)
SELECT i, 1 + i % :accounts, :client, :client, i, 3, 'x', {_THEN}, 0, 1, 0 FROM n"""  # noqa: S608 - our own text


async def write_history(folder: Path, count: int) -> None:
    """A database of so many orders in this folder; one client owns every account."""
    await _furnish(folder)
    given = {"count": count, "pending": PENDING, "resting": RESTING, "accounts": ACCOUNTS, "client": CLIENT_ID}
    with closing(sqlite3.connect(database(folder))) as connection, connection:
        connection.execute("PRAGMA synchronous = OFF")
        for rows in (_ORDERS, _LEGS, _CARDS):
            connection.execute(rows, given)


async def _furnish(folder: Path) -> None:
    async with open_runtime(settings_in(folder)) as runtime:
        services = runtime.services
        for number in range(ACCOUNTS):
            mode = OrderMode.SEMI_AUTO, TradingMode.LIVE
            account = await services.accounts.add(f"account {number}", "paper", *mode, SYSTEM)
            await services.keys.create(account.id, "bench", SYSTEM)
            link = await services.linking.create(account.id, Role.OWNER, SYSTEM)
            await services.linking.redeem(link.code, UserId(CLIENT_ID), ChatId(CLIENT_ID), "Asha")
