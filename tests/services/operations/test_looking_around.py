"""What the log says at a start: where prices come from, and which exchange is closed."""

from datetime import UTC, datetime
from pathlib import Path

from structlog.testing import capture_logs

from bot.process.run import look_around
from bot.settings.settings import Paper
from tests.factories import SettableClock
from tests.runtime import running_spine


async def test_made_up_prices_and_closed_exchanges_are_said(tmp_path: Path, template: Path) -> None:
    saturday = SettableClock(datetime(2026, 11, 28, 5, tzinfo=UTC))
    async with running_spine(tmp_path, template, saturday, paper=Paper(outside_hours="queue")) as spine:
        with capture_logs() as logs:
            await look_around(spine.runtime)

    assert {"event": "prices.made_up", "by": "simulated", "log_level": "info"} in logs
    assert "NSE is closed: it is Saturday. It opens Mon 30 Nov 09:15." in [one.get("why") for one in logs]
