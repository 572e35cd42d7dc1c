"""What a broker would refuse is refused here first, with the rule in words."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from core.clock import IST
from core.errors import Invalid
from core.market.instruments import Instrument, InstrumentType
from core.market.market_phase import MarketPhase
from core.market.quotes import Quote
from core.orders import exchange_rules
from core.orders.exchange_rules import Situation
from core.orders.order import Action, LegTerms, PriceType
from tests.factories import some_terms

NOW = datetime(2026, 11, 26, 5, tzinfo=UTC)
SHARE = Instrument("NSE", "SBIN", "State Bank of India", InstrumentType.EQUITY, 1, Decimal("0.05"))
STOCK = replace(SHARE, has_derivatives=True)
CALL = Instrument(
    "NFO", "NIFTY29DEC2626000CE", "NIFTY", InstrumentType.CALL, 65, Decimal("0.05"), strike=Decimal(26_000)
)
FUTURE = replace(CALL, symbol="NIFTY29DEC26FUT", type=InstrumentType.FUTURE, strike=None)


def require_allowed(terms: LegTerms, instrument: Instrument, now: datetime) -> None:
    """Judged while the exchange trades, and without a price."""
    exchange_rules.require_allowed(terms, Situation(instrument, None, now, MarketPhase.SESSION))


def stop(action: Action, trigger: int, price: int) -> LegTerms:
    """An SL order for ten."""
    return some_terms(action, pricetype=PriceType.SL, limit=price, trigger_price=Decimal(trigger))


def sl_m(instrument: Instrument) -> LegTerms:
    """An SL-M order for this instrument."""
    terms = some_terms(pricetype=PriceType.SL_M, trigger_price=Decimal(800))
    return replace(terms, exchange=instrument.exchange, symbol=instrument.symbol)


@pytest.mark.parametrize("instrument", [SHARE, FUTURE])
def test_sl_m_is_taken_where_the_exchange_takes_it(instrument: Instrument) -> None:
    require_allowed(sl_m(instrument), instrument, NOW)


@pytest.mark.parametrize("instrument", [CALL, replace(SHARE, exchange="BSE"), replace(FUTURE, exchange="BFO")])
def test_sl_m_is_refused_on_options_and_on_bse(instrument: Instrument) -> None:
    with pytest.raises(Invalid, match="takes no SL-M orders"):
        require_allowed(sl_m(instrument), instrument, NOW)


def test_a_rule_holds_from_its_own_day_on() -> None:
    require_allowed(sl_m(CALL), CALL, datetime(2021, 9, 24, tzinfo=UTC))


@pytest.mark.parametrize(("action", "trigger", "price"), [(Action.BUY, 800, 799), (Action.SELL, 800, 801)])
def test_a_limit_better_than_its_trigger_is_refused(action: Action, trigger: int, price: int) -> None:
    with pytest.raises(Invalid, match="must not be better than its trigger"):
        require_allowed(stop(action, trigger, price), SHARE, NOW)


@pytest.mark.parametrize(("action", "price"), [(Action.BUY, 800), (Action.BUY, 801), (Action.SELL, 799)])
def test_a_limit_at_or_behind_its_trigger_is_allowed(action: Action, price: int) -> None:
    require_allowed(stop(action, 800, price), SHARE, NOW)


@pytest.mark.parametrize(("disclosed", "is_allowed"), [(0, True), (9, False), (10, True), (100, True), (101, False)])
def test_between_a_tenth_and_all_may_be_disclosed(disclosed: int, is_allowed: bool) -> None:
    terms = some_terms(quantity=100, disclosed_quantity=disclosed)

    if is_allowed:
        require_allowed(terms, SHARE, NOW)
    else:
        with pytest.raises(Invalid, match="Disclosed quantity"):
            require_allowed(terms, SHARE, NOW)


def at(moment: str, instrument: Instrument = STOCK, phase: MarketPhase = MarketPhase.SESSION) -> Situation:
    """Judged at this Indian time, without a price."""
    return Situation(instrument, None, datetime.fromisoformat(moment).replace(tzinfo=IST), phase)


BARRED = {
    "SL": stop(Action.BUY, 800, 801),
    "SL-M": sl_m(SHARE),
    "disclosed quantity": some_terms(quantity=100, disclosed_quantity=50),
}


@pytest.mark.parametrize("terms", BARRED.values(), ids=BARRED)
@pytest.mark.parametrize("moment", ["2026-08-03T15:15", "2026-11-26T15:29:59"])
def test_the_closing_auction_takes_no_stops_and_no_disclosed_quantity(moment: str, terms: LegTerms) -> None:
    with pytest.raises(Invalid, match=r"NSE takes no SL, SL-M or disclosed quantity in the closing auction .* LIMIT"):
        exchange_rules.require_allowed(terms, at(moment))


@pytest.mark.parametrize("terms", BARRED.values(), ids=BARRED)
@pytest.mark.parametrize(
    "situation",
    [
        at("2026-11-26T15:14:59"),
        at("2026-11-26T15:30"),
        at("2026-07-31T15:20"),
        at("2026-11-26T15:20", SHARE),
        at("2026-11-28T15:20", phase=MarketPhase.CLOSED),
        at("2026-11-26T15:20", phase=MarketPhase.ENDLESS),
    ],
    ids=["before it", "after it", "before there was one", "no derivatives", "closed", "never closes"],
)
def test_there_is_no_closing_auction(situation: Situation, terms: LegTerms) -> None:
    exchange_rules.require_allowed(terms, situation)


@pytest.mark.parametrize("terms", [some_terms(), some_terms(limit=800)])
def test_the_closing_auction_takes_plain_orders(terms: LegTerms) -> None:
    exchange_rules.require_allowed(terms, at("2026-11-26T15:20"))


def priced(instrument: Instrument = SHARE, close: int = 800, traded: int = 800, **other: Any) -> Situation:
    """Judged in a session by a quote that has traded at one price since the close."""
    last = Decimal(traded)
    quote = Quote("NSE", "SBIN", last, last, last, last, last, last, Decimal(close), 1, NOW)
    return Situation(instrument, quote, NOW, other.get("phase", MarketPhase.SESSION))


@pytest.mark.parametrize(
    ("situation", "low", "high"),
    [
        (priced(), 640, 960),
        (priced(replace(SHARE, exchange="BSE")), 640, 960),
        (priced(traded=1000), 640, 1000),
        (priced(STOCK), 720, 880),
        (priced(STOCK, traded=879), 720, 880),
        (priced(STOCK, traded=880), 680, 920),
        (priced(STOCK, traded=700), 680, 920),
        (priced(STOCK, traded=680), 640, 960),
    ],
    ids=["NSE", "BSE", "traded beyond", "moving", "not yet moved", "moved up", "moved down", "moved twice"],
)
def test_a_limit_keeps_to_the_price_band(situation: Situation, low: int, high: int) -> None:
    exchange = situation.instrument.exchange
    for limit in (low, high):
        exchange_rules.require_allowed(some_terms(limit=limit, exchange=exchange), situation)
    for limit in (low - 1, high + 1):
        with pytest.raises(Invalid, match=f"Price {limit} is outside of today's price band of SBIN on {exchange}: "):
            exchange_rules.require_allowed(some_terms(limit=limit, exchange=exchange), situation)


@pytest.mark.parametrize(
    "situation",
    [
        replace(priced(), quote=None),
        priced(close=0),
        priced(phase=MarketPhase.CLOSED),
        priced(phase=MarketPhase.ENDLESS),
        priced(FUTURE),
    ],
    ids=["no quote", "close unknown", "closed", "never closes", "a future"],
)
def test_where_the_band_is_not_known_any_limit_is_allowed(situation: Situation) -> None:
    exchange_rules.require_allowed(some_terms(limit=9_000, exchange=situation.instrument.exchange), situation)


def test_a_market_order_has_no_limit_to_keep_to_the_band() -> None:
    exchange_rules.require_allowed(some_terms(), priced())
