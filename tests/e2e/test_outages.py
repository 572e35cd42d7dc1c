"""The bot is away, Telegram is away, or both: people are told, and no tap or order gets lost."""

import asyncio
import signal
from pathlib import Path

import aiohttp
import pytest

from tests.e2e.people import (
    approve,
    buttons,
    card,
    cards,
    cards_settled,
    local_telegram,
    orders_settled,
    readiness,
    talking,
    until_ready,
)
from tests.e2e.program import TOKEN, Installation
from tests.factories import ASHA, RAVI

TEN_MINUTES = 600.0


async def test_after_a_long_outage_cards_say_that_taps_may_be_lost_and_a_new_tap_counts(home: Installation) -> None:
    async with local_telegram() as (telegram, url):
        here = home.at(url)
        async with here.running() as service, talking(service, home.key) as strategy:
            number = await strategy.queue()
            shown = await card(telegram, ASHA, number, "waits for you")
            await card(telegram, RAVI, number, "waits for you")
            await cards_settled(home)
            await service.kill()
        telegram.press(ASHA, ASHA, shown["message_id"], button_text="Approve")
        telegram.advance(TEN_MINUTES)
        let_time_pass(home, TEN_MINUTES)
        async with here.running() as service, talking(service, home.key) as strategy:
            warnings = [await card(telegram, person, number, "The bot was offline") for person in (ASHA, RAVI)]
            undecided = await strategy.outcome(number, wait=0)
            toast = await approve(telegram, ASHA, number)
            filled = await card(telegram, ASHA, number, "FILLED")

    assert all("taps in that time may not have been received. Please tap again." in one["text"] for one in warnings)
    assert warnings[0]["message_id"] == shown["message_id"]
    assert undecided["status"] == "pending"
    assert toast == f"✅ Approved order #{number}. Sending it now."
    assert "offline" not in filled["text"]
    assert home.sql("SELECT count(*) FROM paper_orders") == [(1,)]


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL], ids=["stopped", "killed"])
async def test_a_tap_while_the_bot_restarts_counts_once(home: Installation, ending: signal.Signals) -> None:
    async with local_telegram() as (telegram, url):
        here = home.at(url)
        async with here.running() as service, talking(service, home.key) as strategy:
            number = await strategy.queue()
            shown = await card(telegram, ASHA, number, "waits for you")
            await cards_settled(home)
            service.signal(ending)
            await service.ended()
        query = telegram.press(ASHA, ASHA, shown["message_id"], button_text="Approve")
        telegram.advance(120)
        async with here.running() as service, talking(service, home.key) as strategy:
            outcome = await strategy.outcome(number)
            filled = await card(telegram, ASHA, number, "FILLED")

    assert (outcome["status"], outcome["broker_status"]) == ("approved", "complete")
    assert not buttons(filled)
    assert "offline" not in "".join(version["text"] for version in filled["history"])
    assert home.sql("SELECT count(*) FROM paper_orders") == [(1,)]
    assert query


async def test_an_order_that_arrives_while_telegram_is_down_gets_its_card_later(home: Installation) -> None:
    async with (
        local_telegram() as (telegram, url),
        home.at(url).running() as service,
        talking(service, home.key) as strategy,
    ):
        await until_ready(service, "telegram", "ok")
        telegram.outage()
        away = await until_ready(service, "telegram", "Telegram cannot be reached")
        status, _ = await readiness(service)
        number = await strategy.queue()
        silence = cards(telegram, ASHA, number)
        telegram.outage(False)
        await card(telegram, ASHA, number, "waits for you")
        await until_ready(service, "telegram", "ok")
        back, _ = await readiness(service)

    assert (status, back) == (503, 200)
    assert away["database"] == away["clock"] == away["brokers"] == "ok"
    assert silence == []


async def test_a_start_while_telegram_is_down_takes_orders_and_catches_up(home: Installation) -> None:
    async with local_telegram() as (telegram, url):
        telegram.outage()
        async with home.at(url).running() as service, talking(service, home.key) as strategy:
            number = await strategy.queue()
            status, found = await readiness(service)
            telegram.outage(False)
            toast = await approve(telegram, ASHA, number)

    assert (status, found["telegram"].startswith("Telegram cannot be reached")) == (503, True)
    assert toast == f"✅ Approved order #{number}. Sending it now."


async def test_another_poller_is_named_in_the_log_and_in_readyz(home: Installation) -> None:
    async with local_telegram() as (_telegram, url), home.at(url).running() as service:
        await until_ready(service, "telegram", "ok")
        async with aiohttp.ClientSession() as session:
            rival = asyncio.ensure_future(_poll_for_ever(session, f"{url}/bot{TOKEN}/getUpdates"))
            found = await until_ready(service, "telegram", "Another program is polling with this bot token")
            rival.cancel()
            await asyncio.gather(rival, return_exceptions=True)
        await until_ready(service, "telegram", "ok")
        log = service.log

    assert "@BotFather" in found["telegram"]
    assert "Another program is polling with this bot token" in log


async def test_a_wrong_token_ends_the_start_with_one_clear_sentence(home: Installation) -> None:
    async with local_telegram() as (_, url):
        ended = await home.at(url).cli(
            "run", COUNTERSIGN_TELEGRAM__TOKEN="1000000001:a-token-that-Telegram-does-not-know"
        )

    said = [line for line in ended.err.splitlines() if line.startswith("countersign:")]
    assert ended.status == 1
    assert said == [
        (
            "countersign: Telegram does not accept the bot token. Check [telegram] token in the configuration, "
            "or make a new one with @BotFather."
        )
    ]
    assert "Traceback" not in ended.err
    assert "a-token-that" not in ended.err


async def test_a_blocked_bot_does_not_hold_up_the_others(home: Installation) -> None:
    async with local_telegram() as (telegram, url):
        telegram.block(ASHA)
        async with home.at(url).running() as service, talking(service, home.key) as strategy:
            number = await strategy.queue()
            toast = await approve(telegram, RAVI, number)
            outcome = await strategy.outcome(number)

    assert toast == f"✅ Approved order #{number}. Sending it now."
    assert outcome["decided_by"] == "Ravi"


@pytest.mark.alone
async def test_sigterm_while_orders_are_in_flight_ends_soon_and_loses_nothing(
    home: Installation, tmp_path: Path
) -> None:
    await home.set_modes("auto", "live")
    async with local_telegram() as (_, url):
        here = home.at(url)
        async with here.running() as service, talking(service, home.key) as strategy:
            posts = [asyncio.ensure_future(strategy.place(f"k-{number}")) for number in range(80)]
            await asyncio.wait(posts, return_when=asyncio.FIRST_COMPLETED)
            status, seconds = await service.stop()
            done = await asyncio.gather(*posts, return_exceptions=True)
        in_doubt = home.sql("SELECT count(*) FROM legs WHERE broker_status = 'sending'")
        async with here.running() as service, talking(service, home.key) as strategy:
            answered = [one for one in done if not isinstance(one, BaseException) and one[0] == 200]
            for number in range(80):
                assert (await strategy.place(f"k-{number}"))[0] == 200
            await orders_settled(home)

    assert status == 0
    assert seconds < 10
    assert answered
    assert in_doubt == [(0,)]
    assert all(isinstance(one, tuple | aiohttp.ClientError) for one in done)
    assert {one[0] for one in done if not isinstance(one, BaseException)} <= {200, 503}
    assert home.sql("SELECT count(*), sum(broker_status = 'complete') FROM orders") == [(80, 80)]
    assert home.sql("SELECT count(*) FROM paper_orders") == [(80,)]


async def _poll_for_ever(session: aiohttp.ClientSession, url: str) -> None:
    while True:
        async with session.post(url, json={"timeout": 1}) as answer:
            await answer.read()


def let_time_pass(home: Installation, seconds: float) -> None:
    """As if the service had been down for so much longer."""
    home.sql("UPDATE heartbeats SET at = strftime('%Y-%m-%dT%H:%M:%f000+00:00', at, ?)", f"-{seconds} seconds")
