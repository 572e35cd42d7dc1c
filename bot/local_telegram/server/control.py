"""The control API under /local: what the page, tests and the demo do as people, over HTTP and JSON."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.local_telegram.errors import Json
from bot.local_telegram.state.faults import read_fault
from bot.local_telegram.state.phone import Phone

_LONGEST_WAIT_S = 120.0

Reader = Callable[[web.Request], Awaitable[Json]]
Route = Callable[[web.Request], Awaitable[web.Response]]


class Control:
    """Translates /local requests into a Phone's methods: 404 for what is not there, 400 for bad input."""

    def __init__(self, phone: Phone) -> None:
        self._phone = phone

    def routes(self) -> list[web.RouteDef]:
        """The control paths."""
        posts: dict[str, Reader] = {
            "users": self._add_user,
            "groups": self._add_group,
            "block": self._block,
            "unblock": self._unblock,
            "text": self._text,
            "press": self._press,
            "fault": self._fault,
            "clock": self._clock,
        }
        gets: dict[str, Reader] = {
            "messages": self._messages,
            "calls": self._calls,
            "wait": self._wait,
            "updates": self._updates,
        }
        return [
            *(web.post(f"/local/{name}", _answering(reader)) for name, reader in posts.items()),
            *(web.get(f"/local/{name}", _answering(reader)) for name, reader in gets.items()),
        ]

    async def _add_user(self, request: web.Request) -> Json:
        body = await _body(request)
        names = (body["first_name"], body.get("username"), body.get("language_code", "en"))
        self._phone.add_user(int(body["user_id"]), *names)
        return {}

    async def _add_group(self, request: web.Request) -> Json:
        body = await _body(request)
        self._phone.add_group(int(body["chat_id"]), body["title"], body["members"])
        return {}

    async def _block(self, request: web.Request) -> Json:
        self._phone.block(int((await _body(request))["user_id"]))
        return {}

    async def _unblock(self, request: web.Request) -> Json:
        self._phone.unblock(int((await _body(request))["user_id"]))
        return {}

    async def _text(self, request: web.Request) -> Json:
        body = await _body(request)
        where = (body.get("chat_id"), body.get("reply_to"))
        return {"message_id": self._phone.send_text(int(body["user_id"]), body["text"], *where)}

    async def _press(self, request: web.Request) -> Json:
        body = await _body(request)
        place = (int(body["user_id"]), int(body["chat_id"]), int(body["message_id"]))
        query_id = self._phone.press(*place, body.get("data"), body.get("button_text"))
        wait = min(float(body.get("wait", 0)), _LONGEST_WAIT_S)
        if wait <= 0:
            return {"query_id": query_id}
        try:
            answer = await self._phone.answer_of(query_id, wait)
        except TimeoutError:
            return {"query_id": query_id, "answer": None}
        return {"query_id": query_id, "answer": answer}

    async def _fault(self, request: web.Request) -> Json:
        body = await _body(request)
        if "outage" in body:
            self._phone.outage(bool(body["outage"]))
        elif body.get("clear"):
            self._phone.world.faults.clear()
        else:
            self._phone.world.faults.add(read_fault(body))
        return {}

    async def _clock(self, request: web.Request) -> Json:
        self._phone.advance(float((await _body(request))["advance"]))
        return {"now": self._phone.world.clock.now()}

    async def _messages(self, request: web.Request) -> Json:
        return {"messages": self._phone.messages(int(request.query["chat_id"]))}

    async def _calls(self, request: web.Request) -> Json:
        method = request.query.get("method", "").lower()
        calls = self._phone.calls
        return {"calls": [call for call in calls if not method or call["method"].lower() == method]}

    async def _updates(self, request: web.Request) -> Json:
        return {"updates": [update.wire() for update in self._phone.world.updates.pending()]}

    async def _wait(self, request: web.Request) -> Json:
        chat_id, contains = int(request.query["chat_id"]), request.query.get("contains", "")
        after = int(request.query.get("after", 0))

        def newest() -> Json | None:
            for message in reversed(self._phone.world.messages.of_chat(chat_id)):
                if message.id > after and contains in message.content.text:
                    return self._phone.world.view(message)
            return None

        seconds = min(float(request.query.get("timeout", 10)), _LONGEST_WAIT_S)
        try:
            return {"message": await self._phone.wait_for(newest, seconds)}
        except TimeoutError:
            texts = [message["text"] for message in self._phone.messages(chat_id)]
            raise web.HTTPRequestTimeout(text=f"nothing with {contains!r} among {texts}") from None


async def _body(request: web.Request) -> Json:
    body = await request.json()
    if not isinstance(body, dict):
        raise TypeError("the body must be a JSON object")
    return body


def _answering(read: Reader) -> Route:
    async def answer(request: web.Request) -> web.Response:
        try:
            return web.json_response(await read(request))
        except KeyError as error:
            raise web.HTTPBadRequest(text=f"missing: {error}") from error
        except LookupError as error:
            raise web.HTTPNotFound(text=str(error)) from error
        except (ValueError, TypeError) as error:
            raise web.HTTPBadRequest(text=str(error)) from error

    return answer
