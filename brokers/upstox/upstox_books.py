"""Upstox's other books: trades, positions, holdings, funds, margin, charges."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from brokers.common.rest.row_fields import Row, amount, as_row, as_rows, indian_time, needed, text
from brokers.common.symbol_master import SymbolMaster
from brokers.upstox.upstox_orders import data_in
from brokers.upstox.upstox_words import PRODUCTS, read_product, read_ticker, whole
from core.ids import BrokerOrderId
from core.money import ZERO, plain
from core.orders.order import Action
from core.portfolio.margin import Margin, Priced
from core.portfolio.positions import Funds, Holding, Position, Trade


def read_trade(row: Row, master: SymbolMaster) -> Trade:
    """One line of the trade book. Raises ValueError."""
    exchange, symbol = read_ticker(row, master)
    at = indian_time(row, "exchange_timestamp", "order_timestamp")
    if at is None:
        raise ValueError("exchange_timestamp is missing")
    return Trade(
        trade_id=text(row, "trade_id"),
        broker_order_id=BrokerOrderId(needed(row, "order_id")),
        exchange=exchange,
        symbol=symbol,
        action=Action(needed(row, "transaction_type")),
        product=read_product(row, exchange),
        quantity=amount(row, "quantity"),
        price=amount(row, "average_price"),
        at=at,
    )


def read_position(row: Row, master: SymbolMaster) -> Position:
    """One position. Raises ValueError."""
    exchange, symbol = read_ticker(row, master)
    quantity = amount(row, "quantity")
    realised = amount(row, "realised")
    return Position(
        exchange=exchange,
        symbol=symbol,
        product=read_product(row, exchange),
        quantity=quantity,
        average_price=amount(row, "average_price") if quantity else ZERO,
        realised=realised,
        realised_today=realised,
        ltp=amount(row, "last_price"),
    )


def read_holding(row: Row, master: SymbolMaster) -> Holding:
    """Delivered shares. Raises ValueError."""
    exchange, symbol = read_ticker(row, master)
    return Holding(
        exchange=exchange,
        symbol=symbol,
        quantity=amount(row, "quantity") + amount(row, "t1_quantity"),
        average_price=amount(row, "average_price"),
        ltp=amount(row, "last_price"),
    )


def read_funds(said: object, positions: Iterable[Position]) -> Funds:
    """The money of both segments; profits are those of the positions. Raises ValueError."""
    segments = as_row(data_in(said))
    equity = as_row(segments.get("equity"))
    needed(equity, "available_margin")
    money = (equity, as_row(segments.get("commodity") or {}))
    listed = tuple(positions)
    return Funds(
        available=_sum(amount(one, "available_margin") for one in money),
        used=_sum(amount(one, "used_margin") for one in money),
        realised=_sum(one.realised_today for one in listed),
        unrealised=_sum(one.unrealised for one in listed),
    )


def make_margin_question(basket: Sequence[tuple[Priced, str]]) -> Mapping[str, object]:
    """The body that asks what these positions, each with its key, would need."""
    return {
        "instruments": [
            {
                "instrument_key": key,
                "quantity": whole(one.terms.quantity),
                "product": PRODUCTS[one.terms.product],
                "transaction_type": one.terms.action.value,
                "price": one.price,
            }
            for one, key in basket
        ]
    }


def read_margin(said: object) -> Margin:
    """What the positions would need together. Raises ValueError."""
    data = as_row(data_in(said))
    needed(data, "final_margin")
    final = amount(data, "final_margin")
    exposure = min(final, _sum(amount(one, "exposure_margin") for one in as_rows(data.get("margins"))))
    return Margin(span=final - exposure, exposure=exposure)


def make_charges_question(one: Priced, key: str) -> Mapping[str, str]:
    """The parameters that ask what one trade costs."""
    return {
        "instrument_token": key,
        "quantity": str(whole(one.terms.quantity)),
        "product": PRODUCTS[one.terms.product],
        "transaction_type": one.terms.action.value,
        "price": plain(one.price),
    }


def read_charges(said: object) -> Decimal:
    """What one trade costs. Raises ValueError."""
    charges = as_row(as_row(data_in(said)).get("charges"))
    needed(charges, "total")
    return amount(charges, "total")


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)
