"""At a live broker, on the phone: the morning's login, and an order that nobody can confirm."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.settings.brokers import Brokers, ZerodhaAddress
from core.accounts import Role, TradingMode
from core.audit import SYSTEM, Kind
from core.errors import BrokerUnavailable
from core.ids import OrderId
from core.orders.order import PriceType
from core.orders.states import BrokerStatus
from core.services.access import login_watch
from tests.bot.rig import ASHA, RAVI, Json, Rig, buttons, running_rig
from tests.brokers.fault_server import FaultServer
from tests.brokers.faults import NONE, REFUSED, Delivery, Ending, Fault
from tests.brokers.zerodha.fake_zerodha import API_KEY, API_SECRET, REQUEST_TOKEN, TOKEN, FakeKite, running
from tests.contract.broker_contract import buy
from tests.runtime import raw_sql

LOST = Fault(Ending.RESET)
PLACED = ("exchange", "tradingsymbol", "transaction_type", "order_type", "quantity", "price", "product", "validity")
LOST_AFTERWARDS = Fault(Ending.RESET, Delivery.AT_ONCE)


@dataclass
class Live:
    """A bot whose account trades at a fake Kite, with a server that goes wrong between them."""

    rig: Rig
    fake: FakeKite
    faults: FaultServer
    path: Path

    async def log_in(self, token: str = TOKEN) -> None:
        """Credentials as the command line stores them, with a session or without."""
        services, now = self.rig.runtime.services, self.rig.runtime.services.clock.now().isoformat()
        session = {"access_token": token, "access_token_at": now} if token else {}
        credentials = {"api_key": API_KEY, "api_secret": API_SECRET, **session}
        account = await services.broker_logins.set("main", "zerodha", credentials, SYSTEM)
        await services.accounts.set("main", SYSTEM, trading_mode=TradingMode.LIVE)
        self.rig.account = replace(account, trading_mode=TradingMode.LIVE)
        await services.broker_logins.sync()
        await self.rig.runtime.connections.load_instruments(account.id)

    async def doubtful(self, fault: Fault = LOST) -> tuple[OrderId, Json]:
        """An order whose answer was lost, past the time in which it may arrive; its card."""
        await self.log_in()
        await self.rig.link(ASHA)
        await self.faults.play(fault)
        order_id = await self.rig.order(buy())
        await self.rig.press(ASHA, await self.rig.message(ASHA, "waits for you"), "Approve")
        await self.rig.message(ASHA, "NOT CONFIRMED")
        await self.faults.play(NONE)
        raw_sql(self.path / "test.db", "UPDATE legs SET sent_at = '2026-01-02T00:00:00.000000+00:00'")
        await self.rig.runtime.refresher.refresh()
        return order_id, await self.rig.message(ASHA, "did not show it" if fault is LOST else "FILLED")


@pytest.fixture
async def live(patient: None, tmp_path: Path, template: Path) -> AsyncIterator[Live]:
    """Everything runs."""
    fake = FakeKite()
    patience = {"answer_within": timedelta(seconds=3), "connect_within": timedelta(seconds=3)}
    async with running(fake) as upstream, FaultServer(upstream) as faults:
        at = Brokers(zerodha=ZerodhaAddress(base_url=faults.url, **patience))
        async with running_rig(tmp_path, template, brokers=at) as rig:
            yield Live(rig, fake, faults, tmp_path)


async def test_owner_logs_in_from_the_chat_and_the_token_does_not_stay_there(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login_watch, "MORNING", time.min)
    monkeypatch.setattr(login_watch, "EVENING", time.max)
    await live.rig.link(ASHA, Role.OWNER)
    await live.log_in(token="")
    await live.rig.runtime.login_watch.look()
    await live.rig.tell()
    asked = await live.rig.message(ASHA, "login needed")

    pasted = f"https://127.0.0.1/?action=login&request_token={REQUEST_TOKEN}&status=success"
    said = await live.rig.ask(ASHA, pasted, "logged in")

    assert "Zerodha" in asked["text"] or "zerodha" in asked["text"]
    assert "until" in said["text"]
    assert not [one for one in live.rig.telegram.messages(ASHA) if REQUEST_TOKEN in str(one)]
    assert len(await live.rig.events(Kind.BROKER_LOGGED_IN)) == 1
    await live.rig.runtime.connections.find(live.rig.account.id).broker.check()  # type: ignore[union-attr]


async def test_nobody_but_the_owner_logs_in(live: Live) -> None:
    await live.rig.link(RAVI, Role.APPROVER)
    await live.log_in(token="")

    await live.rig.ask(RAVI, f"request_token={REQUEST_TOKEN}", "no account of which you are the owner")

    assert not await live.rig.events(Kind.BROKER_LOGGED_IN)


async def test_order_that_nobody_can_confirm_is_sent_again_only_after_a_question(live: Live) -> None:
    await live.rig.link(RAVI)
    order_id, card = await live.doubtful()
    assert buttons(card) == ["🔎 It is there", "🗑 Drop", "🔁 Not there, send again"]
    assert "NOT CONFIRMED" in card["text"]

    await live.rig.press(ASHA, card, "Not there, send again")
    question = await live.rig.message(ASHA, "again?")
    before = len(live.fake.book.orders)
    await live.rig.press(ASHA, question, "Yes, send again: BUY 10 SBIN")
    await live.rig.message(ASHA, "OPEN")
    await live.rig.press_data(ASHA, question, question["reply_markup"]["inline_keyboard"][0][0]["callback_data"])

    await live.rig.tell()
    told = await live.rig.message(RAVI, "sent again by")

    assert told["text"].startswith(f"🔁 #{order_id} sent again by Asha: BUY 10 SBIN. What became")
    assert told["reply_to_message"]["message_id"] == (await live.rig.message(RAVI, "OPEN"))["message_id"]
    assert "twice" in question["text"]
    assert (before, len(live.fake.book.orders)) == (0, 1)
    assert (await live.rig.read(order_id)).legs[0].broker_status in {BrokerStatus.OPEN, BrokerStatus.COMPLETE}


async def test_who_decides_is_called_and_opens_the_order_from_there(live: Live) -> None:
    await live.doubtful()

    await live.rig.tell()
    called = await live.rig.message(ASHA, "needs you")
    await live.rig.press(ASHA, called, "Open #1")
    opened = await live.rig.message(ASHA, "did not show it", after=called["message_id"])

    assert "Look into your broker's app" in called["text"]
    assert buttons(opened) == ["🔎 It is there", "🗑 Drop", "🔁 Not there, send again"]


async def test_dropped_order_says_so_on_its_card(live: Live) -> None:
    _, card = await live.doubtful()

    toast = await live.rig.press(ASHA, card, "Drop")

    ended = await live.rig.message(ASHA, "Dropped by Asha")
    assert "you will be told" in toast
    assert not buttons(ended)
    assert not live.fake.book.orders


async def test_order_that_did_arrive_is_found_without_anybody(live: Live) -> None:
    order_id, _ = await live.doubtful(LOST_AFTERWARDS)

    assert (await live.rig.read(order_id)).broker_status is BrokerStatus.COMPLETE
    assert len(live.fake.book.orders) == 1


async def test_a_client_s_own_look_tries_a_broker_that_is_left_alone(live: Live) -> None:
    await live.log_in()
    await live.rig.link(ASHA)
    await live.faults.play(REFUSED)
    for _ in range(3):
        with pytest.raises(BrokerUnavailable):
            await live.rig.runtime.services.books.orders(live.rig.account)
    await live.faults.play(NONE)

    said = await live.rig.ask(ASHA, "/orderbook", "rders")

    assert "has not answered" not in said["text"]
    assert len(await live.rig.runtime.services.books.orders(live.rig.account)) == 0


async def test_what_was_placed_elsewhere_is_marked_and_stays_when_all_is_cancelled(live: Live) -> None:
    await live.log_in()
    await live.rig.link(ASHA)
    await live.rig.order(replace(buy(), pricetype=PriceType.LIMIT, price=Decimal(700)))
    await live.rig.press(ASHA, await live.rig.message(ASHA, "waits for you"), "Approve")
    await live.rig.message(ASHA, "OPEN")
    ours = live.fake.book.orders[0]
    by_hand = {**ours, "quantity": "7", "price": "700"}
    theirs = live.fake.book.place("regular", {name: str(by_hand[name]) for name in PLACED})
    live.fake.book.place("regular", {**{name: str(by_hand[name]) for name in PLACED}, "price": "900"})

    book = await live.rig.ask(ASHA, "/orderbook", "Orders at the broker")
    held = await live.rig.ask(ASHA, "/positions", "SBIN NSE")
    question = await live.rig.ask(ASHA, "/cancelall", "Cancel")
    await live.rig.press(ASHA, question, "Yes, cancel")
    await live.rig.message(ASHA, "ancelled", after=question["message_id"] - 1)

    assert f"{theirs} · not from Countersign" in book["text"]
    assert f"{ours['order_id']} · not" not in book["text"]
    assert "/cancelall leaves it alone" in book["text"]
    assert "· not from Countersign" in held["text"]
    assert "Not touched: 1 open order that did not come from Countersign" in question["text"]
    assert [row["status"] for row in live.fake.book.orders] == ["CANCELLED", "OPEN", "COMPLETE"]
