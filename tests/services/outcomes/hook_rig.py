"""A receiver of hooks, and short ways to send it something."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from core.audit import SYSTEM
from core.ports.hooks import DeliveryStatus
from tests.runtime import Spine
from webhook.server import serving

ENDED = ["queued", "approved", "executed"]


@dataclass
class Receiver:
    """Somebody else's server: what arrived, and the statuses of its next answers."""

    url: str = ""
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    always: int = 204
    go: asyncio.Event = field(default_factory=asyncio.Event)

    async def receive(self, request: web.Request) -> web.Response:
        """POST."""
        names = {name.lower(): value for name, value in request.headers.items()}
        self.got.append((names, await request.read()))
        await self.go.wait()
        status = self.statuses.pop(0) if self.statuses else self.always
        return web.Response(status=status, headers={"Location": self.url} if status == 302 else {})

    def bodies(self) -> list[Any]:
        """What arrived, as JSON."""
        return [json.loads(body) for _, body in self.got]

    def events(self) -> list[str]:
        """Their names."""
        return [body["event"] for body in self.bodies()]

    def ids(self) -> list[str]:
        """Their message ids."""
        return [headers["webhook-id"] for headers, _ in self.got]


@asynccontextmanager
async def a_receiver() -> AsyncIterator[Receiver]:
    """A receiver on this machine."""
    made = Receiver()
    made.go.set()
    app = web.Application()
    app.router.add_post("/in", made.receive)
    async with serving(app, "127.0.0.1", 0) as address:
        made.url = f"{address}/in"
        yield made
        made.go.set()


async def set_hook(spine: Spine, receiver: Receiver) -> str:
    """Send the account's events there; the secret."""
    secret = (await spine.services.hooks.set(spine.account.id, receiver.url, SYSTEM)).secret
    assert secret is not None
    return secret


async def carry(spine: Spine) -> None:
    """The hook delivery plans, and delivers until nothing is due."""
    await spine.runtime.hook_delivery.plan()
    while await spine.runtime.hook_delivery.deliver_due(spine.account.id):
        pass


async def executed(spine: Spine) -> int:
    """An order from its arrival to its fill."""
    order_id = await spine.queue()
    await spine.approve(order_id)
    await spine.execute()
    return order_id


async def standing(spine: Spine) -> dict[DeliveryStatus, int]:
    """How the deliveries stand."""
    return dict((await spine.services.hooks.show(spine.account.id)).counts)


def key_of(secret: str) -> bytes:
    """What a receiver makes of its secret."""
    return base64.b64decode(secret.removeprefix("whsec_"))
