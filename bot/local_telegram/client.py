"""Drives a LocalTelegram that runs in another process: its people, its messages, its faults."""

from types import TracebackType
from typing import Self, Unpack

import aiohttp

from bot.local_telegram.errors import Json
from bot.local_telegram.state.phone import Choice, FaultScope

_SLACK_S = 10.0


class LocalTelegramClient:
    """Use as `async with LocalTelegramClient(url) as tg`.

    LookupError when a person, chat, message or button is not there, ValueError for bad input, TimeoutError
    when something awaited does not come.
    """

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        if self._session:
            await self._session.close()

    async def add_user(
        self, user_id: int, first_name: str, username: str | None = None, language_code: str = "en"
    ) -> None:
        """Add a person who has not written to the bot yet."""
        who = {"user_id": user_id, "first_name": first_name}
        await self._post("users", {**who, "username": username, "language_code": language_code})

    async def add_group(self, chat_id: int, title: str, members: list[int]) -> None:
        """Add a group of the bot and these people."""
        await self._post("groups", {"chat_id": chat_id, "title": title, "members": members})

    async def block(self, user_id: int) -> None:
        """Have the person block the bot."""
        await self._post("block", {"user_id": user_id})

    async def unblock(self, user_id: int) -> None:
        """Have the person unblock the bot."""
        await self._post("unblock", {"user_id": user_id})

    async def send_text(
        self, user_id: int, text: str, chat_id: int | None = None, reply_to: int | None = None
    ) -> int:
        """Have the person write; returns the message's id."""
        body = {"user_id": user_id, "text": text, "chat_id": chat_id, "reply_to": reply_to}
        return int((await self._post("text", body))["message_id"])

    async def press(
        self,
        user_id: int,
        chat_id: int,
        message_id: int,
        data: str | None = None,
        button_text: str | None = None,
    ) -> str:
        """The person presses a button (or sends forged `data`); returns the query id."""
        place = {"user_id": user_id, "chat_id": chat_id, "message_id": message_id}
        answer = await self._post("press", {**place, "data": data, "button_text": button_text})
        return str(answer["query_id"])

    async def press_and_wait(
        self,
        user_id: int,
        chat_id: int,
        message_id: int,
        timeout: float = 10.0,  # noqa: ASYNC109 - the server does the waiting
        **choice: Unpack[Choice],
    ) -> Json:
        """Press and return the bot's answer {text, show_alert, url}; TimeoutError after `timeout` seconds."""
        place = {"user_id": user_id, "chat_id": chat_id, "message_id": message_id}
        body = await self._post("press", {**place, **choice, "wait": timeout}, timeout)
        if body["answer"] is None:
            raise TimeoutError(f"the bot did not answer the press within {timeout} s")
        return dict(body["answer"])

    async def messages(self, chat_id: int) -> list[Json]:
        """The chat's messages, oldest first."""
        return list((await self._get("messages", {"chat_id": chat_id}))["messages"])

    async def wait_for_message(self, chat_id: int, contains: str, after: int = 0, seconds: float = 10.0) -> Json:
        """The newest message above id `after` whose present text contains a string; TimeoutError if none."""
        query = {"chat_id": chat_id, "contains": contains, "after": after, "timeout": seconds}
        return dict((await self._get("wait", query, seconds))["message"])

    async def calls(self, method: str = "") -> list[Json]:
        """The last Bot API calls, of one method or all."""
        return list((await self._get("calls", {"method": method}))["calls"])

    async def updates(self) -> list[Json]:
        """The updates that the bot has not confirmed yet."""
        return list((await self._get("updates", {}))["updates"])

    async def advance(self, seconds: float) -> None:
        """Let `seconds` of that Telegram's time pass at once."""
        await self._post("clock", {"advance": seconds})

    async def fail_next(self, method: str, error_code: int, description: str, **scope: Unpack[FaultScope]) -> None:
        """Refuse the next call of `method` ("*": any) without effect."""
        error = {"method": method, "error_code": error_code, "description": description}
        await self._post("fault", {**error, **scope})

    async def drop_connection_next(self, method: str, after_effect: bool) -> None:
        """Cut the connection of the next call, before or after it has taken effect."""
        await self._post("fault", {"method": method, "drop": "after" if after_effect else "before"})

    async def hang_next(self, method: str, seconds: float) -> None:
        """Let the next call wait before it takes effect."""
        await self._post("fault", {"method": method, "hang": seconds})

    async def outage(self, is_out: bool = True) -> None:
        """Refuse every call with 502, until called with False."""
        await self._post("fault", {"outage": is_out})

    async def clear_faults(self) -> None:
        """Remove every fault."""
        await self._post("fault", {"clear": True})

    async def _post(self, path: str, body: Json, seconds: float = 0) -> Json:
        return await self._request("POST", path, {"json": body}, seconds)

    async def _get(self, path: str, query: Json, seconds: float = 0) -> Json:
        return await self._request("GET", path, {"params": query}, seconds)

    async def _request(self, verb: str, path: str, content: Json, seconds: float) -> Json:
        if self._session is None:
            raise RuntimeError("use the client in an `async with` block")
        timeout = aiohttp.ClientTimeout(total=seconds + _SLACK_S)
        url = f"{self._url}/local/{path}"
        async with self._session.request(verb, url, timeout=timeout, **content) as response:
            if response.ok:
                return dict(await response.json())
            reason = await response.text()
        errors = {404: LookupError, 408: TimeoutError}
        raise errors.get(response.status, ValueError)(reason)
