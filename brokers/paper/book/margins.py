"""Margin: the value of a quantity (of a short option: its strike's value), divided by the leverage of its kind."""

from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal

from brokers.paper.symbols.contracts import read_symbol
from core.market.instruments import EQUITY_EXCHANGES
from core.money import EXACT, PAISA, ZERO
from core.orders.order import PositionKey, Product
from core.portfolio.margin import Margin, Priced
from core.portfolio.paper_book import Leverage

_DUST = Decimal("1E-12")


def worth(quantity: Decimal, price: Decimal) -> Decimal:
    """Quantity × price in rupees, rounded to twelve decimals, which drops the rounding error of averages."""
    return EXACT.multiply(quantity, price).quantize(_DUST, context=EXACT)


def margin(key: PositionKey, quantity: Decimal, price: Decimal, leverage: Leverage) -> Decimal:
    """The margin in rupees for this quantity (negative is short) at this price, rounded up to the paisa."""
    exchange, symbol, product = key
    size = quantity.copy_abs()
    if exchange in EQUITY_EXCHANGES:
        return _share(worth(size, price), leverage.equity_cnc if product is Product.CNC else leverage.equity_mis)
    strike = strike_of(symbol)
    if strike is None:
        return _share(worth(size, price), leverage.futures)
    if quantity > 0:
        return _share(worth(size, price), leverage.option_buy)
    return _share(worth(size, strike), leverage.option_sell)


def basket_margin(basket: Sequence[Priced], leverage: Leverage) -> Margin:
    """The margin for opening all of these positions, without netting between them."""
    return Margin(ZERO, sum((_priced_margin(one, leverage) for one in basket), ZERO))


def strike_of(symbol: str) -> Decimal | None:
    """An option's strike in rupees, as its symbol says it; None for what is no option."""
    named = read_symbol(symbol)
    return named.strike if named else None


def _priced_margin(one: Priced, leverage: Leverage) -> Decimal:
    terms = one.terms
    return margin(terms.position_key, terms.action.signed(terms.quantity), one.price, leverage)


def _share(value: Decimal, leverage: Decimal) -> Decimal:
    return EXACT.divide(value, leverage).quantize(PAISA, ROUND_CEILING, EXACT)
