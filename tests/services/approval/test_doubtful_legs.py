"""An order of which nobody knows whether the broker has it: looked for, asked about, and settled by its client."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.accounts import Account, TradingMode
from core.audit import Kind
from core.errors import Fault, NotFound, OutcomeUnknown, TooLate, Unauthorized
from core.ids import ClientOrderId, OrderId, UserId
from core.insight.news import Topic
from core.market.broker_capabilities import Duplicates
from core.orders.broker_order import Accepted, BrokerOrder, PlaceRequest
from core.orders.order import Leg
from core.orders.states import BrokerStatus
from core.ports import Broker
from core.services.approval.doubtful_legs import Doubt
from tests.factories import ASHA, MALLORY, RAVI, VEENA, SettableClock
from tests.runtime import Spine
from tests.services.conftest import Scripted
from tests.services.insight.hearing import planned, topics

LOST = OutcomeUnknown("no answer in time")
PAST_HORIZON = 121


@pytest.fixture
def at_scripted(spine: Spine, scripted: Scripted) -> Scripted:
    """The account's live orders go to the scripted broker, whoever asks."""
    brokers, book = spine.runtime.brokers, spine.runtime.brokers.book

    def scripted_live(account: Account, trading_mode: TradingMode) -> Broker:
        return scripted.broker if trading_mode is TradingMode.LIVE else book(account, trading_mode)

    brokers.book = scripted_live  # type: ignore[method-assign]
    return scripted


async def lost(spine: Spine, scripted: Scripted, clock: SettableClock, *, arrived: bool = False) -> OrderId:
    """An approved order whose answer was lost, past the time in which it may still arrive."""
    order_id = await spine.approved()
    (scripted.broker.after_placing if arrived else scripted.broker.before_placing).append(LOST)
    await scripted.executor.execute_due()
    clock.advance(seconds=PAST_HORIZON)
    await spine.move(800)
    return order_id


async def asked(spine: Spine, scripted: Scripted, clock: SettableClock) -> tuple[OrderId, Leg, Doubt]:
    """One that its client is asked about."""
    order_id = await lost(spine, scripted, clock)
    await scripted.refresher.refresh()
    return order_id, (await spine.order(order_id)).legs[0], await doubt_of(spine, order_id)


async def doubt_of(spine: Spine, order_id: OrderId) -> Doubt:
    """The leg as the card shows it now."""
    return Doubt(order_id, (await spine.order(order_id)).version, 1)


async def test_nobody_is_asked_while_it_may_still_arrive(spine: Spine, at_scripted: Scripted) -> None:
    order_id = await spine.approved()
    at_scripted.broker.before_placing.append(LOST)
    await at_scripted.executor.execute_due()

    await at_scripted.refresher.refresh()

    assert (await spine.order(order_id)).legs[0].asked_at is None


async def test_client_is_asked_once_the_order_should_have_shown(
    spine: Spine, at_scripted: Scripted, clock: SettableClock
) -> None:
    order_id, leg, _ = await asked(spine, at_scripted, clock)

    assert (leg.broker_status, leg.asked_at, leg.candidates) == (BrokerStatus.UNKNOWN, clock.now(), ())
    assert (await topics(spine, ASHA))[-1] is Topic.IN_DOUBT
    assert Topic.IN_DOUBT not in await topics(spine, VEENA)
    assert Kind.LEG_ASKED in await spine.told_of(order_id)
    assert len(at_scripted.broker.placed) == 1


async def test_order_that_shows_later_is_adopted_although_the_client_was_asked(
    spine: Spine, at_scripted: Scripted, clock: SettableClock
) -> None:
    order_id, leg, _ = await asked(spine, at_scripted, clock)
    await arrive(spine, leg, clock)
    clock.advance(seconds=60)

    await at_scripted.refresher.refresh()

    found = (await spine.order(order_id)).legs[0]
    assert (found.broker_status, found.asked_at) == (BrokerStatus.COMPLETE, None)


async def test_sent_again_it_has_a_new_id_and_is_sent_once(
    spine: Spine, at_scripted: Scripted, clock: SettableClock
) -> None:
    order_id, leg, doubt = await asked(spine, at_scripted, clock)
    doubts = spine.services.doubtful_legs

    question = await doubts.ask_send_again(doubt, ASHA)
    await doubts.send_again(question.token, ASHA)
    for _ in range(3):
        await at_scripted.executor.execute_due()

    after = (await spine.order(order_id)).legs[0]
    assert after.broker_status is BrokerStatus.COMPLETE
    assert at_scripted.broker.placed == [leg.client_order_id, after.client_order_id]
    assert after.client_order_id != leg.client_order_id
    assert len(await spine.book().list_orders()) == 1
    assert not (await spine.runtime.audit.verify()).breaks
    with pytest.raises(NotFound):
        await doubts.send_again(question.token, ASHA)


async def test_first_try_that_turns_up_after_all_is_reported_and_not_adopted(
    spine: Spine, at_scripted: Scripted, clock: SettableClock
) -> None:
    order_id, leg, doubt = await asked(spine, at_scripted, clock)
    question = await spine.services.doubtful_legs.ask_send_again(doubt, ASHA)
    await spine.services.doubtful_legs.send_again(question.token, ASHA)
    await at_scripted.executor.execute_due()
    second = (await spine.order(order_id)).legs[0].broker_order_id
    await arrive(spine, leg, clock)
    clock.advance(seconds=60)

    await at_scripted.refresher.refresh()
    clock.advance(seconds=60)
    await at_scripted.refresher.refresh()

    assert (await spine.told_of(order_id)).count(Kind.LEG_FOUND_LATE) == 1
    assert (await spine.order(order_id)).legs[0].broker_order_id == second


async def test_dropped_order_ends_and_is_still_looked_for(
    spine: Spine, at_scripted: Scripted, clock: SettableClock
) -> None:
    order_id, leg, doubt = await asked(spine, at_scripted, clock)

    await spine.services.doubtful_legs.drop(doubt, RAVI)
    await arrive(spine, leg, clock)
    clock.advance(seconds=60)
    await at_scripted.refresher.refresh()

    assert (await topics(spine, ASHA))[-1] is Topic.FOUND_LATE
    dropped = (await spine.order(order_id)).legs[0]
    assert dropped.broker_status is BrokerStatus.CANCELLED
    assert "Ravi" in dropped.message
    assert (await spine.told_of(order_id))[-2:] == [Kind.LEG_DROPPED, Kind.LEG_FOUND_LATE]


async def test_look_again_takes_what_has_arrived(spine: Spine, at_scripted: Scripted, clock: SettableClock) -> None:
    order_id, leg, doubt = await asked(spine, at_scripted, clock)
    doubts = spine.services.doubtful_legs
    with pytest.raises(NotFound, match="did not show it"):
        await doubts.look_again(doubt, ASHA)
    await arrive(spine, leg, clock)

    assert await doubts.look_again(doubt, ASHA)

    assert (await spine.order(order_id)).broker_status is BrokerStatus.COMPLETE


@pytest.mark.parametrize("who", [VEENA, MALLORY])
async def test_only_who_decides_may_settle_it(
    spine: Spine, at_scripted: Scripted, clock: SettableClock, who: UserId
) -> None:
    order_id, _, doubt = await asked(spine, at_scripted, clock)
    doubts = spine.services.doubtful_legs
    for work in (doubts.look_again(doubt, who), doubts.drop(doubt, who), doubts.ask_send_again(doubt, who)):
        with pytest.raises(Unauthorized):
            await work
    assert (await spine.order(order_id)).broker_status is BrokerStatus.UNKNOWN


async def test_buttons_of_an_older_card_do_nothing(spine: Spine, at_scripted: Scripted, clock: SettableClock) -> None:
    order_id, _, doubt = await asked(spine, at_scripted, clock)
    doubts, old = spine.services.doubtful_legs, replace(doubt, version=doubt.version - 1)
    question = await doubts.ask_send_again(doubt, ASHA)
    await doubts.drop(doubt, ASHA)
    for work in (doubts.drop(old, ASHA), doubts.drop(doubt, ASHA), doubts.send_again(question.token, ASHA)):
        with pytest.raises(TooLate):
            await work
    await at_scripted.executor.execute_due()
    assert len(at_scripted.broker.placed) == 1
    assert (await spine.order(order_id)).broker_status is BrokerStatus.CANCELLED


@pytest.mark.parametrize("against", ["paused", "sandbox"])
async def test_nothing_is_sent_again_against_the_account_s_state(
    spine: Spine, at_scripted: Scripted, clock: SettableClock, against: str
) -> None:
    _, _, doubt = await asked(spine, at_scripted, clock)
    question = await spine.services.doubtful_legs.ask_send_again(doubt, ASHA)
    if against == "paused":
        await spine.services.pausing.pause(spine.account.id, ASHA)
    else:
        await spine.switch(trading_mode=TradingMode.SANDBOX)
    with pytest.raises(Fault):
        await spine.services.doubtful_legs.send_again(question.token, ASHA)
    await at_scripted.executor.execute_due()
    assert len(at_scripted.broker.placed) == 1


async def test_two_that_may_be_it_are_put_before_the_client_who_picks(
    spine: Spine, at_scripted: Scripted, clock: SettableClock
) -> None:
    at_scripted.broker.promise(Duplicates.NONE)
    order_id = await lost(spine, at_scripted, clock)
    leg = (await spine.order(order_id)).legs[0]
    by_hand = [replace(leg, client_order_id=ClientOrderId(f"BYHAND{number}")) for number in (1, 2)]
    twins = [await arrive(spine, one, clock) for one in by_hand]
    at_scripted.broker.found = twins
    await at_scripted.refresher.refresh()
    shown = (await spine.order(order_id)).legs[0]

    picked = await spine.services.doubtful_legs.adopt(await doubt_of(spine, order_id), ASHA, 1)

    assert shown.candidates == tuple(sorted(one.broker_order_id for one in twins))
    after = (await spine.order(order_id)).legs[0]
    assert (after.broker_order_id, after.broker_status) == (picked.broker_order_id, BrokerStatus.COMPLETE)
    last = (await planned(spine, RAVI)).due[-1]
    assert (last.notice.topic, last.notice.facts["by_name"]) == (Topic.FILLED, "Asha")


async def test_twin_of_a_doubtful_order_waits_where_nothing_tells_them_apart(
    spine: Spine, at_scripted: Scripted, clock: SettableClock
) -> None:
    at_scripted.broker.promise(Duplicates.NONE)
    await lost(spine, at_scripted, clock)
    twin = await spine.approved()

    await at_scripted.executor.execute_due()

    assert (await spine.order(twin)).legs[0].broker_status is BrokerStatus.READY
    assert "same terms" in at_scripted.executor.problem


async def arrive(spine: Spine, leg: Leg, clock: SettableClock) -> BrokerOrder:
    """The broker takes the order late."""
    await spine.move(800)
    request = PlaceRequest(leg.client_order_id, leg.terms, clock.now() + timedelta(minutes=1), "momentum")
    placed = await spine.book().place(request)
    assert isinstance(placed, Accepted)
    return placed.order
