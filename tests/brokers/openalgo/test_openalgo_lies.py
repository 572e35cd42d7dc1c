"""OpenAlgo's books say more than is so; an order is final only when there is evidence of it."""

from decimal import Decimal

import pytest

from core.errors import BrokerUnavailable
from core.money import ZERO
from core.orders.broker_order import Accepted, BrokerOrder
from core.orders.states import BrokerStatus
from tests.brokers.fault_contract import RESTING
from tests.brokers.openalgo.fake_books import FakeOrder
from tests.brokers.openalgo.rig import OpenAlgoRig
from tests.contract.broker_contract import buy, request


async def two(rig: OpenAlgoRig, first: str, second: str) -> tuple[FakeOrder, FakeOrder]:
    """Two resting orders in the broker's book, in these of its own states."""
    for _ in range(2):
        assert isinstance(await rig.broker.place(request(buy(10, RESTING))), Accepted)
    one, other = rig.fake.books.orders
    one.status, other.status = first, second
    return one, other


async def seen(rig: OpenAlgoRig, order: FakeOrder) -> BrokerOrder:
    """What the adapter says of an order; asked for alone it is the same as in the book."""
    (found,) = [one for one in await rig.broker.list_orders() if one.broker_order_id == order.orderid]
    assert await rig.broker.get(found.broker_order_id) == found
    return found


@pytest.mark.parametrize("ending", ["COMPLETE", "CANCELLED", "REJECTED"])
@pytest.mark.parametrize("passing", ["OPEN PENDING", "VALIDATION PENDING", "PUT ORDER REQ RECEIVED"])
async def test_state_of_the_row_before_is_not_believed(rig: OpenAlgoRig, ending: str, passing: str) -> None:
    _, resting = await two(rig, ending, passing)

    assert (await seen(rig, resting)).status is BrokerStatus.OPEN
    assert resting.orderid in {one.broker_order_id for one in await rig.broker.list_open()}
    resting.status = "OPEN"
    assert (await seen(rig, resting)).status is BrokerStatus.OPEN


@pytest.mark.parametrize("ending", ["CANCELLED", "REJECTED"])
async def test_state_that_stands_for_a_minute_is_believed(rig: OpenAlgoRig, ending: str) -> None:
    _, other = await two(rig, ending, ending)
    assert (await seen(rig, other)).status is BrokerStatus.OPEN

    rig.clock.advance(seconds=59)
    assert (await seen(rig, other)).status is BrokerStatus.OPEN
    rig.clock.advance(seconds=1)
    assert (await seen(rig, other)).status == ending.lower()


async def test_minute_begins_anew_when_the_state_was_another_in_between(rig: OpenAlgoRig) -> None:
    _, other = await two(rig, "CANCELLED", "OPEN PENDING")
    for state in ("OPEN PENDING", "OPEN", "OPEN PENDING"):
        other.status = state
        assert (await seen(rig, other)).status is BrokerStatus.OPEN
        rig.clock.advance(seconds=59)

    assert (await seen(rig, other)).status is BrokerStatus.OPEN


async def test_state_that_no_row_before_has_is_believed_at_once(rig: OpenAlgoRig) -> None:
    one, other = await two(rig, "REJECTED", "CANCELLED")

    first = await seen(rig, one)
    assert (first.status, first.message) == (
        BrokerStatus.REJECTED,
        "Rejected by the broker; OpenAlgo does not say why",
    )
    assert (await seen(rig, other)).status is BrokerStatus.CANCELLED


async def test_cancel_of_ours_needs_no_minute(rig: OpenAlgoRig) -> None:
    one, other = await two(rig, "OPEN", "OPEN")

    for order in (one, other):
        (found,) = [o for o in await rig.broker.list_orders() if o.broker_order_id == order.orderid]
        assert (await rig.broker.cancel(found.broker_order_id)).status is BrokerStatus.CANCELLED


async def test_complete_without_a_price_is_open(rig: OpenAlgoRig) -> None:
    order, _ = await two(rig, "COMPLETE", "OPEN")

    told = await seen(rig, order)

    assert (told.status, told.filled_quantity) == (BrokerStatus.OPEN, ZERO)


async def test_complete_whose_trades_come_late_has_their_mean_price(rig: OpenAlgoRig) -> None:
    order, _ = await two(rig, "OPEN", "OPEN")
    rig.fake.books.fill(order, 4, Decimal(790))
    rig.fake.books.fill(order, 6, Decimal(785))
    rig.fake.late_trades = 1

    told = await seen(rig, order)

    assert (told.status, told.filled_quantity, told.average_price) == (
        BrokerStatus.COMPLETE,
        Decimal(10),
        Decimal(787),
    )


async def test_complete_of_a_broker_without_trades_is_believed_with_its_price(rig: OpenAlgoRig) -> None:
    order, other = await two(rig, "COMPLETE", "COMPLETE")
    rig.fake.average = Decimal("789.95")

    for one, at_once in ((order, True), (other, False)):
        assert ((await seen(rig, one)).status is BrokerStatus.COMPLETE) == at_once
    rig.clock.advance(seconds=60)
    for one in (order, other):
        told = await seen(rig, one)
        assert (told.status, told.filled_quantity, told.average_price) == (
            BrokerStatus.COMPLETE,
            Decimal(10),
            Decimal("789.95"),
        )


async def test_complete_with_a_part_of_its_trades_waits_for_the_others(rig: OpenAlgoRig) -> None:
    order, _ = await two(rig, "OPEN", "OPEN")
    rig.fake.books.fill(order, 4, RESTING)
    order.status = "COMPLETE"

    told = await seen(rig, order)
    assert (told.status, told.filled_quantity) == (BrokerStatus.OPEN, Decimal(4))

    rig.clock.advance(seconds=60)
    told = await seen(rig, order)
    assert (told.status, told.filled_quantity) == (BrokerStatus.COMPLETE, Decimal(10))


async def test_partial_fills_are_read_from_the_trades(rig: OpenAlgoRig) -> None:
    order, _ = await two(rig, "OPEN", "OPEN")
    rig.fake.books.fill(order, 3, Decimal(789))
    rig.fake.books.fill(order, 1, Decimal("788.5"))

    told = await seen(rig, order)
    assert (told.status, told.filled_quantity, told.average_price) == (
        BrokerStatus.OPEN,
        Decimal(4),
        Decimal("788.875"),
    )
    order.status = "CANCELLED"
    told = await seen(rig, order)
    assert (told.status, told.filled_quantity) == (BrokerStatus.CANCELLED, Decimal(4))


async def test_part_of_an_order_does_not_prove_the_copied_state_of_the_row_before(rig: OpenAlgoRig) -> None:
    done, changing = await two(rig, "OPEN", "OPEN")
    rig.fake.books.fill(done, 10, RESTING)
    rig.fake.books.fill(changing, 4, RESTING)
    changing.status = "MODIFY PENDING"

    assert (await seen(rig, done)).status is BrokerStatus.COMPLETE
    told = await seen(rig, changing)

    assert (told.status, told.filled_quantity) == (BrokerStatus.OPEN, Decimal(4))


async def test_book_that_openalgo_itself_cannot_read_is_not_empty(rig: OpenAlgoRig) -> None:
    await two(rig, "OPEN PENDING", "OPEN")

    with pytest.raises(BrokerUnavailable, match="order_status"):
        await rig.broker.list_orders()


@pytest.mark.parametrize("word", ["amo req received", "", None, 7])
async def test_unknown_status_is_open_and_logged(
    rig: OpenAlgoRig, word: object, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    order, _ = await two(rig, "OPEN", "OPEN")
    real = rig.fake._rows
    monkeypatch.setattr(rig.fake, "_rows", lambda: [{**row, "order_status": word} for row in real()])

    if isinstance(word, int):
        assert order.orderid not in {one.broker_order_id for one in await rig.broker.list_orders()}
    else:
        assert (await seen(rig, order)).status is BrokerStatus.OPEN
    assert order.orderid in caplog.text


async def test_orders_are_oldest_first_whatever_the_book_s_own_sequence(rig: OpenAlgoRig) -> None:
    one, other = await two(rig, "OPEN", "OPEN")
    rig.fake.books.orders.reverse()
    one.at = one.at.replace(year=one.at.year - 1)

    assert [order.broker_order_id for order in await rig.broker.list_orders()] == [one.orderid, other.orderid]
