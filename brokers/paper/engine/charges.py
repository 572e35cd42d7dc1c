"""The charges of a fill: a discount broker's brokerage, exchange charges, and taxes.

The rates stand as of 1 April 2026, looked up in November 2026; NSE's transaction charges of ₹306.99 a crore
(shares), ₹182.99 (futures) and ₹3,552 of the premium (options) hold since 1 March 2026 (circular NSE/FA/73061).
Brokerage: what large discount brokers ask.
Transaction charges, stamp duty, SEBI's fee and GST: brokers' public lists, such as tradejini.com/charges and
shareindia.com, for currencies and commodities support.hdfcsky.com. Securities transaction tax: the same, with
futures raised from 0.02 to 0.05 and options from 0.1 to 0.15 percent by the Union Budget 2026, as
proficientequities.com lists them. Left out: depositories' charges for sold holdings, the exchanges' investor
protection funds (which some lists add to the transaction charges), and the rounding of tax and stamp duty to
whole rupees.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from brokers.paper.book.margins import strike_of, worth
from core.market.instruments import EQUITY_EXCHANGES
from core.money import EXACT, PAISA, ZERO
from core.orders.order import Action, LegTerms, Product
from core.portfolio.paper_book import PaperOrder


class Segment(StrEnum):
    """What brokers price alike."""

    DELIVERY = "delivery"
    INTRADAY = "intraday"
    FUTURES = "futures"
    OPTIONS = "options"


@dataclass(frozen=True, slots=True)
class Rates:
    """Percent of the traded value, which for options is the premium."""

    transaction: Decimal
    stamp: Decimal
    """Paid by buyers."""
    tax_sell: Decimal = ZERO
    tax_buy: Decimal = ZERO
    """Securities or commodities transaction tax."""


BROKERAGE_PERCENT = Decimal("0.03")
MOST_BROKERAGE = Decimal(20)
"""Rupees an order; an option order always pays it, delivery pays nothing."""
SEBI_PERCENT = Decimal("0.0001")
GST_PERCENT = Decimal(18)
"""Of brokerage, transaction charges and SEBI's fee."""


def _rates(transaction: str, stamp: str, tax_sell: str = "0", tax_buy: str = "0") -> Rates:
    return Rates(Decimal(transaction), Decimal(stamp), Decimal(tax_sell), Decimal(tax_buy))


_S = Segment
RateTable = Mapping[str, Mapping[Segment, Rates]]
_UNTIL_MARCH_2026: RateTable = {
    "NSE": {_S.DELIVERY: _rates("0.00297", "0.015", "0.1", "0.1"), _S.INTRADAY: _rates("0.00297", "0.003", "0.025")},
    "BSE": {_S.DELIVERY: _rates("0.00375", "0.015", "0.1", "0.1"), _S.INTRADAY: _rates("0.00375", "0.003", "0.025")},
    "NFO": {_S.FUTURES: _rates("0.00173", "0.002", "0.05"), _S.OPTIONS: _rates("0.03503", "0.003", "0.15")},
    "BFO": {_S.FUTURES: _rates("0", "0.002", "0.05"), _S.OPTIONS: _rates("0.0325", "0.003", "0.15")},
    "CDS": {_S.FUTURES: _rates("0.00035", "0.0001"), _S.OPTIONS: _rates("0.0311", "0.0001")},
    "BCD": {_S.FUTURES: _rates("0.00045", "0.0001"), _S.OPTIONS: _rates("0.001", "0.0001")},
    "MCX": {_S.FUTURES: _rates("0.0021", "0.002", "0.01"), _S.OPTIONS: _rates("0.0418", "0.003", "0.05")},
}
RATES: tuple[tuple[date, RateTable], ...] = (
    (
        date(2026, 3, 1),
        {
            **_UNTIL_MARCH_2026,
            "NSE": {
                _S.DELIVERY: _rates("0.0030699", "0.015", "0.1", "0.1"),
                _S.INTRADAY: _rates("0.0030699", "0.003", "0.025"),
            },
            "NFO": {_S.FUTURES: _rates("0.0018299", "0.002", "0.05"), _S.OPTIONS: _rates("0.03552", "0.003", "0.15")},
        },
    ),
    (date.min, _UNTIL_MARCH_2026),
)
"""From which day on what is taken, the newest first; by exchange, and what is not named pays what MCX takes."""


def rates_on(day: date) -> RateTable:
    """The rates of this day: an older fill is charged what was asked then."""
    return next(table for since, table in RATES if day >= since)


@dataclass(frozen=True, slots=True)
class SameDay:
    """The part of a delivery sale that was bought on the same day, and the average price of that purchase."""

    quantity: Decimal = ZERO
    price: Decimal = ZERO


_NOTHING = SameDay()


def charges_of(
    order: PaperOrder, quantity: Decimal, price: Decimal, rates: RateTable, same_day: SameDay = _NOTHING
) -> Decimal:
    """All charges in rupees for one fill of an order that stands as it was before it.

    Shares bought and sold in delivery on one day are intraday: their sale pays so, and what their purchase has
    paid too much is given back with it, so that the fill's charges may be below zero.
    """
    terms, filled = order.terms, order.filled_quantity
    of_exchange = rates.get(terms.exchange, rates["MCX"])

    def bill(segment: Segment, action: Action, before: Decimal, value: Decimal) -> Decimal:
        return _bill(of_exchange[segment], segment, action, before, value) if value else ZERO

    before = worth(filled, order.average_price)
    usual = bill(_segment(terms), terms.action, before, worth(quantity - same_day.quantity, price))
    if not same_day.quantity:
        return usual
    sold = bill(_S.INTRADAY, Action.SELL, before, worth(same_day.quantity, price))
    bought = worth(filled, same_day.price), worth(same_day.quantity, same_day.price)
    return usual + sold + bill(_S.INTRADAY, Action.BUY, *bought) - bill(_S.DELIVERY, Action.BUY, *bought)


def estimate(terms: LegTerms, price: Decimal, rates: RateTable) -> Decimal:
    """All charges in rupees for an order that would be filled whole at this price, as if nothing had come before."""
    segment = _segment(terms)
    of_exchange = rates.get(terms.exchange, rates["MCX"])
    return _bill(of_exchange[segment], segment, terms.action, ZERO, worth(terms.quantity, price))


def _bill(rates: Rates, segment: Segment, action: Action, before: Decimal, value: Decimal) -> Decimal:
    # The cap is per order, however many fills it takes.
    brokerage = _brokerage(segment, before + value) - _brokerage(segment, before)
    transaction, sebi = _part(value, rates.transaction), _part(value, SEBI_PERCENT)
    is_buy = action is Action.BUY
    tax = _part(value, rates.tax_buy if is_buy else rates.tax_sell)
    stamp = _part(value, rates.stamp) if is_buy else ZERO
    return brokerage + transaction + sebi + _part(brokerage + transaction + sebi, GST_PERCENT) + tax + stamp


def _segment(terms: LegTerms) -> Segment:
    if terms.exchange in EQUITY_EXCHANGES:
        return Segment.DELIVERY if terms.product is Product.CNC else Segment.INTRADAY
    return Segment.OPTIONS if strike_of(terms.symbol) else Segment.FUTURES


def _brokerage(segment: Segment, value: Decimal) -> Decimal:
    if segment is Segment.DELIVERY or not value:
        return ZERO
    return MOST_BROKERAGE if segment is Segment.OPTIONS else min(_part(value, BROKERAGE_PERCENT), MOST_BROKERAGE)


def _part(value: Decimal, percent: Decimal) -> Decimal:
    return EXACT.multiply(value, percent / 100).quantize(PAISA, ROUND_HALF_UP, EXACT)
