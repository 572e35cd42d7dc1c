"""The book behind the local Kite: orders, trades, positions and money of one client."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import count
from typing import Any

from core.clock import IST

Row = dict[str, Any]
OPEN = ("OPEN", "TRIGGER PENDING")
CASH = Decimal(10_000_000)
_LEVERAGE = 5


class KiteError(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, kind: str, message: str) -> None:
        super().__init__(message)
        self.status, self.kind, self.message = status, kind, message


def now_text() -> str:
    """The present time as an Indian clock shows it, without saying so."""
    return datetime.now(IST).strftime("%Y-%m-%d %H:%M:%S")


@dataclass
class KiteBook:
    """Trades at the last prices that are set; every instrument that has none is at 800."""

    prices: dict[str, Decimal] = field(default_factory=dict)
    orders: list[Row] = field(default_factory=list)
    trades: list[Row] = field(default_factory=list)
    hides_rejects: bool = False
    """Whether an order that its first check rejects gets a number and is never shown."""
    tell: Callable[[Row], None] = lambda row: None
    """Called with every order that moved."""
    _numbers: "count[int]" = field(default_factory=lambda: count(2042130686722629633))

    def price(self, key: str) -> Decimal:
        """The last price of an instrument."""
        return self.prices.get(key, Decimal(800))

    def place(self, variety: str, form: Mapping[str, str]) -> str:
        """Take an order, or say no."""
        _check(form)
        order_id = str(next(self._numbers))
        if self.hides_rejects:
            return order_id
        key = f"{form['exchange']}:{form['tradingsymbol']}"
        row = {
            "placed_by": "AB1234",
            "order_id": order_id,
            "exchange_order_id": f"11{order_id[-8:]}",
            "status_message": None,
            "order_timestamp": now_text(),
            "exchange_timestamp": now_text(),
            "variety": variety,
            "exchange": form["exchange"],
            "tradingsymbol": form["tradingsymbol"],
            "transaction_type": form["transaction_type"],
            "product": form["product"],
            "average_price": 0,
            "filled_quantity": 0,
            "tag": form.get("tag"),
            "tags": [form["tag"], "mktp"] if "tag" in form else [],
            **_terms(form),
        }
        self.orders.append(row)
        self.tell(row)
        self._match(row, self.price(key))
        return order_id

    def modify(self, order_id: str, form: Mapping[str, str]) -> str:
        """Change an open order."""
        row = self._open(order_id)
        _check(form)
        row.update(_terms(form))
        self.tell(row)
        self._match(row, self.price(f"{row['exchange']}:{row['tradingsymbol']}"))
        return order_id

    def cancel(self, order_id: str) -> str:
        """Cancel an open order."""
        row = self._open(order_id)
        row.update(status="CANCELLED", order_timestamp=now_text())
        self.tell(row)
        return order_id

    def move(self, key: str, ltp: Decimal) -> None:
        """An instrument trades at this price now."""
        self.prices[key] = ltp
        for row in self.orders:
            if f"{row['exchange']}:{row['tradingsymbol']}" == key and row["status"] in OPEN:
                self._match(row, ltp)

    def with_tag(self, tag: str) -> list[Row]:
        """The orders that carry a tag."""
        return [row for row in self.orders if row["tag"] == tag]

    def net(self) -> list[Row]:
        """The net positions as Kite writes them."""
        keys = dict.fromkeys((row["exchange"], row["tradingsymbol"], row["product"]) for row in self.trades)
        return [self._position(*key) for key in keys]

    def debits(self) -> Decimal:
        """What the open positions use."""
        return sum((abs(row["quantity"]) * row["average_price"] / _LEVERAGE for row in self.net()), Decimal(0))

    def _open(self, order_id: str) -> Row:
        for row in self.orders:
            if row["order_id"] == order_id:
                if row["status"] not in OPEN:
                    raise KiteError(400, "OrderException", f"Order cannot be changed: it is {row['status']}")
                return row
        raise KiteError(400, "OrderException", "Couldn't find that `order_id`.")

    def _match(self, row: Row, ltp: Decimal) -> None:
        is_buy = row["transaction_type"] == "BUY"
        if row["status"] == "TRIGGER PENDING":
            if (ltp >= row["trigger_price"]) is not is_buy and ltp != row["trigger_price"]:
                return
            row["status"] = "OPEN"
        is_limited = row["order_type"] in ("LIMIT", "SL")
        if is_limited and (ltp > row["price"] if is_buy else ltp < row["price"]):
            return
        row.update(status="COMPLETE", filled_quantity=row["quantity"], average_price=ltp)
        self.trades.append(
            {
                "trade_id": str(len(self.trades) + 1),
                "average_price": ltp,
                "quantity": row["quantity"],
                "fill_timestamp": now_text(),
                "order_timestamp": now_text()[11:],
                **{
                    name: row[name]
                    for name in ("order_id", "exchange", "tradingsymbol", "product", "transaction_type")
                },
            }
        )
        self.tell(row)

    def _position(self, exchange: str, symbol: str, product: str) -> Row:
        sides = {"BUY": [Decimal(0), Decimal(0)], "SELL": [Decimal(0), Decimal(0)]}
        for row in self.trades:
            if (row["exchange"], row["tradingsymbol"], row["product"]) == (exchange, symbol, product):
                sides[row["transaction_type"]][0] += row["quantity"]
                sides[row["transaction_type"]][1] += row["quantity"] * row["average_price"]
        (bought, paid), (sold, got) = sides["BUY"], sides["SELL"]
        quantity = bought - sold
        opened, value = (bought, paid) if quantity > 0 else (sold, got)
        return {
            "tradingsymbol": symbol,
            "exchange": exchange,
            "product": product,
            "quantity": int(quantity),
            "multiplier": 1,
            "average_price": value / opened if quantity else Decimal(0),
            "last_price": self.price(f"{exchange}:{symbol}"),
            "buy_value": paid,
            "sell_value": got,
        }


def _terms(form: Mapping[str, str]) -> Row:
    return {
        "order_type": form["order_type"],
        "quantity": int(form["quantity"]),
        "price": Decimal(form.get("price", "0")),
        "trigger_price": Decimal(form.get("trigger_price", "0")),
        "disclosed_quantity": int(form.get("disclosed_quantity", "0")),
        "validity": form.get("validity", "DAY"),
        "status": "TRIGGER PENDING" if form["order_type"] in ("SL", "SL-M") else "OPEN",
    }


def _check(form: Mapping[str, str]) -> None:
    if form["order_type"] in ("MARKET", "SL-M") and form.get("market_protection", "0") == "0":
        raise KiteError(400, "InputException", "Market orders without market protection are not allowed via API.")
    if len(form.get("tag", "")) > 20:
        raise KiteError(400, "InputException", "Invalid `tag`.")
    if not form["quantity"].isdigit() or int(form["quantity"]) < 1:
        raise KiteError(400, "InputException", "Invalid `quantity`.")
    for name in ("price", "trigger_price"):
        if Decimal(form.get(name, "0")) % Decimal("0.05"):
            raise KiteError(
                400,
                "InputException",
                "Tick size for this script is 0.05. Kindly enter price in the multiple of tick size for this script",
            )
