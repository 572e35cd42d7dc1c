"""The Bot API over HTTP: checks the token, applies faults, and wraps results in Telegram's JSON."""

import asyncio
import inspect
import re

from aiohttp import web

from bot.local_telegram.errors import ApiError, Json
from bot.local_telegram.methods import METHODS
from bot.local_telegram.methods.receiving import Described
from bot.local_telegram.params import Params, read_params
from bot.local_telegram.state.world import World

_TOKEN_SHAPE = re.compile(r"\d+:[A-Za-z0-9_-]{10,}")


class _CutError(Exception):
    """The connection shall be closed without an answer."""


class _PageError(Exception):
    """Something in between shall answer with a page of its own."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class BotApi:
    """Answers Bot API calls for one world and writes them down."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """The paths under which Telegram answers."""
        return [
            web.route("*", "/bot{token:[^/]+}/{method}", self._answer),
            web.get("/file/bot{token:[^/]+}/{path:.+}", self._download),
        ]

    async def call(self, name: str, params: Params) -> Json:
        """Run one method; raises ApiError when refused."""
        method = METHODS.get(name.lower())
        if method is None:
            raise ApiError(404, "Not Found")
        result = method(self._world, params)
        if inspect.isawaitable(result):
            result = await result
        if isinstance(result, Described):
            return {"ok": True, "result": result.result, "description": result.description}
        return {"ok": True, "result": result}

    async def _answer(self, request: web.Request) -> web.Response:
        self._require_token(request)
        name = request.match_info["method"]
        status, body, params = 200, {}, Params({})
        started = self._world.clock.now()
        try:
            params = await read_params(request)
            body = await self._call_with_faults(name, params)
        except ApiError as error:
            status, body = error.code, error.wire()
        except _CutError:
            if request.transport:
                request.transport.abort()
        except _PageError as page:
            self._log(name, params, started, {})
            return web.Response(status=page.status, text="<html>Access denied</html>", content_type="text/html")
        has_left = request.transport is None
        self._log(name, params, started, {} if has_left else body)
        return web.json_response(body, status=status)

    async def _call_with_faults(self, name: str, params: Params) -> Json:
        faults = self._world.faults
        if faults.is_out:
            raise ApiError(502, "Bad Gateway")
        fault = faults.take(name.lower(), params.text("chat_id"))
        if fault is None:
            return await self.call(name, params)
        if fault.error:
            raise fault.error
        if fault.page:
            raise _PageError(fault.page)
        if fault.cut == "before":
            raise _CutError
        await self._hang(fault.hang)
        body = await self.call(name, params)
        if fault.cut == "after":
            raise _CutError
        return body

    async def _hang(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                while not self._world.is_closing:
                    await self._world.changed.wait()
        except TimeoutError:
            return

    def _log(self, name: str, params: Params, started: float, body: Json) -> None:
        self._world.calls.append(
            {
                "method": name,
                "params": params.loggable(),
                "at": started,
                "status": 200 if body.get("ok") else body.get("error_code", 0),
                "description": body.get("description", ""),
            }
        )
        self._world.changed.fire()

    def _require_token(self, request: web.Request) -> None:
        token = request.match_info["token"]
        if token == self._world.token:
            return
        is_shaped = _TOKEN_SHAPE.fullmatch(token) is not None
        error = ApiError(401, "Unauthorized") if is_shaped else ApiError(404, "Not Found")
        raise _refusal(error)

    async def _download(self, request: web.Request) -> web.Response:
        self._require_token(request)
        stored = self._world.files.find_path(request.match_info["path"])
        if stored is None:
            raise _refusal(ApiError(404, "Not Found"))
        return web.Response(body=stored.upload.content, content_type="application/octet-stream")


def _refusal(error: ApiError) -> web.HTTPException:
    refusal = web.HTTPNotFound if error.code == 404 else web.HTTPUnauthorized
    return refusal(text=web.json_response(error.wire()).text, content_type="application/json")
