"""What the tests of limits share."""

from collections.abc import Awaitable, Callable

import pytest

from core.audit import SYSTEM
from tests.runtime import Spine

SetLimits = Callable[..., Awaitable[None]]


@pytest.fixture
def limit(spine: Spine) -> SetLimits:
    """Sets limits of the account as the command line would, of a strategy if one is named."""

    async def set_limits(strategy: str = "", **bounds: str | None) -> None:
        await spine.services.limit_book.change(spine.account, strategy, bounds, SYSTEM)

    return set_limits
