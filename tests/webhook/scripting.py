"""A strategy written with OpenAlgo's published Python client, unchanged, in front of the real services."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from openalgo import api

from core.ids import OrderId
from tests.runtime import Spine
from webhook.application import HttpSettings, build_application
from webhook.server import serving


class Script:
    """Calls the client, which blocks and therefore runs in a thread."""

    def __init__(self, client: Any, spine: Spine) -> None:
        self._client = client
        self.spine = spine

    async def __call__(self, method: str, **arguments: object) -> Any:
        """What the client's method returns."""
        return await asyncio.to_thread(getattr(self._client, method), **arguments)

    async def approved(self, answer: Any) -> str:
        """The broker's number of an order of one leg, once the client has tapped if somebody was asked."""
        if "pending_order_id" not in answer:
            return str(answer["orderid"])
        number = OrderId(answer["pending_order_id"])
        await self.spine.approve(number)
        await self.spine.execute()
        return str((await self.spine.order(number)).legs[0].broker_order_id)


@contextmanager
def closing_client(client: Any) -> Iterator[Any]:
    """The client; since its second version it keeps its connections open."""
    yield client
    if hasattr(client, "close"):
        client.close()


@asynccontextmanager
async def script_on(spine: Spine) -> AsyncIterator[Script]:
    """A script with the account's key."""
    application = build_application(spine.services, HttpSettings())
    async with serving(application, "127.0.0.1", 0) as address:
        with closing_client(api(api_key=spine.secret, host=address)) as client:
            yield Script(client, spine)
