"""Positions, holdings, money, margins and charges at Kite."""

from collections.abc import Sequence
from decimal import Decimal

from brokers.common.rest.row_fields import Row, amount, as_row, text
from brokers.common.symbol_master import SymbolMaster
from brokers.zerodha.kite_fields import rows, warn_of
from brokers.zerodha.kite_orders import PRODUCTS, named
from core.money import ZERO, mean_price, to_paise
from core.portfolio.margin import Margin
from core.portfolio.positions import Funds, Holding, Position

_SEGMENTS = ("equity", "commodity")


def read_positions(data: object, master: SymbolMaster) -> Sequence[Position]:
    """The net positions. Those of products that only Kite has (MTF, cover orders) are left out: they would look like
    positions that an order of ours can close. Raises ValueError."""
    net = rows(as_row(data).get("net"))
    return [_position(row, master) for row in net if _is_of_ours(row)]


def _is_of_ours(row: Row) -> bool:
    word = text(row, "product")
    if word not in PRODUCTS:
        warn_of("a position of product", word)
    return word in PRODUCTS


def _position(row: Row, master: SymbolMaster) -> Position:
    """Kite's own `realised` and `unrealised` are not used: it writes all of the profit into one of them."""
    what = named(row, master)
    # A contract that is not listed has its size here all the same.
    units = amount(row, "multiplier") or Decimal(what.units)
    quantity, cost = amount(row, "quantity") * units, amount(row, "average_price")
    realised = amount(row, "sell_value") - amount(row, "buy_value") + quantity * cost
    return Position(
        exchange=what.exchange,
        symbol=what.symbol,
        product=PRODUCTS[text(row, "product")],
        quantity=quantity,
        average_price=mean_price(cost),
        realised=realised,
        realised_today=realised,
        ltp=amount(row, "last_price"),
    )


def read_holdings(data: object, master: SymbolMaster) -> Sequence[Holding]:
    """What is owned and can be sold: delivered, or bought and not delivered yet. Raises ValueError."""
    held = [_holding(row, master) for row in rows(data)]
    return [one for one in held if one.quantity]


def _holding(row: Row, master: SymbolMaster) -> Holding:
    what = named(row, master)
    quantity = amount(row, "quantity") + amount(row, "t1_quantity")
    price = mean_price(amount(row, "average_price"))
    return Holding(what.exchange, what.symbol, quantity, price, ltp=amount(row, "last_price"))


def read_funds(data: object, positions: Sequence[Position]) -> Funds:
    """The money of all segments together; profits are those of the positions. Raises ValueError."""
    segments = [as_row(one) for name in _SEGMENTS if (one := as_row(data).get(name))]
    if not segments:
        raise ValueError("no segment")
    available = [as_row(one.get("available") or {}) for one in segments]
    used = [as_row(one.get("utilised") or {}) for one in segments]
    return Funds(
        available=_sum(segments, "net"),
        used=_sum(used, "debits"),
        realised=sum((one.realised_today for one in positions), ZERO),
        unrealised=sum((one.unrealised for one in positions), ZERO),
        collateral=_sum(available, "collateral"),
    )


def _sum(parts: Sequence[Row], name: str) -> Decimal:
    """Kite's amounts are binary fractions, such as 100.05000000002."""
    return to_paise(sum((amount(part, name) for part in parts), ZERO))


def read_margin(data: object) -> Margin:
    """What a basket needs in the end. All that is not SPAN stands as exposure. Raises ValueError."""
    final = as_row(as_row(data).get("final"))
    if final.get("total") is None:
        raise ValueError("no total")
    total, span = amount(final, "total"), amount(final, "span")
    return Margin(span, total - span)


def read_charges(data: object, trades: int) -> Decimal:
    """What so many trades cost together. Raises ValueError when one has no figure."""
    charges = [as_row(row.get("charges")) for row in rows(data)]
    if len(charges) != trades or any(one.get("total") is None for one in charges):
        raise ValueError("no charges")
    return _sum(charges, "total")
