"""Pushes updates to the bot's webhook: one after another per sender, repeated until taken."""

import asyncio
from collections.abc import Awaitable, Callable

import aiohttp

from bot.local_telegram.errors import ApiError, Json
from bot.local_telegram.params import Params
from bot.local_telegram.state.updates import Update
from bot.local_telegram.state.webhook_info import Webhook
from bot.local_telegram.state.world import World

_LONGEST_PAUSE = 60
_TIMEOUT_S = 60.0
_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name

Call = Callable[[str, Params], Awaitable[Json]]


class Deliveries:
    """The loop behind setWebhook; `call` runs a method that the bot put into its answer."""

    def __init__(self, world: World, call: Call) -> None:
        self._world = world
        self._call = call
        self._send_queue: dict[int, asyncio.Task[None]] = {}
        self._loop: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to watch for updates."""
        self._loop = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End all deliveries; what was not taken stays queued."""
        tasks = [*self._send_queue.values(), *([self._loop] if self._loop else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self) -> None:
        timeout = aiohttp.ClientTimeout(total=_TIMEOUT_S)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while True:
                self._open_lanes(session)
                await self._world.changed.wait()

    def _open_lanes(self, session: aiohttp.ClientSession) -> None:
        webhook = self._world.webhook
        if not webhook.url:
            return
        for update in self._world.updates.pending():
            has_room = len(self._send_queue) < webhook.max_connections
            if has_room and update.sender not in self._send_queue:
                lane = self._lane(session, webhook, update.sender)
                self._send_queue[update.sender] = asyncio.create_task(lane)

    async def _lane(self, session: aiohttp.ClientSession, webhook: Webhook, sender: int) -> None:
        try:
            while (update := self._next(sender)) and self._world.webhook is webhook:
                await self._deliver(session, webhook, update)
        finally:
            del self._send_queue[sender]
            self._world.changed.fire()

    def _next(self, sender: int) -> Update | None:
        return next((one for one in self._world.updates.pending() if one.sender == sender), None)

    async def _deliver(self, session: aiohttp.ClientSession, webhook: Webhook, update: Update) -> None:
        pause = 1
        while self._world.webhook is webhook and update in self._world.updates.pending():
            retry_after = await self._attempt(session, webhook, update)
            if retry_after is None:
                self._world.updates.remove(update)
                return
            await asyncio.sleep(max(pause, retry_after) * self._world.rules.webhook_retry)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _attempt(self, session: aiohttp.ClientSession, webhook: Webhook, update: Update) -> float | None:
        """POST once: None when the bot took it, else the pause it asked for (0 for none)."""
        headers = {_SECRET_HEADER: webhook.secret_token} if webhook.secret_token else {}
        try:
            async with session.post(
                webhook.url, json=update.wire(), headers=headers, allow_redirects=False
            ) as response:
                if response.ok and response.status < 300:
                    await self._run_reply(await response.text())
                    return None
                self._failed(f"Wrong response from the webhook: {response.status} {response.reason}")
                asked = response.headers.get("Retry-After", "")
                return float(asked) if asked.isdecimal() else 0.0
        except aiohttp.ClientConnectorError:
            self._failed("Connection refused")
        except (aiohttp.ClientError, TimeoutError) as error:
            self._failed(str(error) or "Read timeout expired")
        return 0.0

    def _failed(self, reason: str) -> None:
        self._world.webhook.last_error_at = int(self._world.clock.now())
        self._world.webhook.last_error = reason
        self._world.changed.fire()

    async def _run_reply(self, body: str) -> None:
        """A bot may answer an update with a method to run; Telegram does not tell it the result."""
        params = _reply_params(body)
        if params is None:
            return
        try:
            await self._call(params.text("method"), params)
        except ApiError as error:
            self._failed(error.description)


def _reply_params(body: str) -> Params | None:
    """The parameters in a webhook's answer, None when it names no method."""
    reply = Params({"body": body})
    try:
        values = reply.structure("body")
    except ApiError:
        return None
    return Params(values) if isinstance(values, dict) and "method" in values else None
