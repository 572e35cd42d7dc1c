"""Keeps other web sites away from the control API and the page: loopback hosts and own origin only."""

import ipaddress
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

_BOT_API = ("/bot", "/file/bot")
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def loopback_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """403 for foreign hosts and cross-origin requests, except on the Bot API, which has its token."""
    if request.path.startswith(_BOT_API):
        return await handler(request)
    if not _is_loopback(request.host) or _is_foreign(request):
        raise web.HTTPForbidden(text="this server talks to its own page on this machine only\n")
    return await handler(request)


async def harden(request: web.Request, response: web.StreamResponse) -> None:
    """Adds the headers that keep the page to itself."""
    if not request.path.startswith(_BOT_API):
        response.headers.update(_HEADERS)


def _is_loopback(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _is_foreign(request: web.Request) -> bool:
    origin = request.headers.get("Origin", f"http://{request.host}")
    site = request.headers.get("Sec-Fetch-Site", "none")
    return origin != f"http://{request.host}" or site not in ("none", "same-origin")
