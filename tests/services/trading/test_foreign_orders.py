"""What came to a real broker another way is told apart, and no action on many orders touches it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.accounts import OrderMode
from core.errors import NotFound
from core.ids import BrokerOrderId
from core.orders.order import Product
from core.orders.states import BrokerStatus
from tests.brokers.faults import NONE, Delivery, Ending, Fault
from tests.factories import ASHA, SettableClock, some_terms
from tests.runtime import Spine
from tests.services.execution.live_rig import Live, running_live

RESTING = some_terms(limit=700)
BY_HAND = {
    "exchange": "NSE",
    "tradingsymbol": "SBIN",
    "transaction_type": "BUY",
    "order_type": "LIMIT",
    "quantity": "7",
    "price": "700",
    "product": "MIS",
    "validity": "DAY",
}
AT_MARKET = {**BY_HAND, "order_type": "MARKET", "price": "0", "market_protection": "-1"}


@pytest.fixture
async def live(tmp_path: Path, template: Path, clock: SettableClock) -> AsyncIterator[Live]:
    """Logged in, instruments loaded."""
    async with running_live(tmp_path, template, clock) as live:
        yield live


def by_hand(live: Live, **other: str) -> BrokerOrderId:
    """Somebody places an order in the broker's own app."""
    return BrokerOrderId(live.fake.book.place("regular", {**BY_HAND, **other}))


async def from_here(live: Live) -> BrokerOrderId:
    """An order that was approved here and rests at the broker."""
    order_id = await live.spine.approved(RESTING)
    await live.spine.execute()
    number = (await live.leg(order_id)).broker_order_id
    assert number is not None
    return number


async def foreign(live: Live) -> frozenset[BrokerOrderId]:
    """What is marked in the order book."""
    services, account = live.spine.services, live.spine.account
    return await services.origins.foreign_orders(account, await services.books.orders(account))


def statuses(live: Live) -> dict[str, str]:
    """How each order stands at the broker."""
    return {row["order_id"]: row["status"] for row in live.fake.book.orders}


async def test_only_what_was_placed_elsewhere_is_told_apart(live: Live) -> None:
    ours, theirs = await from_here(live), by_hand(live)
    tagged = by_hand(live, tag="MYOWNTAG12345678")

    assert await foreign(live) == {theirs, tagged}
    assert ours in statuses(live)


async def test_an_order_of_ours_whose_answer_was_lost_is_ours_by_the_id_it_carries(live: Live) -> None:
    await live.faults.play(Fault(Ending.RESET, Delivery.AT_ONCE))
    order_id = await live.spine.approved(RESTING)
    await live.spine.execute()
    await live.faults.play(NONE)

    assert (await live.leg(order_id)).broker_order_id is None
    assert await foreign(live) == frozenset()


async def test_what_may_be_an_order_of_ours_in_doubt_is_not_marked(live: Live) -> None:
    await live.faults.play(Fault(Ending.RESET))
    await live.spine.approved(some_terms(limit=700, quantity=7))
    await live.spine.execute()
    await live.faults.play(NONE)
    by_hand(live)
    other = by_hand(live, quantity="8")

    assert await foreign(live) == {other}


async def test_a_client_cancels_all_of_ours_and_nothing_else(live: Live) -> None:
    ours, theirs = await from_here(live), by_hand(live)
    cancels = live.spine.services.client_actions.cancels

    question = await cancels.ask_cancel_all(ASHA, live.spine.account.id)
    await cancels.confirm_cancel(ASHA, question.token)

    assert (len(question.waiting), question.foreign) == (1, 1)
    assert statuses(live) == {ours: "CANCELLED", theirs: "OPEN"}


async def test_with_nothing_of_ours_open_there_is_nothing_to_cancel_together(live: Live) -> None:
    theirs = by_hand(live)
    cancels = live.spine.services.client_actions.cancels

    with pytest.raises(NotFound, match="No open order here came from Countersign"):
        await cancels.ask_cancel_all(ASHA, live.spine.account.id)
    one = await cancels.ask_cancel(ASHA, await cancels.find(ASHA, theirs))
    await cancels.confirm_cancel(ASHA, one.token)

    assert statuses(live) == {theirs: "CANCELLED"}


async def test_a_strategy_cancels_all_of_ours_and_nothing_else(live: Live) -> None:
    ours, theirs = await from_here(live), by_hand(live)
    await live.spine.switch(order_mode=OrderMode.AUTO)

    result = await live.spine.services.trading.cancel_all(await live.spine.caller())

    assert (result.cancelled, result.failed) == ((ours,), ())
    assert statuses(live) == {ours: "CANCELLED", theirs: "OPEN"}


async def test_a_position_is_foreign_while_nothing_from_here_traded_in_it(live: Live) -> None:
    services, account = live.spine.services, live.spine.account
    live.fake.book.place("regular", AT_MARKET)
    live.fake.book.place("regular", {**AT_MARKET, "product": "CNC"})
    await live.spine.approved(RESTING)
    before = await services.origins.foreign_positions(account, await services.books.positions(account))

    await live.approve()
    await live.look()

    after = await services.origins.foreign_positions(account, await services.books.positions(account))
    assert before == {("NSE", "SBIN", Product.MIS), ("NSE", "SBIN", Product.CNC)}
    assert after == {("NSE", "SBIN", Product.CNC)}


async def test_what_traded_here_yesterday_explains_no_intraday_position_of_today(live: Live) -> None:
    services, account = live.spine.services, live.spine.account
    await live.approve()
    await live.look()
    held = await services.books.positions(account)
    today = await services.origins.foreign_positions(account, held)

    live.clock.advance(hours=24)
    tomorrow = await services.origins.foreign_positions(account, held)

    assert not today
    assert tomorrow == {("NSE", "SBIN", Product.MIS)}


async def test_on_paper_everything_is_ours(spine: Spine) -> None:
    placed = await spine.book().add_order("CBYHAND", RESTING, "")  # type: ignore[arg-type]
    await spine.switch(order_mode=OrderMode.AUTO)

    book = await spine.services.books.orders(spine.account)
    assert await spine.services.origins.foreign_orders(spine.account, book) == frozenset()
    result = await spine.services.trading.cancel_all(await spine.caller())

    assert result.cancelled == (placed.broker_order_id,)
    assert (await spine.book().get(placed.broker_order_id)).status is BrokerStatus.CANCELLED
