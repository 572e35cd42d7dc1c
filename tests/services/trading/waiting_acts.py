"""What people do to waiting orders in the tests."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from core.accounts import OrderMode, TradingMode
from core.ids import UserId
from core.market.market_phase import MarketPhase
from core.orders.broker_order import BrokerOrder, OrderChange
from core.orders.order import LegTerms
from core.services.access.confirmations import Confirmations
from core.services.intake.change_checks import ChangeChecks
from core.services.trading.client_calls import ClientCalls
from core.services.trading.client_cancels import ClientCancels
from core.services.trading.client_changes import ClientChanges
from core.services.trading.client_context import ClientContext
from core.services.trading.recorded_calls import RecordedCalls
from core.services.wakeups import Signals, Wakeups
from tests.factories import ASHA, some_terms
from tests.fakes import OneBroker, ScriptedBroker
from tests.runtime import Spine

AUTO, SEMI = OrderMode.AUTO, OrderMode.SEMI_AUTO
LIVE, SANDBOX = TradingMode.LIVE, TradingMode.SANDBOX
RESTING = some_terms(limit=700)
EVERY_MODE = [(order_mode, trading_mode) for order_mode in OrderMode for trading_mode in TradingMode]


async def resting(spine: Spine, trading_mode: TradingMode = LIVE) -> BrokerOrder:
    """An order of a strategy that rests at the broker; the account is semi-auto again."""
    await spine.switch(order_mode=AUTO, trading_mode=trading_mode)
    await spine.send(RESTING)
    await spine.switch(order_mode=SEMI)
    return (await spine.book(trading_mode).list_orders())[-1]


async def cancel(spine: Spine, number: str, by: UserId = ASHA) -> list[str]:
    """Ask, tap Yes; the problems there were."""
    cancels = spine.services.client_actions.cancels
    question = await cancels.ask_cancel(by, await cancels.find(by, number))
    return [one.problem for one in await cancels.confirm_cancel(by, question.token)]


async def change(spine: Spine, number: str, numbers: Mapping[str, str], by: UserId = ASHA) -> str:
    """Ask, tap Yes; the problem there was."""
    found = await spine.services.client_actions.cancels.find(by, number)
    wanted = {name: Decimal(value) for name, value in numbers.items()}
    question = await spine.services.client_actions.changes.ask_change(by, found, wanted)
    return (await spine.services.client_actions.changes.confirm_change(by, question.token)).problem


def over(
    spine: Spine, broker: ScriptedBroker, phase: MarketPhase = MarketPhase.CLOSED
) -> tuple[ClientCancels, ClientChanges]:
    """The use cases over a broker that follows a script."""
    services, database = spine.services, spine.runtime.database
    brokers = OneBroker(broker, spine.runtime.brokers.instruments(spine.account, LIVE), spine.feed)
    signals = Signals(Wakeups(), lambda _: None)
    context = ClientContext(database, brokers, Confirmations(services.clock), services.clock, signals)
    calls = ClientCalls(context, RecordedCalls(database, spine.runtime.refresher, services.clock))
    checks = ChangeChecks(brokers, Always(phase), services.clock)
    return ClientCancels(context, calls), ClientChanges(context, calls, checks)


def change_to(terms: LegTerms) -> OrderChange:
    """New terms, as somebody else gives them past us."""
    return OrderChange(terms)


class Always:
    """Implements core.ports.Sessions: every exchange is always in the same phase."""

    def __init__(self, at: MarketPhase) -> None:
        self.at = at

    def phase(self, exchange: str, now: datetime) -> MarketPhase:
        """This one."""
        return self.at
