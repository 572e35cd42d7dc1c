"""Orders placed, changed, cancelled and filled in any order, with failures and restarts between."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from decimal import Decimal
from typing import TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from core.errors import BrokerRefused, BrokerUnavailable
from core.ids import ClientOrderId
from core.orders.broker_order import BrokerOrder
from core.orders.order import Action, LegTerms, PriceType
from core.orders.states import BrokerStatus
from core.portfolio.paper_book import PaperChanges, PaperHead
from core.portfolio.positions import Holding
from tests.depth import examples
from tests.paper.rig import BUY, CNC, MIS, Rig, terms

T = TypeVar("T")
CAPITAL = Decimal(40_000)
OWNED = Holding("NSE", "SBIN", Decimal(20), Decimal(700))
CENT = Decimal("1E-6")

prices = st.integers(790, 810)
orders = st.builds(
    terms,
    action=st.sampled_from(Action),
    quantity=st.integers(1, 15),
    pricetype=st.sampled_from(PriceType),
    price=prices,
    trigger_price=prices,
    product=st.sampled_from([MIS, CNC]),
)


def _signed(action: Action, quantity: Decimal) -> Decimal:
    return quantity if action is BUY else -quantity


class PaperMachine(RuleBasedStateMachine):
    """One book over one store; whatever happens, the sums must hold."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.rig = Rig(capital=CAPITAL)
        self.do(self.rig.give(PaperChanges(PaperHead(CAPITAL), holdings=(OWNED,))))
        self.sent: list[ClientOrderId] = []
        self.tick(800)

    def teardown(self) -> None:
        """End the event loop."""
        self.rig.brokers.close()
        self.runner.close()

    def do(self, work: Coroutine[None, None, T]) -> T:
        """Run it to its end."""
        return self.runner.run(work)

    def attempt(self, work: Coroutine[None, None, BrokerOrder]) -> None:
        """Run what the broker may refuse."""
        try:
            self.do(work)
        except (BrokerRefused, BrokerUnavailable):
            return

    @rule(wanted=orders)
    def place(self, wanted: LegTerms) -> None:
        """A new order."""
        self.sent.append(self.rig.next_client_order_id())
        self.attempt(self.rig.broker.add_order(self.sent[-1], wanted, ""))

    @precondition(lambda self: self.sent)
    @rule(wanted=orders, data=st.data())
    def place_again(self, wanted: LegTerms, data: st.DataObject) -> None:
        """A client order id comes twice."""
        self.attempt(self.rig.broker.add_order(data.draw(st.sampled_from(self.sent)), wanted, ""))

    @precondition(lambda self: self.known())
    @rule(wanted=orders, data=st.data())
    def modify(self, wanted: LegTerms, data: st.DataObject) -> None:
        """Any order, open or not, and terms that may not fit it."""
        self.attempt(self.rig.modify(data.draw(st.sampled_from(self.known())), wanted))

    @precondition(lambda self: self.known())
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        """Any order, open or not."""
        order = data.draw(st.sampled_from(self.known()))
        self.attempt(self.rig.broker.cancel(order.broker_order_id))

    @rule(ltp=prices)
    def tick(self, ltp: int) -> None:
        """The market moves."""
        self.do(self.rig.tick(ltp, bid=f"{ltp - 1}.95", ask=f"{ltp}.05"))

    @rule(wanted=orders)
    def fail(self, wanted: LegTerms) -> None:
        """The store does not save."""
        self.rig.store.fails_before_saving = True
        self.place(wanted)
        self.rig.store.fails_before_saving = False

    @rule(wanted=orders)
    def die(self, wanted: LegTerms) -> None:
        """The caller is gone when the store has saved."""
        self.rig.store.dies_after_saving = True
        with suppress(asyncio.CancelledError):
            self.place(wanted)
        self.rig.store.dies_after_saving = False

    @rule()
    def restart(self) -> None:
        """A new process."""
        self.rig.restart()
        self.do(self.rig.brokers.open_book(self.rig.key))

    def known(self) -> list[BrokerOrder]:
        """Every order of the book."""
        return list(self.do(self.rig.broker.list_orders()))

    @invariant()
    def money_is_conserved(self) -> None:
        """Cash is capital plus profit taken, and profit taken is what the trades brought in."""
        funds = self.do(self.rig.broker.get_funds())
        positions = self.do(self.rig.broker.list_positions())
        realised = sum((p.realised for p in positions), Decimal(0))
        assert abs(funds.available + funds.used - CAPITAL - realised) < CENT
        trades = self.do(self.rig.broker.list_trades())
        spent = sum((_signed(t.action, t.quantity) * t.price for t in trades), Decimal(0))
        holdings = self.do(self.rig.broker.list_holdings())
        cost = sum((p.quantity * p.average_price for p in positions), Decimal(0))
        cost += sum((h.quantity * h.average_price for h in holdings), Decimal(0))
        assert abs(cost - OWNED.quantity * OWNED.average_price - spent - realised) < CENT

    @invariant()
    def holdings_and_positions_are_the_sum_of_the_trades(self) -> None:
        """And delivery is never short."""
        bought = dict.fromkeys((MIS, CNC), Decimal(0)) | {CNC: OWNED.quantity}
        for trade in self.do(self.rig.broker.list_trades()):
            bought[trade.product] += _signed(trade.action, trade.quantity)
        have = dict.fromkeys((MIS, CNC), Decimal(0))
        for position in self.do(self.rig.broker.list_positions()):
            have[position.product] += position.quantity
            assert position.product is MIS or position.quantity >= 0
        for holding in self.do(self.rig.broker.list_holdings()):
            have[CNC] += holding.quantity
            assert holding.quantity >= 0
        assert have == bought

    @invariant()
    def nothing_rests_that_the_market_has_reached(self) -> None:
        """An open order is out of the money; a waiting one has not been triggered."""
        quote = self.rig.feed.quote("NSE", "SBIN")
        assert quote is not None
        for order in self.known():
            buys, wanted = order.terms.action is BUY, order.terms
            if order.status is BrokerStatus.OPEN:
                assert quote.ask > wanted.price if buys else quote.bid < wanted.price
            if order.status is BrokerStatus.TRIGGER_PENDING:
                assert quote.ltp < wanted.trigger_price if buys else quote.ltp > wanted.trigger_price

    @invariant()
    def every_trade_has_its_one_order(self) -> None:
        """Filled orders and trades are the same list, and no client order id is there twice."""
        complete = [o for o in self.known() if o.status is BrokerStatus.COMPLETE]
        trades = self.do(self.rig.broker.list_trades())
        assert sorted(o.broker_order_id for o in complete) == sorted(t.broker_order_id for t in trades)
        clients = [o.client_order_id for o in self.known()]
        assert len(set(clients)) == len(clients)


TestPaperMachine = PaperMachine.TestCase
TestPaperMachine.settings = settings(max_examples=examples(60), stateful_step_count=40)
