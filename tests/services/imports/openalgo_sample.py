"""An OpenAlgo installation on the disk, with everything in it that an import can stumble over."""

import base64
import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from bot.process.openalgo_source import Source

CALL = "NIFTY29DEC2626012.5CE"
"""An option whose strike is none of ours."""
KEY = "a1b2c3d4e5f60718" * 4
PEPPER, SALT, OLDER_SALT = "9f" * 32, "5c" * 16, b"openalgo_static_salt"
SECRETS = {
    "password hash": "$argon2id$v=19$m=65536,t=3,p=4$c29tZSBzYWx0$cGFzc3dvcmQ",
    "totp": "JBSWY3DPEHPK3PXP",
    "broker token": "zerodha-access-token-0001",
    "feed token": "zerodha-feed-token-0001",
    "bot token": "7000000001:AA-bot-token-of-openalgo-000000",
    "their copy of the key": "gAAAAABtelegram-copy-of-the-key",
    "webhook id": "3f0c1a9e-webhook-id",
}
ENV = f"""# OpenAlgo
API_KEY_PEPPER = '{PEPPER}'
FERNET_SALT = '{SALT}'
DATABASE_URL = 'sqlite:///db/openalgo.db'
SANDBOX_DATABASE_URL = 'sqlite:///db/sandbox.db'
"""
MAIN = """
CREATE TABLE users (id INTEGER PRIMARY KEY, username, email, password_hash, totp_secret, is_admin);
CREATE TABLE auth (id INTEGER PRIMARY KEY, name, auth, feed_token, broker, user_id, is_revoked);
CREATE TABLE api_keys (id INTEGER PRIMARY KEY, user_id, api_key_hash, api_key_encrypted, created_at, order_mode);
CREATE TABLE settings (id INTEGER PRIMARY KEY, analyze_mode BOOLEAN, smtp_password_encrypted);
CREATE TABLE pending_orders (id INTEGER PRIMARY KEY, user_id, api_type, order_data, created_at, created_at_ist,
  status, approved_at, approved_at_ist, approved_by, rejected_at, rejected_at_ist, rejected_by, rejected_reason,
  broker_order_id, broker_status);
CREATE TABLE telegram_users (id INTEGER PRIMARY KEY, telegram_id INTEGER, openalgo_username, encrypted_api_key,
  first_name, is_active);
CREATE TABLE bot_config (id INTEGER PRIMARY KEY, token);
CREATE TABLE strategies (id INTEGER PRIMARY KEY, name, webhook_id);
CREATE TABLE symtoken (id INTEGER PRIMARY KEY, symbol, brsymbol, name, exchange, brexchange, token, expiry,
  strike FLOAT, lotsize INTEGER, instrumenttype, tick_size FLOAT);
CREATE TABLE qty_freeze (id INTEGER PRIMARY KEY, exchange, symbol, freeze_qty INTEGER);
CREATE TABLE master_contract_status (broker PRIMARY KEY, status, message, last_updated DATETIME, is_ready BOOLEAN);
"""
SANDBOX = """
CREATE TABLE sandbox_funds (id INTEGER PRIMARY KEY, user_id, total_capital DECIMAL(15, 2), available_balance,
  used_margin, realized_pnl DECIMAL(15, 2), today_realized_pnl DECIMAL(15, 2), updated_at);
CREATE TABLE sandbox_positions (id INTEGER PRIMARY KEY, user_id, symbol, exchange, product, quantity INTEGER,
  average_price DECIMAL(10, 2), accumulated_realized_pnl, today_realized_pnl, updated_at);
CREATE TABLE sandbox_holdings (id INTEGER PRIMARY KEY, user_id, symbol, exchange, quantity INTEGER,
  average_price DECIMAL(10, 2), settlement_date DATE, updated_at);
CREATE TABLE sandbox_orders (id INTEGER PRIMARY KEY, orderid, user_id, strategy, symbol, exchange, action,
  quantity INTEGER, price DECIMAL(10, 2), trigger_price DECIMAL(10, 2), price_type, product, order_status,
  filled_quantity INTEGER, order_timestamp DATETIME, created_at DATETIME);
CREATE TABLE sandbox_gtt (id INTEGER PRIMARY KEY, gtt_id, user_id, strategy, trigger_type, symbol, exchange,
  last_price DECIMAL(10, 2), gtt_status, expires_at DATETIME, created_at DATETIME);
CREATE TABLE sandbox_gtt_legs (id INTEGER PRIMARY KEY, gtt_id, leg_number, trigger_price DECIMAL(10, 2),
  trigger_direction, action, quantity INTEGER, price DECIMAL(10, 2), pricetype, product, leg_status);
"""


@cache
def sealed(salt: bytes, key: str = KEY, memory: int = 64) -> tuple[str, str]:
    """A key as OpenAlgo stores it: encrypted, and hashed, with less memory than theirs unless told otherwise."""
    derived = PBKDF2HMAC(SHA256(), 32, salt, 100_000).derive(PEPPER.encode())
    encrypted = Fernet(base64.urlsafe_b64encode(derived)).encrypt(key.encode()).decode()
    hashed = Argon2id(salt=b"0123456789abcdef", length=32, iterations=3, lanes=4, memory_cost=memory)
    return encrypted, hashed.derive_phc_encoded((key + PEPPER).encode())


class OpenAlgoSample:
    """One installation; every table can be added to."""

    def __init__(self, folder: Path, salt: bytes = bytes.fromhex(SALT), env: str = ENV) -> None:
        (folder / "db").mkdir(parents=True)
        self.source = Source(folder / "db" / "openalgo.db", folder / ".env")
        self.sandbox = folder / "db" / "sandbox.db"
        self.source.env.write_text(env, encoding="utf-8")
        self.run(MAIN)
        self.run(SANDBOX, self.sandbox)
        encrypted, hashed = sealed(salt)
        key = {"api_key_hash": hashed, "api_key_encrypted": encrypted, "order_mode": "semi_auto"}
        self.add("api_keys", user_id="admin", **key)
        self.add("users", username="admin", password_hash=SECRETS["password hash"], totp_secret=SECRETS["totp"])
        tokens = {"auth": SECRETS["broker token"], "feed_token": SECRETS["feed token"]}
        self.add("auth", name="admin", broker="zerodha", **tokens)
        self.add("settings", analyze_mode=1)
        self.add("bot_config", token=SECRETS["bot token"])
        self.add("strategies", name="Gap up", webhook_id=SECRETS["webhook id"])

    def run(self, script: str, path: Path | None = None) -> None:
        """Run SQL on one of its databases."""
        with closing(sqlite3.connect(path or self.source.database)) as connection, connection:
            connection.executescript(script)

    def add(self, table: str, **row: object) -> None:
        """One row."""
        path = self.sandbox if table.startswith("sandbox_") else self.source.database
        marks = ", ".join("?" * len(row))
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", [*row.values()])  # noqa: S608

    def change(self, table: str, **values: object) -> None:
        """Every row of a table of the main database."""
        names = ", ".join(f"{name} = ?" for name in values)
        with closing(sqlite3.connect(self.source.database)) as connection, connection:
            connection.execute(f"UPDATE {table} SET {names}", [*values.values()])  # noqa: S608

    def queue(self, number: int, status: str, **other: object) -> None:
        """A row of the Action Center: SBIN unless told otherwise."""
        data = {"strategy": "momentum", "symbol": "SBIN", "exchange": "NSE", "action": "BUY", "quantity": 10}
        row: dict[str, object] = {"id": number, "user_id": "admin", "api_type": "placeorder", "status": status}
        row |= {"order_data": json.dumps(data), "created_at": "2026-11-20 05:00:00"}
        self.add("pending_orders", **row | {"created_at_ist": "2026-11-20 10:30:00 IST"} | other)

    def fund(self, **other: object) -> None:
        """The money of the sandbox."""
        row: dict[str, object] = {"user_id": "admin", "total_capital": 10_000_000, "realized_pnl": 1234.5}
        self.add("sandbox_funds", **row | {"updated_at": "2026-11-20 09:00:00"} | other)

    def hold(self, symbol: str, quantity: int, average: float, product: str = "NRML", **other: object) -> None:
        """A position."""
        row: dict[str, object] = {"user_id": "admin", "symbol": symbol, "exchange": "NSE", "product": product}
        self.add("sandbox_positions", **row | {"quantity": quantity, "average_price": average} | other)

    def keep(self, symbol: str, quantity: int, average: float, **other: object) -> None:
        """Delivered shares."""
        row: dict[str, object] = {"user_id": "admin", "symbol": symbol, "exchange": "NSE", "quantity": quantity}
        self.add("sandbox_holdings", **row | {"average_price": average} | other)

    def rest(self, orderid: str, **other: object) -> None:
        """An order that waits: 10 SBIN at 700, placed this morning by India's clock."""
        row: dict[str, object] = {"orderid": orderid, "user_id": "admin", "strategy": "momentum", "symbol": "SBIN"}
        row |= {"exchange": "NSE", "action": "BUY", "quantity": 10, "price": 700.0, "price_type": "LIMIT"}
        row |= {"product": "MIS", "order_status": "open", "filled_quantity": 0}
        row |= {"order_timestamp": "2026-11-23 09:20:00.123456", "created_at": "2026-11-23 03:50:00"}
        self.add("sandbox_orders", **row | other)

    def watch(self, gtt_id: str, *legs: Mapping[str, Any], **other: object) -> None:
        """A trigger on SBIN, which stood at 800."""
        row: dict[str, object] = {"gtt_id": gtt_id, "user_id": "admin", "symbol": "SBIN", "exchange": "NSE"}
        row |= {"strategy": "swing", "last_price": 800.0, "gtt_status": "active", "created_at": "2026-11-20 05:00:00"}
        self.add("sandbox_gtt", **row | other)
        for number, leg in enumerate(legs, 1):
            full = {"action": "BUY", "quantity": 5, "pricetype": "LIMIT", "product": "CNC", "leg_status": "pending"}
            self.add("sandbox_gtt_legs", gtt_id=gtt_id, leg_number=number, **full | dict(leg))

    def fill(self) -> None:
        """Something of everything that comes over, and of what does not."""
        self.queue(1, "pending")
        self.queue(2, "approved")
        self.queue(3, "approved", broker_order_id="26112000000001", broker_status="open")
        self.queue(4, "rejected", rejected_by="admin", rejected_reason="no")
        copy = {"encrypted_api_key": SECRETS["their copy of the key"], "is_active": 1}
        self.add("telegram_users", telegram_id=555, openalgo_username="admin", first_name="Asha", **copy)
        self.fund()
        self.hold("INFY", 10, 974.9162962962963, "MIS")
        self.rest("26112312345678")
        self.rest("26112087654321", order_timestamp="2026-11-20 09:20:00")
        self.watch("GTT-261120-0a1b2c3d", {"trigger_price": 750.0, "price": 749.0, "trigger_direction": "below"})

    def list(self, symbol: str, exchange: str = "NSE", lot: object = 1, tick: object = 0.05, **other: object) -> None:
        """An instrument in its broker's list, whose own words for it do not matter."""
        row: dict[str, object] = {
            "symbol": symbol,
            "exchange": exchange,
            "name": symbol,
            "expiry": "",
            "strike": -1.0,
        }
        row |= {"lotsize": lot, "tick_size": tick, "instrumenttype": "", "token": "408065", "brsymbol": "-"}
        self.add("symtoken", **row | other)

    def list_nifty(self) -> None:
        """NIFTY with a future and a chain of calls and puts whose strikes are as near as nobody's but a broker's."""
        self.list("NIFTY", "NSE_INDEX", 1, 0)
        self.list("NIFTY29DEC26FUT", "NFO", 75, 0.1, name="NIFTY", expiry="29-DEC-26")
        for strike in (26000, 26012.5, 26025, 26050):
            for side in ("CE", "PE"):
                symbol = f"NIFTY29DEC26{strike:g}{side}"
                self.list(symbol, "NFO", 75, 0.05, name="NIFTY", expiry="29-DEC-26", strike=float(strike))
        self.add("qty_freeze", exchange="NFO", symbol="NIFTY", freeze_qty=1800)

    def contents(self) -> Sequence[bytes]:
        """Both databases, byte for byte."""
        return self.source.database.read_bytes(), self.sandbox.read_bytes()
