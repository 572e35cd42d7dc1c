"""The address at which WebSockets begin."""

import socket

from aiohttp import web
from aiohttp.typedefs import Handler

from core.errors import TooMany
from webhook.live.conversation import Conversation, Live
from webhook.request.replies import explain, refuse

_PING_EVERY = 60.0
"""Seconds; a reader that does not answer within half of that is gone."""
_SENT_AHEAD = 128 * 1024
"""Bytes on their way to a reader; what waits behind them is replaced by newer prices."""
_LAST_WORD = 1.0


def live_feed(live: Live) -> Handler:
    """GET with an upgrade to WebSocket; the key comes in the first message."""
    largest = live.readers.limits.largest_message

    async def handle(request: web.Request) -> web.StreamResponse:
        websocket = web.WebSocketResponse(
            timeout=_LAST_WORD,
            heartbeat=_PING_EVERY,
            # What is a little too large is told so; what is far too large ends the connection.
            max_msg_size=4 * largest,
            compress=False,
        )
        if not websocket.can_prepare(request):
            return refuse(426, "Connect with a WebSocket here.").response()
        conversation = Conversation(live, request, websocket)
        try:
            place = live.readers.arrive(request.remote, conversation.stop)
        except TooMany as fault:
            return explain(fault).response()
        try:
            await websocket.prepare(request)
            _limit_what_is_on_its_way(request)
            await conversation.run(place)
        finally:
            place.leave()
        return websocket

    return handle


def _limit_what_is_on_its_way(request: web.Request) -> None:
    connection = request.transport.get_extra_info("socket") if request.transport is not None else None
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SENT_AHEAD)
