"""What a strategy says over HTTP, and what people see and tap in Telegram."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import aiohttp

from bot.local_telegram.errors import Json
from bot.local_telegram.server.server import LocalTelegram
from bot.local_telegram.state.world import Rules
from core.ids import UserId
from tests.e2e.program import BOT, TOKEN, Installation, Service
from tests.factories import ASHA, NAMES, RAVI

ORDER: dict[str, object] = {
    "strategy": "momentum",
    "exchange": "NSE",
    "symbol": "SBIN",
    "action": "BUY",
    "quantity": "10",
    "pricetype": "MARKET",
    "product": "MIS",
}
PATIENCE = 60.0


@dataclass(frozen=True)
class Strategy:
    """Posts with one API key."""

    session: aiohttp.ClientSession
    address: str
    key: str

    async def ask(self, endpoint: str, headers: dict[str, str] | None = None, /, **fields: Any) -> tuple[int, Json]:
        """The status and the body of an answer."""
        body = {"apikey": self.key, **fields}
        url = f"{self.address}/api/v1/{endpoint}"
        async with self.session.post(url, json=body, headers=headers) as answer:
            return answer.status, await answer.json()

    async def place(self, once: str = "", changes: Mapping[str, object] = MappingProxyType({})) -> tuple[int, Json]:
        """Post an order, under an Idempotency-Key if one is given."""
        headers = {"Idempotency-Key": once} if once else None
        return await self.ask("placeorder", headers, **{**ORDER, **changes})

    async def queue(self, **changes: object) -> int:
        """Post an order that must be queued; its number."""
        status, body = await self.place(changes=changes)
        assert (status, body["mode"]) == (200, "semi_auto"), body
        return int(body["pending_order_id"])

    async def outcome(self, order_id: int, wait: int = 15) -> Json:
        """What became of an order, once it is settled."""
        status, body = await self.ask("pendingorder", pending_order_id=order_id, wait=wait)
        assert status == 200, body
        return dict(body["data"])

    async def broker_orders(self) -> list[Json]:
        """The order book, as the API tells it."""
        status, body = await self.ask("orderbook")
        assert status == 200, body
        return list(body["data"]["orders"])


@asynccontextmanager
async def talking(service: Service, key: str) -> AsyncIterator[Strategy]:
    """A strategy that talks to the service over fresh connections."""
    connector = aiohttp.TCPConnector(force_close=True, limit=0)
    timeout = aiohttp.ClientTimeout(total=90)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        yield Strategy(session, service.address, key)


def new_telegram(*users: int, **options: Any) -> LocalTelegram:
    """A Telegram whose people have already talked to the bot."""
    telegram = LocalTelegram(TOKEN, BOT, rules=Rules(webhook_retry=0.05), **options)
    for user in users:
        telegram.add_user(user, NAMES.get(UserId(user), f"Person {user}"))
        telegram.send_text(user, "/start")
    telegram.world.updates.clear()
    return telegram


@asynccontextmanager
async def local_telegram(*users: int, **options: Any) -> AsyncIterator[tuple[LocalTelegram, str]]:
    """That Telegram, listening, and its address."""
    telegram = new_telegram(*(users or (ASHA, RAVI)), **options)
    async with telegram.serving() as address:
        yield telegram, address.url


async def link(
    telegram: LocalTelegram, installation: Installation, user: int, role: str, account: str = "main"
) -> None:
    """Somebody opens the one-time link that the command line printed."""
    invitation = await installation.json("link", account, "--role", role)
    after = max((message["message_id"] for message in telegram.messages(user)), default=0)
    telegram.send_text(user, f"/start {invitation['code']}")
    await seen(telegram, user, "You are linked", after)


async def seen(telegram: LocalTelegram, chat: int, text: str, after: int = 0) -> Json:
    """The newest message of a chat that contains this text, once there is one."""

    def find() -> Json | None:
        found = [one for one in telegram.messages(chat) if text in one["text"] and one["message_id"] > after]
        return found[-1] if found else None

    try:
        return await telegram.wait_for(find, PATIENCE)
    except TimeoutError:
        texts = [message["text"] for message in telegram.messages(chat)]
        raise TimeoutError(f"nothing with {text!r} among {texts}") from None


def cards(telegram: LocalTelegram, chat: int, order_id: int) -> list[Json]:
    """Every copy of an order's card in a chat."""
    return [one for one in telegram.messages(chat) if f" · #{order_id}\n" in one["text"]]


async def card(telegram: LocalTelegram, chat: int, order_id: int, text: str = "") -> Json:
    """The newest copy of an order's card that contains this text, once there is one."""

    def find() -> Json | None:
        found = [one for one in cards(telegram, chat, order_id) if text in one["text"]]
        return found[-1] if found else None

    try:
        return await telegram.wait_for(find, PATIENCE)
    except TimeoutError:
        texts = [message["text"] for message in telegram.messages(chat)]
        raise TimeoutError(f"no card of #{order_id} with {text!r} among {texts}") from None


def buttons(message: Json) -> list[Json]:
    """A message's buttons."""
    markup = message["reply_markup"] or {}
    return [button for row in markup.get("inline_keyboard", []) for button in row]


def is_decidable(message: Json) -> bool:
    """Whether a message offers the decision."""
    return any("Approve" in button["text"] or "Reject" in button["text"] for button in buttons(message))


async def press(telegram: LocalTelegram, user: int, message: Json, button: str) -> str:
    """Press a button; what the bot answered."""
    answer = await telegram.press_and_wait(
        user, message["chat"]["id"], message["message_id"], PATIENCE, button_text=button
    )
    return str(answer["text"])


async def approve(telegram: LocalTelegram, user: int, order_id: int) -> str:
    """Approve an order on its newest card; what the bot answered."""
    return await press(telegram, user, await card(telegram, user, order_id, "waits for"), "Approve")


async def readiness(service: Service) -> tuple[int, Json]:
    """What /readyz says."""
    async with aiohttp.ClientSession() as session, session.get(f"{service.address}/readyz") as answer:
        return answer.status, dict((await answer.json())["components"])


async def until_ready(service: Service, component: str, word: str) -> Json:
    """What /readyz says, once it says this word of this component."""
    found: Json = {}

    async def says() -> bool:
        nonlocal found
        found = (await readiness(service))[1]
        return word in found[component]

    await until(says)
    return found


async def cards_settled(installation: Installation) -> None:
    """Until every chat shows what it should, as far as the program knows."""

    async def is_settled() -> bool:
        due = "SELECT (SELECT count(*) FROM cards WHERE due) + (SELECT count(*) FROM orders WHERE cards_due)"
        return installation.sql(due) == [(0,)]

    await until(is_settled)


async def notices_settled(installation: Installation, count: int) -> None:
    """Until this many notices were told, so that none of them comes into what is done next."""

    async def is_settled() -> bool:
        return installation.sql("SELECT count(*) FROM notices WHERE finished_at IS NOT NULL") == [(count,)]

    await until(is_settled)


async def orders_settled(installation: Installation) -> None:
    """Until no approved order is on its way: what one quote cannot fill is filled by the next."""

    async def is_settled() -> bool:
        waits = "broker_status IN ('ready', 'sending', 'unknown', 'open') AND status = 'approved'"
        return not installation.sql(f"SELECT 1 FROM orders WHERE {waits}")  # noqa: S608 - a constant

    await until(is_settled)


async def until(is_so: Callable[[], Awaitable[object]], seconds: float = PATIENCE) -> None:
    """Ask until it is so, for what nobody tells of by itself. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not await is_so():  # noqa: ASYNC110 - the state of another process has no event
            await asyncio.sleep(0.03)
