"""Prices over the WebSocket: the latest at once, every change, in the mode that was asked for, until unsubscribed."""

from decimal import Decimal
from typing import Any

from core.accounts import OrderMode, TradingMode
from core.audit import SYSTEM
from tests.runtime import Spine
from tests.webhook.live.live_reading import SBIN, LiveApi, live_api
from webhook.live.readers import LiveLimits

NOPE = {"exchange": "NSE", "symbol": "NOPE"}


def is_tick(mode: int, ltp: float) -> Any:
    return lambda told: told.get("mode") == mode and told["data"]["ltp"] == ltp


async def test_the_latest_price_comes_at_once_and_then_every_change(live: LiveApi) -> None:
    async with live.reading() as reader:
        answer = await reader.ask("subscribe", symbols=[SBIN], mode=1, depth=5)
        first = await reader.next()
        live.spine.feed.pin("NSE", "SBIN", Decimal("801.05"))
        second = await reader.next()

    now = int(live.spine.clock.now().timestamp() * 1000)
    assert answer == {
        "type": "subscribe",
        "status": "success",
        "message": "Subscription processing complete",
        "broker": "paper",
        "subscriptions": [{**SBIN, "mode": "LTP", "status": "success", "depth": 5}],
    }
    assert first == {"type": "market_data", **SBIN, "mode": 1, "data": {"ltp": 800, "timestamp": now}}
    assert second["data"] == {"ltp": 801.05, "timestamp": now}


async def test_a_quote_has_the_day_and_its_change(live: LiveApi) -> None:
    async with live.reading() as reader:
        await reader.ask("subscribe", **SBIN, mode="quote")
        told = (await reader.of_type("market_data"))["data"]

    asked = live.spine.feed.quote("NSE", "SBIN")
    assert asked is not None
    assert (told["ltp"], told["high"], told["volume"]) == (800, float(asked.high), asked.volume)
    assert (told["open"], told["close"]) == (float(asked.open), float(asked.prev_close))
    assert round(told["close"] + told["change"], 2) == 800
    assert told["change_percent"] == round(float((800 - asked.prev_close) * 100 / asked.prev_close), 2)


async def test_the_depth_has_five_prices_on_each_side(live: LiveApi) -> None:
    async with live.reading() as reader:
        await reader.ask("subscribe", **SBIN, mode=3)
        told = (await reader.of_type("market_data"))["data"]

    asked = live.spine.feed.depth("NSE", "SBIN")
    assert asked is not None
    assert [level["price"] for level in told["depth"]["buy"]] == [float(level.price) for level in asked.bids]
    assert [level["quantity"] for level in told["depth"]["sell"]] == [level.quantity for level in asked.asks]
    assert len(told["depth"]["buy"]) == 5


async def test_one_instrument_can_be_read_in_every_mode(live: LiveApi) -> None:
    async with live.reading() as reader:
        for mode in (1, 2, 3):
            await reader.ask("subscribe", **SBIN, mode=mode)
        live.spine.feed.pin("NSE", "SBIN", Decimal(805))
        for mode in (1, 2, 3):
            await reader.until(is_tick(mode, 805))


async def test_what_is_not_listed_says_why_and_the_others_are_sent(live: LiveApi) -> None:
    async with live.reading() as reader:
        answer = await reader.ask("subscribe", symbols=[NOPE, SBIN], mode=1, request_id=7)
        tick = await reader.next()

    nope, sbin = answer["subscriptions"]
    assert (answer["status"], answer["request_id"]) == ("partial", 7)
    assert (nope["status"], nope["message"]) == ("error", "Symbol NOPE not found in exchange NSE")
    assert sbin["status"] == "success"
    assert tick["symbol"] == "SBIN"


async def test_nothing_comes_once_unsubscribed(live: LiveApi) -> None:
    async with live.reading() as reader:
        await reader.ask("subscribe", **SBIN, mode=1)
        await reader.ask("subscribe", **SBIN, mode=2)
        answer = await reader.ask("unsubscribe", symbols=[SBIN | {"mode": 1}])
        live.spine.feed.pin("NSE", "SBIN", Decimal(807))
        kept = await reader.until(lambda told: told.get("data", {}).get("ltp") == 807)
        everything = await reader.ask("unsubscribe_all")
        again = await reader.ask("unsubscribe", **SBIN, mode=2)
        live.spine.feed.pin("NSE", "SBIN", Decimal(808))
        last = await reader.ask("ping")

    assert [one["mode"] for one in answer["successful"]] == ["LTP"]
    assert kept["mode"] == 2
    assert [one["mode"] for one in everything["successful"]] == ["Quote"]
    assert (again["status"], again["failed"][0]["message"]) == ("partial", "Not subscribed.")
    assert last["type"] == "pong"
    assert 808 not in [told["data"]["ltp"] for told in reader.seen if told["type"] == "market_data"]


async def test_so_many_subscriptions_with_one_key_and_those_that_end_make_room(spine: Spine) -> None:
    async with (
        live_api(spine, LiveLimits(subscriptions_per_key=2)) as few,
        few.reading() as one,
        few.reading() as other,
    ):
        await one.ask("subscribe", **SBIN, mode=1)
        await other.ask("subscribe", **SBIN, mode=1)
        refused = await other.ask("subscribe", **SBIN, mode=2)
        await one.ask("unsubscribe_all")
        taken = await other.ask("subscribe", **SBIN, mode=2)

    assert refused["subscriptions"][0]["message"] == "At most 2 subscriptions with one key."
    assert taken["status"] == "success"


async def test_two_accounts_read_the_same_prices(live: LiveApi) -> None:
    accounts, keys = live.spine.services.accounts, live.spine.services.keys
    other = await accounts.add("other", "paper", OrderMode.AUTO, TradingMode.LIVE, SYSTEM)
    key = await keys.create(other.id, "x", SYSTEM)
    async with live.reading() as one, live.reading(key.secret) as two:
        for reader in (one, two):
            await reader.ask("subscribe", **SBIN, mode=1)
        live.spine.feed.pin("NSE", "SBIN", Decimal(809))

        assert (await one.until(is_tick(1, 809))) == (await two.until(is_tick(1, 809)))


async def test_prices_go_on_when_another_reader_of_them_has_gone(live: LiveApi) -> None:
    async with live.reading() as stays:
        await stays.ask("subscribe", **SBIN, mode=1)
        async with live.reading() as leaves:
            await leaves.ask("subscribe", **SBIN, mode=1)
        live.spine.feed.pin("NSE", "SBIN", Decimal(811))

        await stays.until(is_tick(1, 811))
