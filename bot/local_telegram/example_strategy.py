"""The strategy of the demo: posts orders over HTTP as any strategy would."""

from collections.abc import Mapping
from typing import Any

import aiohttp

ANSWER_WITHIN_S = 70.0


async def post(url: str, body: Mapping[str, object]) -> dict[str, Any]:
    """The JSON answer. Raises aiohttp.ClientError, TimeoutError."""
    timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN_S)
    async with aiohttp.ClientSession(timeout=timeout) as session, session.post(url, json=body) as answer:
        found: dict[str, Any] = await answer.json()
        return found
