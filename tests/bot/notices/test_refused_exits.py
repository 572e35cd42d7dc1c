"""What a strategy may not do, the client does with one button and the usual question."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.local_telegram.markup.utf16 import units
from bot.text.exit_texts import OPERATIONS
from core.accounts import OrderMode, Role, TradingMode
from core.audit import SYSTEM
from core.errors import CountersignError, NotAllowed
from core.ids import BrokerOrderId
from core.money import ZERO
from core.orders.order import Action, PriceType
from core.orders.router import MATRIX, Route
from tests.bot.handlers.acting import BOUGHT, RESTING, becomes, open_orders, positions, trade
from tests.bot.rig import ASHA, RAVI, RELIANCE, Rig, buttons
from tests.webhook.real import serving_services

OFF_TICK = replace(RELIANCE, action=Action.SELL, price=Decimal("1550.03"))


async def test_a_refused_close_is_done_from_its_notice(rig: Rig) -> None:
    await rig.link(ASHA, Role.OWNER)
    await rig.link(RAVI, Role.VIEWER)
    await trade(rig, BOUGHT)
    caller = await rig.runtime.services.keys.authenticate(rig.key)
    with pytest.raises(NotAllowed):
        await rig.runtime.services.trading.close_all(caller, "momentum", {})

    await rig.tell()
    told = await rig.message(ASHA, "a strategy wants to close every position")
    await rig.press(ASHA, told, "Close all…")
    question = await rig.message(ASHA, "Close RELIANCE?")
    await rig.press(ASHA, question, "Yes, close RELIANCE")
    await becomes(rig, ASHA, question, "FILLED")

    assert await positions(rig) == []
    assert buttons(await rig.message(ASHA, "a strategy wants to close every position")) == ["Close all…"]
    assert not [one for one in rig.telegram.messages(RAVI) if "wants to close" in one["text"]]


async def test_a_refused_cancel_names_the_order_and_repeats_are_counted_in_one_message(rig: Rig) -> None:
    await rig.link(ASHA)
    await trade(rig, RESTING, replace(RESTING, price=Decimal(1010)))
    account = await rig.runtime.services.accounts.get("main")
    first, second = await rig.runtime.services.books.of(account).list_open()
    caller = await rig.runtime.services.keys.authenticate(rig.key)

    async def ask(broker_order_id: BrokerOrderId) -> None:
        with pytest.raises(NotAllowed):
            await rig.runtime.services.trading.cancel(caller, broker_order_id)

    await ask(first.broker_order_id)
    await ask(first.broker_order_id)
    await rig.tell()
    told = await rig.message(ASHA, "wants to cancel BUY 10 RELIANCE")
    await rig.press(ASHA, told, "Cancel it…")
    question = await rig.message(ASHA, "Works once")
    await rig.press(ASHA, question, "Yes, cancel")
    await becomes(rig, ASHA, question, "Cancelled")

    await ask(second.broker_order_id)
    await rig.tell()
    async with rig.runtime.database.begin() as tx:
        due = await tx.notices.list_due(ASHA, rig.runtime.services.clock.now().replace(year=2099), 9)  # type: ignore[arg-type]
        await tx.notices.postpone([one.id for one in due], rig.runtime.services.clock.now(), "now")
        await tx.commit()
    await rig.tell()
    again = await becomes(rig, ASHA, told, "several orders")

    assert "Asked 2 times by now." in told["text"]
    assert "Asked 3 times by now." in again["text"]
    assert len([one for one in rig.telegram.messages(ASHA) if "a strategy wants to" in one["text"]]) == 1
    assert len(await open_orders(rig)) == 1
    await rig.press(ASHA, again, "Cancel…")
    await rig.message(ASHA, "Which order shall be cancelled?")


async def test_a_refused_exit_says_what_and_why_and_closes(rig: Rig) -> None:
    await rig.link(ASHA)
    await trade(rig, BOUGHT)
    with pytest.raises(CountersignError):
        await rig.order(OFF_TICK)

    await rig.tell()
    told = await rig.message(ASHA, "was refused")
    await rig.press(ASHA, told, "Close RELIANCE…")
    question = await rig.message(ASHA, "Close RELIANCE?")

    assert "SELL 10 RELIANCE LIMIT ₹1,550.03, asked by momentum" in told["text"]
    assert "It was to reduce what you hold. Nothing was sent: Price 1550.03 is not a multiple" in told["text"]
    assert buttons(told) == ["Close RELIANCE…", "📊 Positions"]
    await rig.press(ASHA, told, "Positions")
    await rig.message(ASHA, "📊 Positions", after=question["message_id"])


async def test_an_exit_with_a_wrong_field_is_told_with_what_was_sent_and_closes(rig: Rig) -> None:
    await rig.link(ASHA)
    await trade(rig, BOUGHT)
    sent = {"exchange": "NSE", "symbol": "RELIANCE", "action": "SELL", "quantity": "<b>1_0"}
    async with serving_services(rig.runtime.services) as http:
        await http.post("placeorder", {"apikey": rig.key, "strategy": "<momentum>", **sent})

    await rig.tell()
    told = await rig.message(ASHA, "was refused")
    await rig.press(ASHA, told, "Close RELIANCE…")
    await rig.message(ASHA, "Close RELIANCE?")

    assert "SELL RELIANCE, asked by <momentum>, was refused. It was to reduce what you hold." in told["text"]
    assert 'Nothing was sent: quantity "<b>1_0": Not a valid number.' in told["text"]


async def test_a_refused_change_of_a_stop_says_what_it_was_to_become_and_why(rig: Rig) -> None:
    await rig.link(ASHA)
    await trade(rig, BOUGHT)
    stop = replace(RELIANCE, action=Action.SELL, pricetype=PriceType.SL_M, price=ZERO, trigger_price=Decimal(1400))
    await trade(rig, stop)
    await rig.runtime.services.accounts.set("main", SYSTEM, order_mode=OrderMode.AUTO)
    caller = await rig.runtime.services.keys.authenticate(rig.key)
    account = await rig.runtime.services.accounts.get("main")
    (resting,) = await rig.runtime.services.books.of(account).list_open()
    off_tick = replace(stop, trigger_price=Decimal("1405.03"))
    with pytest.raises(CountersignError):
        await rig.runtime.services.trading.modify(caller, resting.broker_order_id, off_tick)

    await rig.tell()
    told = await rig.message(ASHA, "a strategy wants to change")
    await rig.press(ASHA, told, "Change it…")

    assert "wants to change SELL 10 RELIANCE" in told["text"]
    assert ", to SELL 10 RELIANCE SL-M trigger ₹1,405.03. Refused, nothing was done: " in told["text"]
    assert "It protects what you hold.\nDo it here, or have the strategy ask again." in told["text"]


async def test_the_longest_words_fit(rig: Rig) -> None:
    await rig.link(ASHA)
    await rig.runtime.services.accounts.set("main", SYSTEM, trading_mode=TradingMode.LIVE)
    caller = await rig.runtime.services.keys.authenticate(rig.key)
    with pytest.raises(NotAllowed):
        await rig.runtime.services.trading.cancel(caller, BrokerOrderId("<&>" * 3000))

    await rig.tell()

    assert units((await rig.message(ASHA, "a strategy wants to"))["text"]) < 1000


def test_every_operation_that_can_be_refused_has_its_words() -> None:
    refused = {operation.value for operation, row in MATRIX.items() if Route.REFUSE in row.values()}
    assert refused == set(OPERATIONS)
