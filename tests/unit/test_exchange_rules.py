"""What a broker would refuse is refused here first, with the rule in words."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from core.errors import Invalid
from core.market.instruments import Instrument, InstrumentType
from core.orders.exchange_rules import require_allowed
from core.orders.order import Action, LegTerms, PriceType
from tests.factories import some_terms

NOW = datetime(2026, 11, 26, 5, tzinfo=UTC)
SHARE = Instrument("NSE", "SBIN", "State Bank of India", InstrumentType.EQUITY, 1, Decimal("0.05"))
CALL = Instrument(
    "NFO", "NIFTY29DEC2626000CE", "NIFTY", InstrumentType.CALL, 65, Decimal("0.05"), strike=Decimal(26_000)
)
FUTURE = replace(CALL, symbol="NIFTY29DEC26FUT", type=InstrumentType.FUTURE, strike=None)


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
