"""The API's own description: for programs, and for people as one page that loads nothing from elsewhere."""

import asyncio
import base64
import hashlib
import json
import re
from functools import cache
from pathlib import Path

from aiohttp import web

_PAGE = Path(__file__).parent.parent / "page" / "docs.html"
_COMMON = {"Server": "Countersign", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache"}


async def openapi(_: web.Request) -> web.Response:
    """GET /openapi.json."""
    body = await asyncio.to_thread(_document)
    return web.Response(body=body, headers=_COMMON | {"Content-Type": "application/json"})


async def root(_: web.Request) -> web.Response:
    """GET /: leads to the page. Relative, so that it works behind a proxy's path too."""
    return web.Response(status=302, headers=_COMMON | {"Location": "docs"})


async def docs(_: web.Request) -> web.Response:
    """GET /docs."""
    body, policy = await asyncio.to_thread(_page)
    own = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy}
    return web.Response(body=body, headers=_COMMON | own | {"Referrer-Policy": "no-referrer"})


@cache
def _document() -> bytes:
    # Most programs never ask, so it is neither imported nor built before somebody does.
    from webhook.openapi.document import build_document

    return json.dumps(build_document(), separators=(",", ":"), ensure_ascii=False).encode()


@cache
def _page() -> tuple[bytes, str]:
    """The page, and the policy that lets run only what is in it."""
    text = _PAGE.read_text(encoding="utf-8")
    script, style = (" ".join(_hashes(text, tag)) for tag in ("script", "style"))
    policy = (
        f"default-src 'none'; script-src {script}; style-src {style}; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return text.encode(), policy


def _hashes(text: str, tag: str) -> list[str]:
    inside = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
    return [f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in inside]
