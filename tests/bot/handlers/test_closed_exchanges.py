"""A tap while the exchange is closed is told when it opens."""

from dataclasses import replace
from datetime import datetime

import pytest

from core.market.market_phase import MarketPhase
from tests.bot.rig import ASHA, Rig


@pytest.mark.parametrize(
    ("queues", "says"),
    [
        (True, "✅ Approved order #1. It will be sent when NSE opens "),
        (False, "✅ Approved order #1. NSE is closed until "),
    ],
)
async def test_the_toast_says_when_a_closed_exchange_opens(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, queues: bool, says: str
) -> None:
    await rig.link(ASHA)
    await rig.order()
    card = await rig.message(ASHA, "RELIANCE")
    checks = rig.runtime.services.checks
    monkeypatch.setattr(checks, "surroundings", replace(checks.surroundings, sessions=_Closed(), queues=queues))

    toast = await rig.press(ASHA, card, "Approve")

    assert toast.startswith(says)
    assert "Sending it now" not in toast


class _Closed:
    """Every exchange is closed."""

    def phase(self, exchange: str, now: datetime) -> MarketPhase:
        """Closed."""
        return MarketPhase.CLOSED
