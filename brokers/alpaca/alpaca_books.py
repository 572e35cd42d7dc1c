"""Alpaca's other books: fills, positions, the account."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from brokers.alpaca.alpaca_words import read_ticker
from brokers.common.rest.row_fields import Row, amount, as_row, indian_time, needed, one_of, text
from brokers.common.symbol_master import SymbolMaster
from core.ids import BrokerOrderId
from core.market.broker_session import BrokerSession
from core.market.instruments import Ticker
from core.money import ZERO
from core.orders.order import Action, Product
from core.portfolio.margin import Margin, Priced
from core.portfolio.positions import Funds, Position, Trade

_SIDES: Mapping[str, Action] = {"buy": Action.BUY, "sell": Action.SELL, "sell_short": Action.SELL}


def read_trade(row: Row, master: SymbolMaster) -> Trade:
    """One fill. Raises ValueError."""
    exchange, symbol = read_ticker(row, master)
    at = indian_time(row, "transaction_time")
    if at is None:
        raise ValueError("transaction_time is missing")
    return Trade(
        trade_id=needed(row, "id"),
        broker_order_id=BrokerOrderId(needed(row, "order_id")),
        exchange=exchange,
        symbol=symbol,
        action=one_of(_SIDES, row, "side"),
        product=Product.CNC,
        quantity=amount(row, "qty"),
        price=amount(row, "price"),
        at=at,
    )


def read_position(row: Row, master: SymbolMaster) -> Position:
    """One position. Raises ValueError."""
    exchange, symbol = read_ticker(row, master)
    return Position(
        exchange=exchange,
        symbol=symbol,
        product=Product.CNC,
        quantity=amount(row, "qty"),
        average_price=amount(row, "avg_entry_price"),
        ltp=amount(row, "current_price"),
    )


@dataclass(slots=True)
class _Day:
    net: Decimal = ZERO
    cash: Decimal = ZERO


def closed_positions(trades: Iterable[Trade], held: Iterable[Position]) -> Sequence[Position]:
    """What was traded and is held no more, which Alpaca does not list; its profit, if these trades have all of it."""
    days: dict[Ticker, _Day] = {}
    for trade in trades:
        day = days.setdefault((trade.exchange, trade.symbol), _Day())
        signed = trade.action.signed(trade.quantity)
        day.net += signed
        day.cash -= signed * trade.price
    for position in held:
        days.pop((position.exchange, position.symbol), None)
    return [_closed(ticker, ZERO if day.net else day.cash) for ticker, day in days.items()]


def read_funds(said: object, positions: Iterable[Position]) -> Funds:
    """The money, in the account's currency; what is not cash is in positions. Raises ValueError."""
    row = as_row(said)
    needed(row, "cash")
    needed(row, "equity")
    listed = tuple(positions)
    unrealised = sum((one.unrealised for one in listed), ZERO)
    return Funds(
        available=amount(row, "cash"),
        used=amount(row, "equity") - amount(row, "cash") - unrealised,
        realised=sum((one.realised_today for one in listed), ZERO),
        unrealised=unrealised,
    )


def whole_value(basket: Sequence[Priced]) -> Margin:
    """Alpaca tells no margin beforehand: what is bought or sold, at its whole value."""
    return Margin(sum((one.price * one.terms.quantity for one in basket), ZERO), ZERO)


def read_session(said: object) -> BrokerSession:
    """Whether the account may trade. Raises ValueError."""
    row = as_row(said)
    status = needed(row, "status")
    account = f"Alpaca account …{text(row, 'account_number')[-4:]}"
    if status != "ACTIVE" or row.get("trading_blocked") is True or row.get("account_blocked") is True:
        return BrokerSession(False, f"{account} may not trade ({status})")
    return BrokerSession(True, account)


def _closed(ticker: Ticker, realised: Decimal) -> Position:
    return Position(*ticker, Product.CNC, ZERO, ZERO, realised, realised)
