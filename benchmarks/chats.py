"""Cards on their way to people: three at once in one chat, and one for each of a thousand chats while others tap."""

import asyncio
import sqlite3
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from aiohttp import ClientSession

from benchmarks.figures import Figure
from benchmarks.plan import Plan
from benchmarks.stage import (
    ORDER,
    PATH,
    TOKEN,
    Customer,
    database,
    furnish,
    link,
    local_telegram,
    service,
    settings_in,
)
from benchmarks.wire import Wrong
from bot.local_telegram.client import LocalTelegramClient
from bot.process.bootstrap import open_runtime
from core.accounts import Role
from core.audit import SYSTEM
from core.ids import AccountId, ChatId, OrderId, UserId
from core.services.approval.card_queue import MOST_UNSEEN

AT_ONCE = MOST_UNSEEN
"""More than these would stand in one message."""
FIRST_READER = 800_001
"""The number of the first of those who all get a card of the same order."""
PATIENCE = 60.0
BETWEEN_TAPS = 0.5
FEWEST_TAPS = 2
MOST_SEEN, MOST_EDITED, MOST_CLAIMED = 600.0, 1000.0, 60.0
APPROVE, APPROVED = "Approve", "Approved by"
MESSAGES = ("sendMessage", "editMessageText")
Card = tuple[Customer, OrderId, int]
"""Whose it is, its order, and the number of its message."""
AT_MARKET = {**ORDER, "pricetype": "MARKET", "price": "0"}


class Chats:
    """A running service, a Telegram that limits strictly, and clients who wait for cards."""

    def __init__(self, folder: Path, telegram: LocalTelegramClient, session: ClientSession) -> None:
        self._folder = folder
        self._telegram = telegram
        self._session = session
        self._tapped: dict[OrderId, float] = {}

    async def show_some(self, customer: Customer) -> tuple[float, float]:
        """Milliseconds until a client has seen the orders that came at once, and from a tap to its card's edit."""
        chat, begun = customer.client_id, time.time()
        orders = await asyncio.gather(*(self.place(customer) for _ in range(AT_ONCE)))
        cards = await asyncio.gather(*(self._card_of(chat, order_id) for order_id in orders))
        seen = time.time() - begun
        return seen * 1000, await self._tap(customer, orders[-1], cards[-1]) * 1000

    async def stock_up(self, customers: Sequence[Customer]) -> list[Card]:
        """Cards that wait for a tap, the oldest of each client first: none is tapped that the crowd still delays."""
        placed = [(customer, await self.place(customer)) for _ in range(AT_ONCE) for customer in customers]
        return [(who, order_id, await self._card_of(who.client_id, order_id)) for who, order_id in placed]

    async def tap_now_and_then(self, cards: Sequence[Card], until: float) -> None:
        """Clients approve them one after the other, as long as there is time, but at least two."""
        for number, card in enumerate(cards):
            if number >= FEWEST_TAPS and time.time() >= until:
                return
            await self._tap(*card)
            await asyncio.sleep(BETWEEN_TAPS)

    async def place(self, customer: Customer) -> OrderId:
        """One order. Raises Wrong."""
        async with self._session.post(PATH, json={"apikey": customer.api_key, **AT_MARKET}) as answered:
            answer = await answered.json()
        if answer.get("status") != "success":
            raise Wrong(f"an order was answered with {answer}")
        return OrderId(answer["pending_order_id"])

    async def count_calls(self, since: float) -> tuple[int, int, int]:
        """How many messages were sent or edited since then, how many answered 429, and how many changed nothing."""
        calls = [one for method in MESSAGES for one in await self._telegram.calls(method) if one["at"] >= since]
        refused = sum(call["status"] == 429 for call in calls)
        return len(calls), refused, sum("not modified" in call["description"] for call in calls)

    async def claimed_after(self) -> list[float]:
        """Milliseconds from each tap to its order being claimed for the broker. Raises Wrong."""
        until = time.time() + PATIENCE
        while self._tapped.keys() - self._sent().keys() and time.time() < until:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.1)
        sent = self._sent()
        if missing := self._tapped.keys() - sent.keys():
            raise Wrong(f"tapped but not sent: {missing}")
        return [(_seconds(sent[order_id]) - at) * 1000 for order_id, at in self._tapped.items()]

    def _sent(self) -> dict[OrderId, str]:
        with sqlite3.connect(f"file:{database(self._folder)}?mode=ro", uri=True) as connection:
            query = "SELECT order_id, sent_at FROM legs WHERE sent_at IS NOT NULL"
            return dict(connection.execute(query).fetchall())

    async def _card_of(self, chat: int, order_id: OrderId) -> int:
        return int((await self._see(chat, f" · #{order_id}\n"))["message_id"])

    async def _see(self, chat: int, text: str, after: int = 0) -> dict[str, Any]:
        try:
            return await self._telegram.wait_for_message(chat, text, after=after, seconds=PATIENCE)
        except TimeoutError:
            raise Wrong(f"nothing says {text!r} in chat {chat} after {PATIENCE:.0f} s") from None

    async def _tap(self, customer: Customer, order_id: OrderId, message_id: int) -> float:
        """Seconds from the tap to the card's saying so."""
        chat = customer.client_id
        begun = self._tapped[order_id] = time.time()
        await self._telegram.press(chat, chat, message_id, button_text=APPROVE)
        await self._see(chat, APPROVED, message_id - 1)
        return time.time() - begun


async def measure_chats(folder: Path, plan: Plan) -> list[Figure]:
    """Both pictures, each with a service of its own. Raises Wrong."""
    return [*await _measure_some(_below(folder, "some"), plan), *await _measure_crowd(_below(folder, "crowd"), plan)]


async def _measure_some(folder: Path, plan: Plan) -> list[Figure]:
    customers = await furnish(folder, 2 * plan.rounds)
    async with (
        local_telegram() as (url, telegram),
        service(folder, url) as process,
        ClientSession(process.url) as session,
    ):
        for customer in customers:
            await link(telegram, customer)
        chats = Chats(folder, telegram, session)
        # What greeted them has left their chats' allowance.
        await asyncio.sleep(AT_ONCE)
        begun = time.time()
        seen, edited = zip(*[await chats.show_some(customer) for customer in customers], strict=True)
        _, refused, unchanged = await chats.count_calls(begun)
        claimed = await chats.claimed_after()
    return [
        Figure(f"{AT_ONCE} orders at once in one chat: all seen, median", median(seen), " ms", MOST_SEEN),
        Figure("their last card: tap to edit, median", median(edited), " ms", MOST_EDITED),
        Figure("tap in Telegram to claimed, nothing else going on: median", median(claimed), " ms"),
        Figure("answers 429", refused, "", 0),
        Figure("edits that changed nothing", unchanged, "", 0),
    ]


async def _measure_crowd(folder: Path, plan: Plan) -> list[Figure]:
    crowd, *tappers = await furnish(folder, 1 + plan.rounds)
    readers = range(FIRST_READER, FIRST_READER + plan.accounts)
    await _link_all(folder, readers)
    async with local_telegram() as (url, telegram):
        await _introduce(telegram, url, readers)
        async with service(folder, url) as process, ClientSession(process.url) as session:
            for customer in tappers:
                await link(telegram, customer)
            chats = Chats(folder, telegram, session)
            cards = await chats.stock_up(tappers)
            await asyncio.sleep(AT_ONCE)
            begun = time.time()
            await chats.place(crowd)
            await asyncio.sleep(BETWEEN_TAPS)
            await chats.tap_now_and_then(cards, begun + plan.crowd)
            await asyncio.sleep(max(0.0, begun + plan.crowd - time.time()))
            sent, refused, unchanged = await chats.count_calls(begun)
            took = time.time() - begun
            claimed = await chats.claimed_after()
    about = f"{len(readers):,} chats get a card"
    return [
        Figure(f"{about}: messages a second", sent / took),
        Figure(f"{about}: answers 429", refused, "", 0),
        Figure(f"{about}: edits that changed nothing", unchanged, "", 0),
        Figure(
            f"{about}: tap in Telegram to claimed, median of {len(claimed)}", median(claimed), " ms", MOST_CLAIMED
        ),
        Figure(f"{about}: 95 of 100 within", quantiles(claimed, n=20)[-1], " ms"),
    ]


async def _link_all(folder: Path, readers: Sequence[int]) -> None:
    """Link them to the first account, without a message."""
    async with open_runtime(settings_in(folder)) as runtime:
        linking = runtime.services.linking
        for reader in readers:
            new = await linking.create(AccountId(1), Role.APPROVER, SYSTEM)
            await linking.redeem(new.code, UserId(reader), ChatId(reader), "Asha")


async def _introduce(telegram: LocalTelegramClient, url: str, readers: Sequence[int]) -> None:
    """They have all written to the bot, which has read it."""
    for reader in readers:
        await telegram.add_user(reader, "Asha")
        await telegram.send_text(reader, "hello")
    async with ClientSession(url) as session:
        while updates := await telegram.updates():
            await session.get(f"/bot{TOKEN}/getUpdates", params={"offset": updates[-1]["update_id"] + 1})


def _below(folder: Path, name: str) -> Path:
    made = folder / name
    made.mkdir()
    return made


def _seconds(stored: str) -> float:
    """A stored moment as seconds of the system's clock."""
    return datetime.fromisoformat(f"{stored}+00:00" if "+" not in stored else stored).timestamp()
