"""Why a reader's connection ends."""

from collections.abc import Awaitable
from dataclasses import dataclass

from aiohttp import WSCloseCode

from core.errors import CountersignError, TooMany, Unready
from webhook.live import live_json as shapes
from webhook.live.outbox import Unread


@dataclass(frozen=True, slots=True)
class Ending:
    """The code and reason of the WebSocket's close, and a message before it for those who do not look there."""

    code: int = WSCloseCode.OK
    reason: str = ""
    said: shapes.Json | None = None


STOP = Ending(WSCloseCode.GOING_AWAY, "The service stops. Connect again.")
FAILED = Ending(WSCloseCode.INTERNAL_ERROR, "Something went wrong on our side.")


def ending_by(fault: CountersignError) -> Ending:
    """How a connection ends whose key is not, or no longer, good, or whose reader is too slow."""
    if isinstance(fault, Unread):
        return Ending(WSCloseCode.POLICY_VIOLATION, str(fault))
    if isinstance(fault, TooMany):
        return Ending(WSCloseCode.TRY_AGAIN_LATER, str(fault), shapes.no_entry("TOO_MANY", str(fault)))
    if isinstance(fault, Unready):
        return Ending(WSCloseCode.TRY_AGAIN_LATER, str(fault), shapes.no_entry("NOT_READY", str(fault)))
    return Ending(WSCloseCode.POLICY_VIOLATION, str(fault), shapes.no_entry("AUTHENTICATION_ERROR", str(fault)))


async def ending_of(work: Awaitable[None]) -> Ending:
    """How a connection ends by the end of this work."""
    try:
        await work
    except ConnectionError:
        return Ending()
    except CountersignError as fault:
        return ending_by(fault)
    return Ending()
