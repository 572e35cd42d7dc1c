"""A limiter in virtual time."""

import pytest

from bot.transport.rate_limiter import TelegramLimiter
from tests.bot.virtual import VirtualTime


@pytest.fixture
def time() -> VirtualTime:
    """Virtual time."""
    return VirtualTime()


@pytest.fixture
def limiter(time: VirtualTime) -> TelegramLimiter:
    """A limiter in virtual time."""
    return TelegramLimiter(time.now, time.sleep)
