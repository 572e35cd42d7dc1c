"""Serves the chat page, and pushes every change to it as server-sent events."""

import asyncio
import json
from pathlib import Path
from urllib.parse import quote

from aiohttp import web

from bot.local_telegram.errors import ApiError, Json
from bot.local_telegram.state.event_feed import Event
from bot.local_telegram.state.people import User
from bot.local_telegram.state.phone import Phone

_PAGE = Path(__file__).parent / "page"
_HEARTBEAT_S = 15.0
_INLINE_TYPES = ("image/png", "image/jpeg")


class WebPage:
    """The page's files and what it needs besides the control API."""

    def __init__(self, phone: Phone) -> None:
        self._phone = phone
        self._world = phone.world

    def routes(self) -> list[web.AbstractRouteDef]:
        """The page's paths."""
        return [
            web.get("/", self._index),
            web.get("/favicon.ico", self._no_icon),
            web.get("/local/state", self._state),
            web.get("/local/events", self._events),
            web.get("/local/files/{file_id}", self._file),
            web.static("/page", _PAGE),
        ]

    async def _index(self, request: web.Request) -> web.FileResponse:
        return web.FileResponse(_PAGE / "index.html")

    async def _no_icon(self, request: web.Request) -> web.Response:
        return web.Response(status=204)

    async def _state(self, request: web.Request) -> web.Response:
        people = self._world.people
        everyone = [user.wire() for user in people.users.values()]
        user = people.users.get(_number(request.query.get("user", "")))
        return web.json_response({**self._bot(), "users": everyone, **(self._seen_by(user) if user else {})})

    def _bot(self) -> Json:
        profile = self._world.profile
        description = profile.text("description")
        event_id = f"{self._world.feed.life}-{self._world.feed.last}"
        return {"bot": profile.user(), "description": description, "last_event_id": event_id}

    def _seen_by(self, user: User) -> Json:
        chats = [
            {
                **self._world.people.chat_wire(chat_id),
                "messages": self._phone.messages(chat_id),
                "commands": self._world.profile.commands_for(chat_id, user.id, user.language_code),
            }
            for chat_id in self._world.people.chats_of(user.id)
        ]
        return {"user": user.wire(), "is_blocked": user.has_blocked, "chats": chats}

    async def _events(self, request: web.Request) -> web.StreamResponse:
        user_id = _number(request.query.get("user", ""))
        last_event_id = request.headers.get("Last-Event-ID") or request.query.get("after", "")
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        feed = self._world.feed
        number = feed.resume_point(last_event_id)
        try:
            if number is None:
                number = feed.last
                await response.write(f"id: {feed.life}-{number}\nevent: reset\ndata: {{}}\n\n".encode())
            while not self._world.is_closing:
                number = await self._push(response, user_id, number)
        except ConnectionResetError:
            return response
        return response

    async def _push(self, response: web.StreamResponse, user_id: int, number: int) -> int:
        """Write what is new since `number`, or wait for it; returns the number reached."""
        feed = self._world.feed
        events = feed.since(number)
        if events:
            chats = {0, *self._world.people.chats_of(user_id)}
            text = "".join(_line(feed.life, event) for event in events if event.chat_id in chats)
            await response.write(text.encode() or b": elsewhere\n\n")
            return events[-1].number
        try:
            async with asyncio.timeout(_HEARTBEAT_S):
                await feed.arrived.wait()
        except TimeoutError:
            await response.write(b": still here\n\n")
        return number

    async def _file(self, request: web.Request) -> web.Response:
        try:
            upload = self._world.files.get(request.match_info["file_id"]).upload
        except ApiError as error:
            raise web.HTTPNotFound from error
        if upload.content_type in _INLINE_TYPES:
            return web.Response(body=upload.content, content_type=upload.content_type)
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(upload.name)}"}
        return web.Response(body=upload.content, content_type="application/octet-stream", headers=headers)


def _line(life: str, event: Event) -> str:
    body = json.dumps({**event.body, "chat_id": event.chat_id})
    return f"id: {life}-{event.number}\nevent: {event.kind}\ndata: {body}\n\n"


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0
