"""Lets web pages call the API: answers what browsers ask before they send, and says who may read an answer."""

from aiohttp import hdrs, web

_METHODS = "DELETE, GET, PATCH, POST, PUT"
_HEADERS = ("Authorization", "Content-Type", "Idempotency-Key", "X-Requested-With")
_DAY = "86400"
EVERY_PAGE = "*"


def allow_pages(app: web.Application, origins: tuple[str, ...]) -> None:
    """Let pages of these origins call everything under /api, as OpenAlgo does; `*` is every page.

    Never with cookies or other credentials of the browser: a key stands in the request itself.
    """
    pages = frozenset(origins)

    async def tell(request: web.Request, response: web.StreamResponse) -> None:
        if _is_api(request.path):
            # Caches must not hand one page's answer to another.
            response.headers.add(hdrs.VARY, hdrs.ORIGIN)
            if page := _allowed(request, pages):
                response.headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = page

    async def preflight(request: web.Request) -> web.Response:
        is_asked = hdrs.ACCESS_CONTROL_REQUEST_METHOD in request.headers and _allowed(request, pages)
        return web.Response(headers=_permission(request) if is_asked else {})

    # Before the headers leave, not in a middleware: streams begin to answer inside of their handler.
    app.on_response_prepare.append(tell)
    for path in ("/api/{rest:.*}", "//api/{rest:.*}"):
        app.router.add_route(hdrs.METH_OPTIONS, path, preflight)


def _is_api(path: str) -> bool:
    return path.startswith(("/api/", "//api/"))


def _allowed(request: web.Request, pages: frozenset[str]) -> str:
    """The origin that may read the answer, as its header says it; empty for any other."""
    origin = request.headers.get(hdrs.ORIGIN, "")
    if not origin:
        return ""
    if EVERY_PAGE in pages:
        return EVERY_PAGE
    return origin if origin.lower() in pages else ""


def _permission(request: web.Request) -> dict[str, str]:
    """What a page may send; of the headers that it asks for, those that are let through."""
    asked = {name.strip().lower() for name in request.headers.get(hdrs.ACCESS_CONTROL_REQUEST_HEADERS, "").split(",")}
    permission: dict[str, str] = {hdrs.ACCESS_CONTROL_ALLOW_METHODS: _METHODS, hdrs.ACCESS_CONTROL_MAX_AGE: _DAY}
    if let_through := ", ".join(name for name in _HEADERS if name.lower() in asked):
        permission[hdrs.ACCESS_CONTROL_ALLOW_HEADERS] = let_through
    return permission
