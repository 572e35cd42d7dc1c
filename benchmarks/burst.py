"""A burst of orders for one client: until all of them are seen, and what that takes of Telegram."""

import asyncio
import time
from itertools import count
from pathlib import Path

from aiohttp import ClientSession, TCPConnector

from benchmarks.figures import Figure
from benchmarks.plan import Plan
from benchmarks.stage import ORDER, PATH, Customer, furnish, link, local_telegram, service
from benchmarks.wire import Wrong
from bot.local_telegram.client import LocalTelegramClient
from core.services.approval.card_queue import MOST_UNSEEN

CONNECTIONS = 32
PATIENCE = 60.0
SETTLED = 3.0
"""Seconds after which whatever else is sent for the burst has been sent, too."""
MOST_SECONDS = 10.0
MESSAGES = ("sendMessage", "editMessageText")


async def measure_burst(folder: Path, plan: Plan) -> list[Figure]:
    """Every order of a burst is on a card or in the digest. Raises Wrong."""
    [customer] = await furnish(folder)
    async with local_telegram() as (url, telegram), service(folder, url) as process:
        await link(telegram, customer)
        # What greeted the client has left the chat's allowance.
        await asyncio.sleep(SETTLED)
        begun = time.time()
        async with ClientSession(process.url, connector=TCPConnector(limit=CONNECTIONS)) as session:
            await _post_all(session, customer, plan.burst)
        taken = time.time() - begun
        await _wait_until_seen(telegram, customer.client_id, plan.burst)
        seen = time.time() - begun
        await asyncio.sleep(SETTLED)
        calls = [one for method in MESSAGES for one in await telegram.calls(method) if one["at"] >= begun]
    refused = sum(call["status"] == 429 for call in calls)
    about = f"{plan.burst:,} orders at once for one client"
    return [
        Figure(f"{about}: all taken", taken, " s"),
        Figure(f"{about}: all seen", seen, " s", MOST_SECONDS),
        Figure(f"{about}: messages and edits", len(calls)),
        Figure(f"{about}: answers 429", refused, "", 0),
    ]


async def _post_all(session: ClientSession, customer: Customer, orders: int) -> None:
    numbers = count()

    async def post() -> None:
        while next(numbers) < orders:
            async with session.post(PATH, json={"apikey": customer.api_key, **ORDER}) as answered:
                answer = await answered.json()
            if answer.get("status") != "success":
                raise Wrong(f"an order was answered with {answer}")

    await asyncio.gather(*(post() for _ in range(CONNECTIONS)))


async def _wait_until_seen(telegram: LocalTelegramClient, chat: int, orders: int) -> None:
    rest = f"{orders - MOST_UNSEEN} orders wait for you"
    try:
        await telegram.wait_for_message(chat, rest, seconds=PATIENCE)
        for number in range(1, MOST_UNSEEN + 1):
            await telegram.wait_for_message(chat, f" · #{number}\n", seconds=PATIENCE)
    except TimeoutError:
        raise Wrong(f"not all of {orders} orders were seen within {PATIENCE:.0f} s") from None
