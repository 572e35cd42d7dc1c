"""Short ways to ask for what limits may refuse."""

import pytest

from core.errors import CountersignError, OverLimit
from core.services.intake.intake import OrderRequest
from tests.runtime import Spine


async def denied(spine: Spine, *args: object, **other: object) -> str:
    """What an order is refused with."""
    with pytest.raises(OverLimit) as refused:
        await spine.submit(*args, **other)  # type: ignore[arg-type]
    return str(refused.value)


async def attempt(spine: Spine, request: OrderRequest) -> object:
    """What a request comes to."""
    try:
        return await spine.services.intake.submit(request)
    except CountersignError as fault:
        return fault
