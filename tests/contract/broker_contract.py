"""What every broker adapter must keep: subclass `BrokerContract` and provide a `rig` fixture."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Protocol

import pytest

from core.errors import BrokerRefused, NotFound
from core.ids import BrokerOrderId, ClientOrderId
from core.orders.broker_order import Accepted, BrokerOrder, NotSent, OrderChange, PlaceRequest, Refused, Sought
from core.orders.order import Action, LegTerms, PriceType, Product
from core.orders.states import FINAL_LEG_STATES, BrokerStatus
from core.ports import Broker

PRICE = Decimal(800)
"""Where SBIN on NSE stands when a test begins; its tick is five paise."""
_BROKERS_WORDS = frozenset(BrokerStatus) - {
    BrokerStatus.READY,
    BrokerStatus.SENDING,
    BrokerStatus.UNKNOWN,
    BrokerStatus.PARTIAL,
}
_client_order_ids: Iterator[ClientOrderId] = (ClientOrderId(f"C{number:015}") for number in count(1))


class BrokerRig(Protocol):
    """A broker with an empty book and enough money, and a hand on the market."""

    @property
    def broker(self) -> Broker:
        """The book under test."""
        ...

    async def move(self, ltp: Decimal) -> None:
        """SBIN trades at `ltp` now, and the broker has seen it."""
        ...


def buy(quantity: int = 10, limit: Decimal | None = None, action: Action = Action.BUY) -> LegTerms:
    """SBIN in MIS, at the market unless there is a limit."""
    pricetype, price = (PriceType.LIMIT, limit) if limit else (PriceType.MARKET, Decimal(0))
    return LegTerms("NSE", "SBIN", action, Decimal(quantity), pricetype, Product.MIS, price)


async def place(rig: BrokerRig, terms: LegTerms) -> BrokerOrder:
    """Place an order under a new client order id."""
    placement = await rig.broker.place(request(terms))
    assert isinstance(placement, Accepted), placement
    return placement.order


def request(terms: LegTerms) -> PlaceRequest:
    """An order under a new client order id that may be sent for a minute."""
    return PlaceRequest(next(_client_order_ids), terms, datetime.now(UTC) + timedelta(minutes=1), "contract")


async def find(rig: BrokerRig, sent: PlaceRequest) -> Sequence[BrokerOrder]:
    """Look for an order as after a lost answer."""
    sent_at = datetime.now(UTC) - timedelta(seconds=1)
    return await rig.broker.find(Sought(sent.client_order_id, sent.terms, sent_at))


class BrokerContract:
    """The promises of core.ports.Broker."""

    async def test_market_order_trades(self, rig: BrokerRig) -> None:
        placed = await place(rig, buy())
        order = await rig.broker.get(placed.broker_order_id)
        assert order.status is BrokerStatus.COMPLETE
        assert (order.filled_quantity, order.average_price) == (Decimal(10), PRICE)
        (trade,) = await rig.broker.list_trades()
        assert (trade.broker_order_id, trade.quantity) == (order.broker_order_id, Decimal(10))
        assert (trade.symbol, trade.action, trade.price) == ("SBIN", Action.BUY, PRICE)

    async def test_order_keeps_its_terms(self, rig: BrokerRig) -> None:
        wanted = buy(7, PRICE - 10)
        placed = await place(rig, wanted)
        assert (await rig.broker.get(placed.broker_order_id)).terms == wanted

    async def test_order_is_found_by_our_id(self, rig: BrokerRig) -> None:
        sent = request(buy())
        placed = await rig.broker.place(sent)
        assert isinstance(placed, Accepted)
        (found,) = await find(rig, sent)
        assert found.broker_order_id == placed.order.broker_order_id

    async def test_what_was_never_sent_is_not_found(self, rig: BrokerRig) -> None:
        assert not await find(rig, request(buy()))

    async def test_nothing_is_sent_after_its_deadline(self, rig: BrokerRig) -> None:
        late = replace(request(buy()), deadline=datetime(2026, 1, 1, tzinfo=UTC))
        assert isinstance(await rig.broker.place(late), NotSent)
        assert not await rig.broker.list_orders()

    async def test_unknown_broker_order_id_is_not_found(self, rig: BrokerRig) -> None:
        unknown = BrokerOrderId("00000000000000")
        with pytest.raises(NotFound):
            await rig.broker.get(unknown)
        with pytest.raises(NotFound):
            await rig.broker.cancel(unknown)
        with pytest.raises(NotFound):
            await rig.broker.modify(unknown, OrderChange(buy()))

    async def test_second_order_of_one_id_is_refused_where_absence_is_proved(self, rig: BrokerRig) -> None:
        if not rig.broker.capabilities.proves_absence:
            pytest.skip("this broker does not promise it")
        once = request(buy())
        await rig.broker.place(once)
        assert isinstance(await rig.broker.place(once), Refused)
        ours = [o for o in await rig.broker.list_orders() if o.client_order_id == once.client_order_id]
        assert len(ours) == 1
        assert len(await rig.broker.list_trades()) == 1

    async def test_limit_order_rests_until_its_price_comes(self, rig: BrokerRig) -> None:
        placed = await place(rig, buy(10, PRICE - 10))
        assert (await rig.broker.get(placed.broker_order_id)).status is BrokerStatus.OPEN
        await rig.move(PRICE - 10)
        filled = await rig.broker.get(placed.broker_order_id)
        assert (filled.status, filled.average_price) == (BrokerStatus.COMPLETE, PRICE - 10)

    async def test_cancelled_order_stays_cancelled(self, rig: BrokerRig) -> None:
        placed = await place(rig, buy(10, PRICE - 10))
        assert (await rig.broker.cancel(placed.broker_order_id)).status is BrokerStatus.CANCELLED
        await rig.move(PRICE - 20)
        assert (await rig.broker.get(placed.broker_order_id)).status is BrokerStatus.CANCELLED
        assert not await rig.broker.list_trades()

    async def test_final_order_refuses_every_change(self, rig: BrokerRig) -> None:
        placed = await place(rig, buy())
        with pytest.raises(BrokerRefused):
            await rig.broker.cancel(placed.broker_order_id)
        with pytest.raises(BrokerRefused):
            await rig.broker.modify(placed.broker_order_id, OrderChange(buy(20)))

    async def test_modified_order_trades_on_its_new_terms(self, rig: BrokerRig) -> None:
        placed = await place(rig, buy(10, PRICE - 10))
        changed = await rig.broker.modify(placed.broker_order_id, OrderChange(buy(5, PRICE - 20)))
        assert changed.broker_order_id == placed.broker_order_id
        await rig.move(PRICE - 10)
        assert (await rig.broker.get(placed.broker_order_id)).status is BrokerStatus.OPEN
        await rig.move(PRICE - 20)
        (trade,) = await rig.broker.list_trades()
        assert (trade.quantity, trade.price) == (Decimal(5), PRICE - 20)

    async def test_refusal_says_why(self, rig: BrokerRig) -> None:
        refused = await rig.broker.place(request(buy(10, Decimal("790.03"))))
        assert isinstance(refused, Refused)
        assert re.search(r"\w{3,}", refused.message)
        assert not await rig.broker.list_trades()

    async def test_order_book_is_oldest_first_in_the_broker_s_words(self, rig: BrokerRig) -> None:
        placed = [await place(rig, buy(number, PRICE - 10)) for number in (1, 2, 3)]
        await rig.broker.cancel(placed[1].broker_order_id)
        book = await rig.broker.list_orders()
        assert [o.broker_order_id for o in book] == [o.broker_order_id for o in placed]
        assert {o.status for o in book} <= _BROKERS_WORDS
        assert [o.status in FINAL_LEG_STATES for o in book] == [False, True, False]

    async def test_what_is_open_is_told_as_each_order_is(self, rig: BrokerRig) -> None:
        placed = [await place(rig, buy(number, PRICE - 10)) for number in (1, 2, 3)]
        await rig.broker.cancel(placed[1].broker_order_id)
        await place(rig, buy())

        found = {order.broker_order_id: order for order in await rig.broker.list_open()}

        resting = (placed[0].broker_order_id, placed[2].broker_order_id)
        assert found == {order_id: await rig.broker.get(order_id) for order_id in resting}

    async def test_position_is_the_net_of_the_trades(self, rig: BrokerRig) -> None:
        await place(rig, buy(10))
        await place(rig, buy(4, action=Action.SELL))
        await rig.move(PRICE + 5)
        (position,) = await rig.broker.list_positions()
        assert (position.quantity, position.average_price) == (Decimal(6), PRICE)
        assert (position.ltp, position.unrealised) == (PRICE + 5, Decimal(30))

    async def test_closed_position_stays_listed(self, rig: BrokerRig) -> None:
        await place(rig, buy(10))
        await place(rig, buy(10, action=Action.SELL))
        assert [p.quantity for p in await rig.broker.list_positions()] == [0]

    async def test_money_is_used_and_released(self, rig: BrokerRig) -> None:
        before = await rig.broker.get_funds()
        await place(rig, buy(10))
        during = await rig.broker.get_funds()
        assert during.used > before.used
        assert during.available < before.available
        await place(rig, buy(10, action=Action.SELL))
        assert (await rig.broker.get_funds()).used == before.used

    async def test_nothing_is_delivered_yet(self, rig: BrokerRig) -> None:
        await place(rig, buy(10))
        assert not await rig.broker.list_holdings()

    async def test_times_are_aware(self, rig: BrokerRig) -> None:
        order = await place(rig, buy())
        (trade,) = await rig.broker.list_trades()
        assert {moment.tzinfo is None for moment in (order.placed_at, order.updated_at, trade.at)} == {False}

    async def test_reachable_broker_passes_its_check(self, rig: BrokerRig) -> None:
        await rig.broker.check()
        assert rig.broker.name
