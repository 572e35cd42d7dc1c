"""A service with several accounts and people, for tests that share it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.callbacks.codec import Act, Codec, Press
from bot.local_telegram.errors import Json
from bot.local_telegram.server.server import LocalTelegram
from bot.settings.installation_secret import derive, load_secret
from core.ids import ChatId, OrderId
from tests.e2e.crashing import trail_of
from tests.e2e.people import Strategy, buttons, card, link, local_telegram, talking
from tests.e2e.program import Installation, Service
from tests.factories import ASHA, MALLORY, OMKAR, RAVI, VEENA

GROUP = -1001234567890
"""A group of all of them and the bot."""


@dataclass(frozen=True)
class Stage:
    """Account `main`: Asha owns, Ravi approves, Veena looks. Account `other`: Omkar owns. Mallory: nobody."""

    telegram: LocalTelegram
    home: Installation
    service: Service
    strategy: Strategy
    other: Strategy

    async def queue(self) -> tuple[int, Json]:
        """An order of `main` that waits, and its card in Asha's chat."""
        number = await self.strategy.queue()
        return number, await card(self.telegram, ASHA, number, "waits for you")

    async def clear(self) -> None:
        """Withdraw whatever of `main` still waits."""
        _, waiting = await self.strategy.ask("pendingorders", status="pending")
        for one in waiting["data"]["orders"]:
            await self.strategy.ask("withdraw", pending_order_id=one["pending_order_id"])

    async def press(self, user: int, message: Json, data: str) -> str:
        """Press with any data; what the bot answered."""
        place = (user, message["chat"]["id"], message["message_id"])
        return str((await self.telegram.press_and_wait(*place, 20, data=data))["text"])

    async def is_untouched(self, number: int) -> bool:
        """Whether nobody decided the order and nothing was sent of it."""
        outcome = await self.strategy.outcome(number, wait=0)
        return (outcome["status"], outcome["orders"][0]["orderid"]) == ("pending", None)

    async def refusals(self, number: int) -> list[tuple[str, str]]:
        """Who was refused a decision of this order, and why, by the audit trail."""
        found = [event for event in await trail_of(self.home) if event["order_id"] == number]
        return [(one["actor"].split()[0], one["facts"]["why"]) for one in found if one["kind"] == "decision.refused"]

    def signed(self, number: int, chat: int, version: int = 1) -> str:
        """The data of an Approve button as Countersign itself would sign it for this chat."""
        secret = load_secret(Path(self.home.folder / "countersign.secret"))
        press = Press(Act.APPROVE, OrderId(number), version)
        return Codec(derive(secret, "cards")).encode(press, ChatId(chat))


@asynccontextmanager
async def standing(home: Installation) -> AsyncIterator[Stage]:
    """The stage, set and running."""
    await home.json("account", "add", "other", "--trading-mode", "live")
    key = (await home.json("key", "create", "other"))["key"]
    async with local_telegram(ASHA, RAVI, VEENA, OMKAR, MALLORY) as (telegram, url):
        telegram.add_group(GROUP, "Traders", [ASHA, RAVI, MALLORY])
        here = home.at(url)
        async with here.running() as service:
            await asyncio.gather(link(telegram, here, VEENA, "viewer"), link(telegram, here, OMKAR, "owner", "other"))
            async with talking(service, home.key) as strategy, talking(service, key) as other:
                yield Stage(telegram, here, service, strategy, other)


def approve_data(message: Json) -> str:
    """What a card's Approve button carries."""
    return next(str(one["callback_data"]) for one in buttons(message) if "Approve" in one["text"])
