"""Asks a broker what a client should know about an order: what is held, margin, money and charges."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, TypeVar

from core.market.instruments import Ticker
from core.market.quotes import Quote
from core.money import ZERO
from core.orders.order import LegTerms, Order, PriceType, Product
from core.orders.slicing import reduces
from core.portfolio.margin import Priced
from core.ports import Broker, ChargeEstimator

A = TypeVar("A")
B = TypeVar("B")
Quotes = Mapping[Ticker, Quote]


@dataclass(frozen=True, slots=True)
class AtBroker:
    """The broker's part of a check."""

    held: Decimal | None = None
    margin: Decimal | None = None
    available: Decimal | None = None
    charges: Decimal | None = None
    unknown: str = ""


async def look_at(broker: Broker, order: Order, quotes: Quotes) -> AtBroker:
    """The broker's part of a check. Raises BrokerUnavailable, Unready."""
    terms, basket = whole_terms(order), _basket(order, quotes)
    held, funds = await _both(_held(broker, terms), broker.get_funds())
    if basket is None:
        return AtBroker(held=held, available=funds.available)
    charges = _charges(broker)
    # What only reduces a position takes no margin.
    if terms is not None and held is not None and reduces(terms, held):
        return AtBroker(held=held, available=funds.available, charges=await charges(basket))
    margin = await broker.get_margin(basket)
    return AtBroker(held, margin.total, funds.available, await charges(basket))


async def _both(first: Coroutine[Any, Any, A], second: Coroutine[Any, Any, B]) -> tuple[A, B]:
    """Both answers, asked for side by side; when one fails the other is not left behind."""
    asked = asyncio.ensure_future(first), asyncio.ensure_future(second)
    try:
        return await asyncio.gather(*asked)
    finally:
        for one in asked:
            one.cancel()
        await asyncio.gather(*asked, return_exceptions=True)


async def _held(broker: Broker, terms: LegTerms | None) -> Decimal | None:
    """What the account holds of the order's instrument, delivered shares among it."""
    if terms is None:
        return None
    held = sum((one.quantity for one in await broker.list_positions() if one.key == terms.position_key), ZERO)
    if terms.product is not Product.CNC:
        return held
    ticker = terms.exchange, terms.symbol
    delivered = await broker.list_holdings()
    return held + sum((one.quantity for one in delivered if (one.exchange, one.symbol) == ticker), ZERO)


def _charges(broker: Broker) -> Callable[[Sequence[Priced]], Awaitable[Decimal | None]]:
    return broker.estimate_charges if isinstance(broker, ChargeEstimator) else _not_told


async def _not_told(basket: Sequence[Priced]) -> None:
    return None


def _basket(order: Order, quotes: Quotes) -> list[Priced] | None:
    """The legs with what a unit of each would cost; None when a price is missing."""
    priced = [(leg.terms, _price(leg.terms, quotes)) for leg in order.legs]
    return [Priced(terms, price) for terms, price in priced if price] if all(price for _, price in priced) else None


def _price(terms: LegTerms, quotes: Quotes) -> Decimal | None:
    if terms.pricetype in {PriceType.LIMIT, PriceType.SL}:
        return terms.price
    quote = quotes.get((terms.exchange, terms.symbol))
    return terms.trigger_price or (quote.ltp if quote else None)


def whole_terms(order: Order) -> LegTerms | None:
    """What the order trades in all, when every leg is a part of one thing; else None."""
    first = order.legs[0]
    sames = {(leg.part, replace(leg.terms, quantity=ZERO)) for leg in order.legs}
    total = sum((leg.terms.quantity for leg in order.legs), ZERO)
    return replace(first.terms, quantity=total) if len(sames) == 1 else None
