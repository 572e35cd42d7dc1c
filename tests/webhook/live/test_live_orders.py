"""Order updates over the WebSocket: each change at the broker, of the own account only."""

from core.accounts import OrderMode, TradingMode
from core.audit import SYSTEM
from core.ids import OrderId
from core.services.intake.intake import Sent
from tests.factories import some_terms
from tests.runtime import Spine
from tests.webhook.live.live_reading import SBIN, LiveApi


async def executed(spine: Spine) -> OrderId:
    order_id = await spine.queue()
    await spine.approve(order_id)
    await spine.execute()
    return order_id


async def test_an_order_is_told_when_the_broker_has_it(live: LiveApi) -> None:
    async with live.reading() as reader:
        answer = await reader.ask("subscribe_orders")
        number = await executed(live.spine)
        told = await reader.next()

    leg = (await live.spine.order(number)).legs[0]
    assert answer == {"type": "subscribe_orders", "status": "success", "message": "Subscribed to order updates"}
    assert told == {
        "type": "order_update",
        "user_id": "main",
        "mode": "live",
        "broker": "paper",
        "orderid": leg.broker_order_id,
        **SBIN,
        "action": "BUY",
        "quantity": 10,
        "price": 0,
        "trigger_price": 0,
        "pricetype": "MARKET",
        "product": leg.terms.product.value,
        "order_status": "complete",
        "filled_quantity": 10,
        "pending_quantity": 0,
        "average_price": 800,
        "rejection_reason": "",
        "pending_order_id": number,
        "strategy": "momentum",
    }


async def test_a_resting_order_is_told_as_open_then_as_cancelled(live: LiveApi) -> None:
    spine = live.spine
    await spine.switch(order_mode=OrderMode.AUTO, trading_mode=TradingMode.SANDBOX)
    async with live.reading() as reader:
        await reader.ask("subscribe_orders")
        number = (await spine.send(some_terms(limit=790))).legs[0].broker_order_id
        assert number is not None
        resting = await reader.next()
        await spine.services.trading.cancel(await spine.caller(), number)
        await spine.runtime.refresher.refresh()
        cancelled = await reader.next()

    assert (resting["order_status"], resting["pending_quantity"], resting["price"]) == ("open", 10, 790)
    assert (resting["mode"], resting["broker"]) == ("analyze", "sandbox")
    assert (cancelled["order_status"], cancelled["pending_quantity"]) == ("cancelled", 0)
    assert resting["orderid"] == cancelled["orderid"] == number


async def test_nothing_of_orders_comes_unasked_or_after_unsubscribing(live: LiveApi) -> None:
    async with live.reading() as asks, live.reading() as silent, live.reading() as left:
        for reader in (asks, left):
            await reader.ask("subscribe_orders")
        await left.ask("unsubscribe_orders")
        await executed(live.spine)
        await asks.of_type("order_update")

        assert (await silent.ask("ping"))["type"] == "pong"
        assert (await left.ask("ping"))["type"] == "pong"


async def test_another_accounts_orders_are_never_told(live: LiveApi) -> None:
    services = live.spine.services
    other = await services.accounts.add("other", "paper", OrderMode.AUTO, TradingMode.LIVE, SYSTEM)
    key = await services.keys.create(other.id, "x", SYSTEM)
    async with live.reading() as mine, live.reading(key.secret) as theirs:
        for reader in (mine, theirs):
            await reader.ask("subscribe_orders")
        first = await executed(live.spine)
        taken = await live.spine.submit(caller=await services.keys.authenticate(key.secret))
        assert isinstance(taken, Sent)
        told_mine, told_theirs = await mine.next(), await theirs.next()

        assert (told_mine["user_id"], told_mine["pending_order_id"]) == ("main", first)
        assert (told_theirs["user_id"], told_theirs["pending_order_id"]) == ("other", taken.order.id)
        for reader in (mine, theirs):
            assert (await reader.ask("ping"))["type"] == "pong"


async def test_after_a_new_connection_updates_go_on(live: LiveApi) -> None:
    async with live.reading() as first:
        await first.ask("subscribe_orders")
        await executed(live.spine)
        await first.of_type("order_update")
    async with live.reading() as second:
        await second.ask("subscribe_orders")
        number = await executed(live.spine)

        assert (await second.next())["pending_order_id"] == number
