"""Triggers at a live broker: refused in words before anything is queued, and told to who holds the position."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from core.audit import Kind
from core.insight.news import Topic
from tests.factories import ASHA, VEENA, SettableClock, some_terms
from tests.services.execution.live_rig import Live, running_live
from tests.services.insight.hearing import topics
from tests.webhook.real import serving_spine

STOP: dict[str, Any] = {
    "strategy": "swing",
    "trigger_type": "SINGLE",
    "exchange": "NSE",
    "symbol": "SBIN",
    "action": "SELL",
    "product": "CNC",
    "quantity": 10,
    "price": 789.5,
    "triggerprice_sl": 790,
}
WHY = {"status": "error", "message": "GTT orders are not supported for broker 'zerodha' yet"}


@pytest.fixture
async def live(tmp_path: Path, template: Path, clock: SettableClock) -> AsyncIterator[Live]:
    """Logged in, instruments loaded."""
    async with running_live(tmp_path, template, clock) as live:
        yield live


async def test_a_live_broker_without_triggers_says_so_and_queues_nothing(live: Live) -> None:
    async with serving_spine(live.spine) as http:
        placed = await http.post("placegttorder", STOP | {"apikey": live.spine.secret})
        listed = await http.post("gttorderbook", {"apikey": live.spine.secret})

    assert (placed.status, placed.body) == (listed.status, listed.body) == (501, WHY)
    assert (await live.spine.services.client_view.list_orders(ASHA)).orders == ()
    assert live.accepted() == 0


async def test_who_holds_what_it_was_to_protect_is_told_what_to_do_instead(live: Live) -> None:
    await live.spine.approved(some_terms())
    await live.spine.execute()
    await live.look()
    async with serving_spine(live.spine) as http:
        await http.post("placegttorder", STOP | {"apikey": live.spine.secret})

    (facts,) = [json.loads(one.facts) for one in await live.spine.audit_of() if one.kind == Kind.EXIT_REFUSED]
    assert (facts["how"], facts["without_triggers"], facts["why"]) == ("protects", "zerodha", WHY["message"])
    assert Topic.EXIT_REFUSED in await topics(live.spine, ASHA)
    assert Topic.EXIT_REFUSED not in await topics(live.spine, VEENA)
