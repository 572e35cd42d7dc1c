"""Triggers left, changed, cancelled and reached in any order, with deaths and restarts between."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from decimal import Decimal
from typing import TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from brokers.paper.gtt.trigger_rules import order_id_of
from core.errors import BrokerRefused, BrokerUnavailable
from core.ids import BrokerOrderId
from core.orders.gtt import BrokerGtt, Gtt, GttStatus
from core.orders.order import PriceType
from tests.depth import examples
from tests.paper.gtts import gtt
from tests.paper.rig import CNC, LIMIT, MARKET, SELL, Rig, terms

T = TypeVar("T")
ENDED = {GttStatus.TRIGGERED, GttStatus.CANCELLED, GttStatus.EXPIRED, GttStatus.REJECTED}

prices = st.integers(795, 805)
kinds = st.sampled_from([LIMIT, MARKET])


def _wanted(triggers: list[int], pricetype: PriceType) -> Gtt:
    return gtt(*((one, one) for one in triggers), action=SELL, quantity=1, pricetype=pricetype)


wanted = st.builds(_wanted, st.lists(prices, min_size=1, max_size=2, unique=True).map(sorted), kinds)


class TriggerMachine(RuleBasedStateMachine):
    """One book over one store; whatever happens, a trigger places one order at most, and for one side."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.rig = Rig()
        self.do(self.rig.place(terms(quantity=100, product=CNC)))
        self.left: dict[BrokerOrderId, Gtt] = {}
        self.ended: dict[BrokerOrderId, GttStatus] = {}

    def teardown(self) -> None:
        """Close the loop."""
        self.runner.close()

    def do(self, work: Coroutine[object, object, T]) -> T:
        """Run to the end."""
        return self.runner.run(work)

    @rule(wanted=wanted)
    def leave(self, wanted: Gtt) -> None:
        """A new trigger, unless it is not still ahead of the price."""
        with suppress(BrokerRefused):
            found = self.do(self.rig.broker.place_gtt(self.rig.next_client_order_id(), wanted, "momentum"))
            self.left[found.trigger_id] = found.gtt

    @rule(price=prices)
    def tick(self, price: int) -> None:
        """A price comes."""
        self.do(self.rig.tick(price))

    @rule(price=prices, steps=st.integers(0, 6), during_order=st.booleans())
    def die(self, price: int, steps: int, during_order: bool) -> None:
        """A price comes, the process dies on the way or soon after, and another one starts."""
        self.rig.store.steps_left, self.rig.store.dies_after_saving = steps, during_order
        with suppress(asyncio.CancelledError):
            self.do(self.rig.tick(price))
        self.rig.store.steps_left, self.rig.store.dies_after_saving = None, False
        self.rig.restart()
        self.do(self.rig.broker.check())

    @precondition(lambda self: self.left)
    @rule(data=st.data(), wanted=wanted)
    def change(self, data: st.DataObject, wanted: Gtt) -> None:
        """New terms for one of them."""
        trigger_id = data.draw(st.sampled_from(sorted(self.left)))
        with suppress(BrokerRefused):
            self.left[trigger_id] = self.do(self.rig.broker.modify_gtt(trigger_id, wanted)).gtt

    @precondition(lambda self: self.left)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        """Take one back."""
        with suppress(BrokerRefused):
            self.do(self.rig.broker.cancel_gtt(data.draw(st.sampled_from(sorted(self.left)))))

    @rule(price=prices)
    def fail(self, price: int) -> None:
        """A price comes while the store is down."""
        self.rig.store.are_gtts_down = True
        with suppress(BrokerUnavailable):
            self.do(self.rig.tick(price))
        self.rig.store.are_gtts_down = False

    @rule()
    def wait(self) -> None:
        """Four months pass."""
        self.rig.clock.advance(days=120)

    @invariant()
    def every_trigger_has_the_order_it_should(self) -> None:
        """One for what fired, of the side that was reached; none for what did not."""
        orders = [one for one in self.rig.store.books[self.rig.key.name].orders.values() if one.client_order_id]
        for trigger_id, terms_left in self.left.items():
            found = self.do(self.rig.broker.get_gtt(trigger_id))
            mine = [one for one in orders if one.client_order_id == order_id_of(found)]
            assert found.gtt == terms_left
            assert len(mine) == (found.status is GttStatus.TRIGGERED)
            assert [one.terms for one in mine] == self._expected(found)

    @invariant()
    def what_ended_stays_ended(self) -> None:
        """No trigger comes back."""
        for trigger_id, was in self.ended.items():
            assert self.do(self.rig.broker.get_gtt(trigger_id)).status is was
        seen = {trigger_id: self.do(self.rig.broker.get_gtt(trigger_id)).status for trigger_id in self.left}
        self.ended = {trigger_id: status for trigger_id, status in seen.items() if status in ENDED}

    def _expected(self, found: BrokerGtt) -> list[object]:
        if found.status is not GttStatus.TRIGGERED or found.fired is None:
            return []
        side = found.gtt.sides[found.fired]
        assert side.limit in (side.trigger, Decimal(0))
        return [found.gtt.order_terms(side)]


TestTriggers = TriggerMachine.TestCase
TestTriggers.settings = settings(max_examples=examples(60), stateful_step_count=25)
