"""The rows of OpenAlgo's order and trade books, as they are: what they call complete need not be."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from brokers.openalgo.openalgo_placing import order_id_of
from brokers.openalgo.openalgo_times import parse_time
from core.clock import session_start
from core.ids import BrokerOrderId
from core.market.instruments import Ticker
from core.money import ZERO
from core.orders.order import Action, LegTerms, PriceType, Product
from core.orders.states import BrokerStatus
from core.portfolio.positions import Trade

_log = logging.getLogger(__name__)
_STATUSES = {
    "open": BrokerStatus.OPEN,
    "trigger pending": BrokerStatus.TRIGGER_PENDING,
    "trigger_pending": BrokerStatus.TRIGGER_PENDING,
    "complete": BrokerStatus.COMPLETE,
    "cancelled": BrokerStatus.CANCELLED,
    "canceled": BrokerStatus.CANCELLED,
    "rejected": BrokerStatus.REJECTED,
}


def _none_is_zero(value: object) -> object:
    return 0 if value is None or value == "" else value


def _upper(value: object) -> object:
    return value.strip().upper() if isinstance(value, str) else value


Amount = Annotated[Decimal, BeforeValidator(_none_is_zero), Field(allow_inf_nan=False)]


class Row(BaseModel):
    """What orders, trades and positions have in common."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    exchange: Annotated[str, Field(min_length=1)]
    symbol: Annotated[str, Field(min_length=1)]
    product: Annotated[Product, BeforeValidator(_upper)]
    quantity: Amount


class _OrderFields(Row):
    action: Annotated[Action, BeforeValidator(_upper)]
    pricetype: Annotated[
        PriceType, BeforeValidator(_upper), Field(validation_alias=AliasChoices("pricetype", "price_type"))
    ]
    price: Amount = ZERO
    trigger_price: Amount = ZERO
    disclosed_quantity: Amount = ZERO
    order_status: str | None = None
    rejection_reason: str | None = None


class _TradeFields(Row):
    action: Annotated[Action, BeforeValidator(_upper)]
    average_price: Amount


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order as the book tells it. `stated_at` is None when its time cannot be read."""

    broker_order_id: BrokerOrderId
    terms: LegTerms
    status: BrokerStatus
    stated_at: datetime | None
    reason: str
    repeats_the_row_before: bool
    """Its status is that of the row before: some brokers' modules copy it there when they do not know better."""


@dataclass(frozen=True, slots=True)
class OrderRows:
    """The order book in its own sequence, and the instruments of rows that cannot be read as an order."""

    rows: Sequence[OrderRow]
    unread: frozenset[Ticker] = frozenset()


def parse_orders(fields: Mapping[str, object], now: datetime) -> OrderRows:
    """The answer of orderbook. Raises ValueError when it is none, or a row has no number."""
    data = fields.get("data")
    orders = data.get("orders") if isinstance(data, Mapping) else None
    if not isinstance(orders, list):
        raise ValueError("no list of orders")
    found: list[OrderRow] = []
    unread: set[Ticker] = set()
    before: object = None
    for one in orders:
        order_id = order_id_of(one) if isinstance(one, Mapping) else None
        if order_id is None:
            raise ValueError("an order without a number")
        status = one.get("order_status")
        try:
            found.append(_read_order(one, order_id, now, repeats=status == before))
        except ValidationError:
            _log.warning("OpenAlgo's order book: order %s is of a kind that is not known here", order_id)
            # An instrument that OpenAlgo does not know has no symbol.
            unread.add((str(one.get("exchange") or ""), str(one.get("symbol") or "")))
        before = status
    return OrderRows(found, frozenset(unread))


def _read_order(one: Mapping[str, object], order_id: BrokerOrderId, now: datetime, *, repeats: bool) -> OrderRow:
    fields = _OrderFields.model_validate(one)
    terms = LegTerms(
        exchange=fields.exchange,
        symbol=fields.symbol,
        action=fields.action,
        quantity=fields.quantity,
        pricetype=fields.pricetype,
        product=fields.product,
        price=fields.price,
        trigger_price=fields.trigger_price,
        disclosed_quantity=int(fields.disclosed_quantity),
    )
    status = _status(order_id, fields.order_status)
    reason = " ".join((fields.rejection_reason or "").split())
    return OrderRow(order_id, terms, status, parse_time(one.get("timestamp"), now), reason, repeats)


def _status(order_id: BrokerOrderId, word: str | None) -> BrokerStatus:
    known = _STATUSES.get((word or "").strip().lower())
    if known is None:
        _log.warning(
            "OpenAlgo's order book: order %s has the unknown status %.40r; it counts as open", order_id, word
        )
    return known or BrokerStatus.OPEN


def parse_trades(fields: Mapping[str, object], now: datetime) -> Sequence[Trade]:
    """The answer of tradebook, oldest first; the order of a trade that cannot be read counts as open.

    Raises ValueError when it is no book.
    """
    trades = fields.get("data")
    if not isinstance(trades, list):
        raise ValueError("no list of trades")
    counts: dict[BrokerOrderId, int] = {}
    found: list[Trade] = []
    for one in trades:
        order_id = order_id_of(one) if isinstance(one, Mapping) else None
        if order_id is None:
            _log.warning("OpenAlgo's trade book: a trade without an order's number is left out")
            continue
        counts[order_id] = counts.get(order_id, 0) + 1
        try:
            found.append(_read_trade(one, order_id, counts[order_id], now))
        except ValidationError:
            _log.warning("OpenAlgo's trade book: a trade of order %s cannot be read, and is left out", order_id)
    return sorted(found, key=lambda trade: trade.at)


def _read_trade(one: Mapping[str, object], order_id: BrokerOrderId, number: int, now: datetime) -> Trade:
    fields = _TradeFields.model_validate(one)
    return Trade(
        # Live books give trades no number of their own.
        trade_id=str(one.get("tradeid") or f"{order_id}-{number}"),
        broker_order_id=order_id,
        exchange=fields.exchange,
        symbol=fields.symbol,
        action=fields.action,
        product=fields.product,
        quantity=fields.quantity.copy_abs(),
        price=fields.average_price,
        at=parse_time(one.get("timestamp"), now) or session_start(now),
    )


def parse_average(fields: Mapping[str, object]) -> Decimal:
    """What orderstatus says that an order was filled at; 0 unless it calls the order complete. Raises ValueError."""
    data = fields.get("data")
    if not isinstance(data, Mapping):
        raise ValueError("no status")
    average = data.get("average_price")
    if str(data.get("order_status")).strip().lower() != "complete" or average in {None, ""}:
        return ZERO
    try:
        return max(ZERO, Decimal(str(average)))
    except ArithmeticError:
        raise ValueError("no price") from None
