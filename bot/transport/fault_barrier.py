"""Catches and logs any failure of one update or one card, so that the others go on."""

from collections.abc import Awaitable
from typing import TypeVar

import structlog

T = TypeVar("T")
_log = structlog.get_logger()


async def contained(what: str, work: Awaitable[T], **facts: object) -> T | None:
    """The result of `work`, or None when it failed; the failure is logged under `what`."""
    try:
        return await work
    except Exception:  # noqa: BLE001 - a fault in one update or card must not stop all of them
        _log.exception(what, **facts)
        return None
