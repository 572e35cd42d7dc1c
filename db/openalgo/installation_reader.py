"""Reads an OpenAlgo installation; columns with passwords, TOTP secrets and tokens are never asked for."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from core.openalgo.installation import Installation, SandboxRows, SourceUser, TelegramPerson
from core.openalgo.rows import Row, text
from db.openalgo.contract_reader import read_contracts
from db.openalgo.source_database import SourceDatabase, open_source

_KEY = ("user_id", "api_key_hash", "api_key_encrypted")
_PENDING = (
    "id",
    "user_id",
    "api_type",
    "order_data",
    "created_at",
    "created_at_ist",
    "status",
    "approved_at",
    "approved_at_ist",
    "approved_by",
    "rejected_at",
    "rejected_at_ist",
    "rejected_by",
    "rejected_reason",
    "broker_order_id",
    "broker_status",
)
_HELD = ("user_id", "symbol", "exchange", "quantity", "average_price", "updated_at")
_POSITION = (*_HELD, "product", "accumulated_realized_pnl", "today_realized_pnl")
_HOLDING = (*_HELD, "settlement_date")
_FUNDS = ("user_id", "total_capital", "realized_pnl", "today_realized_pnl", "updated_at")
_ORDER = (
    "user_id",
    "orderid",
    "strategy",
    "symbol",
    "exchange",
    "action",
    "quantity",
    "price",
    "trigger_price",
    "price_type",
    "product",
    "order_status",
    "filled_quantity",
    "order_timestamp",
)
_GTT = (
    "user_id",
    "gtt_id",
    "strategy",
    "symbol",
    "exchange",
    "last_price",
    "gtt_status",
    "expires_at",
    "created_at",
)
_GTT_LEG = (
    "gtt_id",
    "leg_number",
    "trigger_price",
    "trigger_direction",
    "action",
    "quantity",
    "price",
    "pricetype",
    "product",
    "leg_status",
)
_WITH_ADDRESSES = ("strategies", "chartink_strategies", "flow_workflows")


@dataclass(frozen=True, slots=True)
class SourceFiles:
    """Where an installation's databases are; `sandbox` is None where there is none."""

    database: Path
    sandbox: Path | None


OpenKey = Callable[[str, str, str], str]
"""Turns a user's name, encrypted key and key's hash into the key."""


def read_installation(files: SourceFiles, open_key: OpenKey) -> Installation:
    """All of it that can matter here. Raises ConfigError for files that are another's or cannot be read."""
    with ExitStack() as stack:
        main = stack.enter_context(open_source(files.database))
        main.require("api_keys", *_KEY)
        sandboxes = _Sandboxes(stack.enter_context(open_source(files.sandbox)) if files.sandbox else None)
        brokers, orders, people = _brokers(main), _by_user(main.rows("pending_orders", _PENDING)), _people(main)
        users = [
            SourceUser(
                name=text(row, "user_id"),
                key=open_key(*(str(row[name] or "") for name in ("user_id", "api_key_encrypted", "api_key_hash"))),
                order_mode=text(row, "order_mode"),
                broker=brokers.get(text(row, "user_id"), ""),
                people=people[text(row, "user_id")],
                orders=orders[text(row, "user_id")],
                sandbox=sandboxes.of(text(row, "user_id")),
            )
            for row in main.rows("api_keys", (*_KEY, "order_mode"))
        ]
        has_sandbox = files.sandbox is not None
        return Installation(users, _analyze_mode(main), _strategies(main), has_sandbox, read_contracts(main))


class _Sandboxes:
    """The sandboxes of every user."""

    def __init__(self, source: SourceDatabase | None) -> None:
        def read(table: str, columns: Sequence[str]) -> Sequence[Row]:
            return source.rows(table, columns) if source else ()

        if source is not None:
            source.require("sandbox_funds", "user_id", "total_capital")
        self._funds = _by_user(read("sandbox_funds", _FUNDS))
        self._positions = _by_user(read("sandbox_positions", _POSITION))
        self._holdings = _by_user(read("sandbox_holdings", _HOLDING))
        self._orders = _by_user(read("sandbox_orders", _ORDER))
        self._gtts = _by_user(read("sandbox_gtt", _GTT))
        self._legs = _grouped(read("sandbox_gtt_legs", _GTT_LEG), "gtt_id")

    def of(self, user: str) -> SandboxRows:
        """One user's sandbox."""
        funds = self._funds[user]
        return SandboxRows(
            funds=funds[0] if funds else None,
            positions=self._positions[user],
            holdings=self._holdings[user],
            orders=self._orders[user],
            gtts=[(gtt, self._legs[text(gtt, "gtt_id")]) for gtt in self._gtts[user]],
        )


def _brokers(main: SourceDatabase) -> Mapping[str, str]:
    return {text(row, "name"): text(row, "broker") for row in main.rows("auth", ("name", "broker"))}


def _people(main: SourceDatabase) -> defaultdict[str, list[TelegramPerson]]:
    found = defaultdict[str, list[TelegramPerson]](list)
    for row in main.rows("telegram_users", ("telegram_id", "openalgo_username", "first_name", "is_active")):
        if row.get("is_active") in (1, None) and text(row, "telegram_id").isdecimal():
            person = TelegramPerson(int(text(row, "telegram_id")), text(row, "first_name"))
            found[text(row, "openalgo_username")].append(person)
    return found


def _analyze_mode(main: SourceDatabase) -> bool | None:
    modes = [row.get("analyze_mode") for row in main.rows("settings", ("analyze_mode",))]
    return None if not modes or modes[0] not in (0, 1) else bool(modes[0])


def _strategies(main: SourceDatabase) -> Sequence[str]:
    return [text(row, "name") for table in _WITH_ADDRESSES for row in main.rows(table, ("name",))]


def _by_user(rows: Sequence[Row]) -> defaultdict[str, list[Row]]:
    return _grouped(rows, "user_id")


def _grouped(rows: Sequence[Row], column: str) -> defaultdict[str, list[Row]]:
    grouped = defaultdict[str, list[Row]](list)
    for row in rows:
        grouped[text(row, column)].append(row)
    return grouped
