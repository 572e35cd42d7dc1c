"""What is tied up, in rupees, worked out anew from all that is held and all that waits."""

from decimal import Decimal
from fractions import Fraction
from functools import cache
from math import ceil

from brokers.paper.symbols.contract_table import load_contract_table
from core.market.instruments import EQUITY_EXCHANGES, Instrument, InstrumentType
from core.orders.order import Action, PositionKey, Product
from core.portfolio.paper_book import Leverage
from tests.paper.reference.records import NOTHING, Account, RefOrder
from tests.paper.reference.stage import FIRST_DAY


def margin(key: PositionKey, quantity: Fraction, price: Fraction, leverage: Leverage) -> Fraction:
    """The margin of a quantity (negative when sold) at a price, rounded up to the paisa."""
    exchange, symbol, product = key
    value = abs(quantity) * price
    if exchange in EQUITY_EXCHANGES:
        return _up(value, leverage.equity_cnc if product is Product.CNC else leverage.equity_mis)
    contract = _contract(exchange, symbol)
    if contract.type is InstrumentType.FUTURE:
        return _up(value, leverage.futures)
    if quantity > 0:
        return _up(value, leverage.option_buy)
    return _up(abs(quantity) * Fraction(contract.strike or 0), leverage.option_sell)


@cache
def _contract(exchange: str, symbol: str) -> Instrument:
    contract = load_contract_table().parse(exchange, symbol, FIRST_DAY)
    assert contract is not None
    return contract


def _up(value: Fraction, divisor: Decimal) -> Fraction:
    return Fraction(ceil(value / Fraction(divisor) * 100), 100)


def tied_up(account: Account, orders: list[RefOrder], leverage: Leverage) -> Fraction:
    """The margin of every position and holding, and what every waiting order reserves."""
    total = NOTHING
    for key, position in account.positions.items():
        total += margin(key, position.quantity, position.average, leverage)
    for (exchange, symbol), holding in account.holdings.items():
        total += margin((exchange, symbol, Product.CNC), holding.quantity, holding.average, leverage)
    for order in orders:
        if order.is_waiting:
            total += reserved(order, account, orders, leverage)
    return total


def reserved(order: RefOrder, account: Account, orders: list[RefOrder], leverage: Leverage) -> Fraction:
    """What one waiting order reserves beside all the others."""
    open_part = Fraction(order.left) - _covered(order, account, orders)
    signed = open_part if order.buys else -open_part
    return margin(order.key, signed, Fraction(order.reserve_price), leverage)


def _covered(order: RefOrder, account: Account, orders: list[RefOrder]) -> Fraction:
    rivals = [o for o in orders if o.is_waiting and o.key == order.key and o.terms.action is order.terms.action]
    cover = reducible(order.key, order.terms.action, account)
    for rival in sorted(rivals, key=lambda o: (o.reserve_price, o.id)):
        part = min(cover, Fraction(rival.left))
        if rival is order:
            return part
        cover -= part
    return NOTHING


def reducible(key: PositionKey, action: Action, account: Account) -> Fraction:
    """By how much an order of this side could reduce the position and, selling CNC, the holding."""
    position = account.positions.get(key)
    quantity = position.quantity if position else NOTHING
    if action is Action.BUY:
        return max(-quantity, NOTHING)
    exchange, symbol, product = key
    holding = account.holdings.get((exchange, symbol)) if product is Product.CNC else None
    return max(quantity, NOTHING) + (holding.quantity if holding else NOTHING)
