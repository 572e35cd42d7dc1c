"""Whether an order in OpenAlgo's book may be the one whose answer was lost: nothing of ours is kept there."""

from datetime import timedelta
from decimal import Decimal

from brokers.openalgo.openalgo_rows import OrderRow
from core.market.instruments import Ticker
from core.orders.broker_order import Sought
from core.orders.order import LegTerms, PriceType

SKEW = timedelta(seconds=2)
"""How far the broker's clock may be behind ours; its times have whole seconds."""
_ROUNDED = Decimal("0.005")
"""OpenAlgo rounds every number of its order book to two places; currencies have four."""
_WITHOUT_PRICE = {
    PriceType.MARKET: frozenset({PriceType.MARKET, PriceType.LIMIT}),
    PriceType.SL_M: frozenset({PriceType.SL_M, PriceType.SL}),
}
"""Brokers change orders without a price to ones with a protective limit."""


def may_be(row: OrderRow, sought: Sought) -> bool:
    """Whether it can be this order. When in doubt it can: a person, or a second look, decides between several."""
    if row.broker_order_id in sought.known or not _fits(row.terms, sought.terms):
        return False
    return row.stated_at is None or row.stated_at >= sought.sent_at.replace(microsecond=0) - SKEW


def may_be_of(ticker: Ticker, sought: Sought) -> bool:
    """Whether an order of which only the instrument is told can be this order; empty words are not told."""
    wanted = sought.terms.exchange, sought.terms.symbol
    return all(told in {one, ""} for told, one in zip(ticker, wanted, strict=True))


def _fits(one: LegTerms, wanted: LegTerms) -> bool:
    if (one.position_key, one.action, one.quantity) != (wanted.position_key, wanted.action, wanted.quantity):
        return False
    is_stop = wanted.pricetype in {PriceType.SL, PriceType.SL_M}
    if is_stop and not _is_same(one.trigger_price, wanted.trigger_price):
        return False
    if wanted.pricetype in _WITHOUT_PRICE:
        return one.pricetype in _WITHOUT_PRICE[wanted.pricetype]
    return one.pricetype is wanted.pricetype and _is_same(one.price, wanted.price)


def _is_same(told: Decimal, wanted: Decimal) -> bool:
    return abs(told - wanted) <= _ROUNDED
