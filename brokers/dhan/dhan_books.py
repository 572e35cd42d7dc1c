"""Dhan's other books: trades, positions, holdings, funds, margin, and who is logged in."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from brokers.common.rest.row_fields import Row, amount, as_row, indian_time, needed, one_of, text
from brokers.common.symbol_master import Listed, SymbolMaster
from brokers.dhan.dhan_orders import whole
from brokers.dhan.dhan_words import PRODUCTS, SEGMENTS, THEIR_PRODUCTS, key_of, read_ticker
from core.clock import IST
from core.ids import BrokerOrderId
from core.market.broker_session import BrokerSession
from core.money import ZERO, mean_price
from core.orders.order import Action
from core.portfolio.margin import Margin, Priced
from core.portfolio.positions import Funds, Holding, Position, Trade


def read_trade(row: Row, master: SymbolMaster) -> Trade:
    """One line of the trade book. Raises ValueError."""
    exchange, symbol = read_ticker(row, master)
    at = indian_time(row, "exchangeTime", "createTime", "updateTime")
    if at is None:
        raise ValueError("exchangeTime is missing")
    return Trade(
        trade_id=text(row, "exchangeTradeId"),
        broker_order_id=BrokerOrderId(needed(row, "orderId")),
        exchange=exchange,
        symbol=symbol,
        action=Action(needed(row, "transactionType")),
        product=one_of(THEIR_PRODUCTS, row, "productType"),
        quantity=amount(row, "tradedQuantity"),
        price=amount(row, "tradedPrice"),
        at=at,
    )


def read_position(row: Row, master: SymbolMaster) -> Position:
    """One position. Dhan tells its open profit instead of a price, which follows from it. Raises ValueError."""
    exchange, symbol = read_ticker(row, master)
    quantity, cost = amount(row, "netQty"), amount(row, "costPrice")
    units = quantity * (amount(row, "multiplier") or 1)
    realised = amount(row, "realizedProfit")
    return Position(
        exchange=exchange,
        symbol=symbol,
        product=one_of(THEIR_PRODUCTS, row, "productType"),
        quantity=quantity,
        average_price=cost,
        realised=realised,
        realised_today=realised,
        ltp=mean_price(cost + amount(row, "unrealizedProfit") / units) if units else ZERO,
    )


def read_holding(row: Row, master: SymbolMaster) -> Holding:
    """Delivered shares; those on both exchanges are shown on NSE. Raises ValueError."""
    exchange = "BSE" if text(row, "exchange") == "BSE" else "NSE"
    found = master.by_key(key_of(SEGMENTS[exchange], text(row, "securityId")))
    return Holding(
        exchange=exchange,
        symbol=found.symbol if found else needed(row, "tradingSymbol"),
        quantity=amount(row, "totalQty"),
        average_price=amount(row, "avgCostPrice"),
        ltp=amount(row, "lastTradedPrice"),
    )


def read_funds(said: object, positions: Iterable[Position]) -> Funds:
    """The money; profits are those of the positions. Raises ValueError."""
    row = as_row(said)
    # Dhan spells it so.
    needed(row, "availabelBalance")
    listed = tuple(positions)
    return Funds(
        available=amount(row, "availabelBalance"),
        used=amount(row, "utilizedAmount"),
        realised=sum((one.realised_today for one in listed), ZERO),
        unrealised=sum((one.unrealised for one in listed), ZERO),
        collateral=amount(row, "collateralAmount"),
    )


def make_margin_question(one: Priced, listed: Listed) -> Mapping[str, object]:
    """The body that asks what one position would need."""
    return {
        "securityId": listed.key.partition("|")[2],
        "exchangeSegment": SEGMENTS[one.terms.exchange],
        "transactionType": one.terms.action.value,
        "quantity": whole(one.terms.quantity),
        "productType": PRODUCTS[one.terms.product],
        "price": one.price,
        "triggerPrice": one.terms.trigger_price,
    }


def read_margin(said: object) -> Margin:
    """What one position would need. Raises ValueError."""
    row = as_row(said)
    needed(row, "totalMargin")
    total, exposure = amount(row, "totalMargin"), amount(row, "exposureMargin")
    return Margin(span=total - exposure, exposure=exposure)


def add_margins(margins: Iterable[Margin]) -> Margin:
    """The margin of several positions, each by itself: one that hedges another makes it no smaller."""
    listed = tuple(margins)
    return Margin(_sum(one.span for one in listed), _sum(one.exposure for one in listed))


def read_session(said: object) -> BrokerSession:
    """Who is logged in. Raises ValueError."""
    row = as_row(said)
    who = needed(row, "dhanClientId")
    return BrokerSession(True, f"Dhan client {who}", _until(text(row, "tokenValidity")))


def _until(words: str) -> datetime | None:
    try:
        return datetime.strptime(words, "%d/%m/%Y %H:%M").replace(tzinfo=IST)
    except ValueError:
        return None


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)
