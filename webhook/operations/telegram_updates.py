"""Where Telegram posts its updates when it is not polled."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from webhook.request.pipeline import Handler

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
TelegramWebhook = Callable[[bytes, str | None], Awaitable[int]]
"""Takes the raw body and the secret header, answers the HTTP status."""


def telegram(receive: TelegramWebhook) -> Handler:
    """POST /telegram/webhook: answers the HTTP status that `receive` returns."""

    async def handle(request: web.Request) -> web.Response:
        return web.Response(status=await receive(await request.read(), request.headers.get(SECRET_HEADER)))

    return handle
