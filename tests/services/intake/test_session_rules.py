"""Rules of an exchange's session hold before a card is shown, and again at the tap."""

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest

from bot.settings.settings import Paper
from core.accounts import TradingMode
from core.errors import Invalid
from core.orders.decisions import Answer
from core.orders.order import LegTerms, PriceType
from tests.factories import SettableClock, some_terms
from tests.runtime import Spine, running_spine

STOP = some_terms(pricetype=PriceType.SL, limit=901, trigger_price=Decimal(900))
BARRED = [STOP, some_terms(quantity=100, limit=800, disclosed_quantity=50)]


@pytest.fixture
async def spine(tmp_path: Path, template: Path, clock: SettableClock) -> AsyncIterator[Spine]:
    """Services whose exchanges open and close; it is Monday, 10:00 in India."""
    async with running_spine(tmp_path, template, clock, paper=Paper()) as running:
        yield running


@pytest.mark.parametrize("mode", list(TradingMode))
@pytest.mark.parametrize("terms", BARRED, ids=["SL", "disclosed"])
async def test_what_the_closing_auction_bars_is_never_shown(spine: Spine, mode: TradingMode, terms: LegTerms) -> None:
    await spine.switch(trading_mode=mode)
    spine.clock.advance(hours=5, minutes=20)
    with pytest.raises(Invalid, match="in the closing auction of shares with derivatives"):
        await spine.submit(terms)
    await spine.queue(some_terms())
    await spine.queue(some_terms(limit=800))


@pytest.mark.parametrize("terms", BARRED, ids=["SL", "disclosed"])
async def test_a_card_from_before_the_auction_is_not_sent_in_it(spine: Spine, terms: LegTerms) -> None:
    spine.clock.advance(hours=5, minutes=14)
    order_id = await spine.queue(terms)
    spine.clock.advance(minutes=2)
    verdict = await spine.approve(order_id)
    assert verdict.answer is Answer.UNREADY
    assert verdict.message.startswith("This order cannot be sent now: NSE takes no SL, SL-M or disclosed quantity")
    assert not await spine.book().list_orders()


@pytest.mark.parametrize("mode", list(TradingMode))
async def test_a_limit_outside_of_the_price_band_is_never_shown(spine: Spine, mode: TradingMode) -> None:
    await spine.switch(trading_mode=mode)
    with pytest.raises(Invalid, match="Price 2000 is outside of today's price band of SBIN on NSE: ₹"):
        await spine.submit(some_terms(limit=2_000))


async def test_a_limit_is_not_held_to_the_band_of_a_day_that_is_over(spine: Spine) -> None:
    spine.clock.advance(hours=10)
    await spine.queue(some_terms(limit=2_000))
