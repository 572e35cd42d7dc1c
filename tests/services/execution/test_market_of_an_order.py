"""What an order is checked by goes by its own trading mode, whatever the account's mode is by now."""

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest

from brokers.feed.polled_feed import PolledFeed
from core.accounts import TradingMode
from core.client.bulk import Verb
from core.errors import Invalid, NotFound
from core.orders.order import Order
from core.services.approval.standing.standing_look import StandingLook
from tests.factories import ASHA, SettableClock, some_terms
from tests.runtime import Spine
from tests.services.execution.live_rig import Live, running_live

LIVE, SANDBOX = TradingMode.LIVE, TradingMode.SANDBOX
ON_PAPER, AT_KITE = Decimal(650), Decimal(800)
"""What SBIN costs."""
ONLY_ON_PAPER, ONLY_AT_KITE = "TCS", "SOMECO-BE"


@pytest.fixture
async def live(tmp_path: Path, template: Path, clock: SettableClock) -> AsyncIterator[Live]:
    """At a Kite that lists and prices other instruments than the paper broker."""
    async with running_live(tmp_path, template, clock) as live:
        live.spine.feed.pin("NSE", "SBIN", ON_PAPER)
        connection = live.spine.runtime.connections.find(live.spine.account.id)
        assert connection is not None
        assert isinstance(connection.feed, PolledFeed)
        connection.feed.quote("NSE", "SBIN")
        await connection.feed.poll_once()
        yield live


async def waiting(spine: Spine, mode: TradingMode, symbol: str = "SBIN") -> Order:
    """An order of this mode that waits, on an account that is in the other one by now."""
    await spine.switch(trading_mode=mode)
    order_id = await spine.queue(some_terms(symbol=symbol))
    await spine.switch(trading_mode=SANDBOX if mode is LIVE else LIVE)
    return await spine.order(order_id)


@pytest.mark.parametrize(("mode", "price"), [(SANDBOX, ON_PAPER), (LIVE, AT_KITE)])
async def test_a_card_shows_the_prices_of_the_order_s_mode(live: Live, mode: TradingMode, price: Decimal) -> None:
    services, order = live.spine.services, await waiting(live.spine, mode)

    quote = services.client_view.quotes(live.spine.account, order.trading_mode)("NSE", "SBIN")

    assert services.checks.glance(live.spine.account, order).last == price
    assert order.signal_prices == {"NSE:SBIN": str(price)}
    assert quote is not None
    assert quote.ltp == price


@pytest.mark.parametrize(("mode", "symbol"), [(SANDBOX, ONLY_ON_PAPER), (LIVE, ONLY_AT_KITE)])
async def test_an_order_is_possible_by_the_instruments_of_its_mode(
    live: Live, mode: TradingMode, symbol: str
) -> None:
    resolver, order = live.spine.services.intake.parts.leg_resolver, await waiting(live.spine, mode, symbol)

    await resolver.require_possible(live.spine.account, order)

    await live.spine.switch(trading_mode=mode)
    with pytest.raises(Invalid):
        await live.spine.submit(some_terms(symbol=ONLY_AT_KITE if mode is SANDBOX else ONLY_ON_PAPER))


async def test_an_old_list_of_the_broker_holds_back_no_sandbox_order(live: Live) -> None:
    resolver, order = live.spine.services.intake.parts.leg_resolver, await waiting(live.spine, SANDBOX)
    live.clock.advance(hours=48)

    await resolver.require_possible(live.spine.account, order)


@pytest.mark.parametrize(("mode", "price"), [(SANDBOX, ON_PAPER), (LIVE, AT_KITE)])
async def test_what_an_order_is_worth_goes_by_its_mode(live: Live, mode: TradingMode, price: Decimal) -> None:
    order, services = await waiting(live.spine, mode), live.spine.services
    terms = [leg.terms for leg in order.legs]

    facts = await services.intake.parts.limits.find(live.spine.account, order.trading_mode, terms, None)
    asked = await services.bulk_decisions.ask(ASHA, Verb.REJECT)
    last_price = services.bulk_decisions.rules.prices(asked.accounts)

    assert facts.value == price * terms[0].quantity
    assert last_price(order, "NSE", "SBIN") == price


@pytest.mark.parametrize(("mode", "symbol"), [(SANDBOX, ONLY_ON_PAPER), (LIVE, ONLY_AT_KITE)])
async def test_market_data_is_of_the_account_s_present_mode(live: Live, mode: TradingMode, symbol: str) -> None:
    account, market = await live.spine.switch(trading_mode=mode), live.spine.services.market

    assert market.instrument(account, "NSE", symbol).symbol == symbol
    with pytest.raises(NotFound):
        market.instrument(account, "NSE", ONLY_AT_KITE if mode is SANDBOX else ONLY_ON_PAPER)


@pytest.mark.parametrize(("mode", "symbol"), [(SANDBOX, ONLY_ON_PAPER), (LIVE, ONLY_AT_KITE)])
async def test_standing_approvals_know_an_order_by_the_list_of_its_mode(
    live: Live, mode: TradingMode, symbol: str
) -> None:
    order = await waiting(live.spine, mode, symbol)

    services, brokers = live.spine.services, live.spine.runtime.brokers
    look = StandingLook(brokers, services.intake.parts.limits, services.checks.surroundings, services.clock)
    asked = look.order(live.spine.account, order, None)

    assert [leg.lot for leg in asked.legs] == [1]
