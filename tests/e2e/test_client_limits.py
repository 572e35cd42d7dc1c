"""Limits and pauses as strategy, client and command line have them, over a power cut and a restart."""

import asyncio

import aiohttp
import pytest

from tests.e2e.people import local_telegram, seen, talking
from tests.e2e.program import Installation
from tests.factories import ASHA, RAVI

OVER = "Over the limits of this account (orders per day: this would be number 4, and the limit is 3)."


@pytest.mark.parametrize("step", ["queueing", "queued"])
async def test_a_day_has_exactly_its_orders_whatever_the_power_cut_leaves(home: Installation, step: str) -> None:
    assert (await home.cli("limit", "set", "main", "orders_per_day=3")).status == 0
    async with local_telegram() as (_, url):
        here = home.at(url)
        async with here.running(step) as service, talking(service, home.key) as strategy:
            with pytest.raises(aiohttp.ClientError):
                await strategy.place("first")
            await service.ended()
        async with here.running() as service, talking(service, home.key) as strategy:
            first = [(await strategy.place("first"))[0] for _ in range(2)]
            rest = await asyncio.gather(*(strategy.place(f"other-{number}") for number in range(4)))

    assert first == [200, 200]
    assert sorted(status for status, _ in rest) == [200, 200, 400, 400]
    assert {body["message"] for status, body in rest if status == 400} == {OVER}
    assert home.sql("SELECT status, count(*) FROM orders GROUP BY 1") == [("denied", 2), ("pending", 3)]
    assert (await home.cli("audit", "verify")).status == 0


async def test_pause_from_the_phone_holds_over_a_restart_until_the_command_line_resumes(home: Installation) -> None:
    async with local_telegram() as (telegram, url):
        here = home.at(url)
        async with here.running() as service, talking(service, home.key) as strategy:
            telegram.send_text(RAVI, "/pause")
            await seen(telegram, ASHA, "main was paused by Ravi")
            refused = await strategy.place()
            await service.kill()
        async with here.running() as service, talking(service, home.key) as strategy:
            again = await strategy.place()
            listed = (await home.cli("account", "list")).out
            assert (await home.cli("resume", "main")).status == 0
            await seen(telegram, RAVI, "main goes on")
            taken = await strategy.place()

    assert refused == again
    assert refused[0] == 503
    assert refused[1]["status"] == "error"
    assert refused[1]["message"].startswith("Trading is paused by Ravi since ")
    assert refused[1]["message"].endswith(" IST. Nothing was queued.")
    assert "by Ravi since" in listed
    assert taken[0] == 200


async def test_limits_from_the_command_line(home: Installation) -> None:
    done = await home.cli("limit", "set", "main", "value_per_order=50,000", "trading_hours=9:20-15:10")
    await home.cli("limit", "set", "main", "symbols_allowed=sbin", "--strategy", "momentum")
    wrong = await home.cli("limit", "set", "main", "value_per_ordr=5")

    shown = await home.json("limit", "show", "main")
    await home.cli("limit", "clear", "main", "trading_hours")
    await home.cli("limit", "clear", "main", "--strategy", "momentum")
    left = await home.json("limit", "show", "main")

    assert "₹50,000.00" in done.out
    assert (wrong.status, "There is no limit 'value_per_ordr'" in wrong.err) == (1, True)
    assert [(one["strategy"], one["limit"], one["bound"]) for one in shown] == [
        ("", "value_per_order", "50000"),
        ("", "trading_hours", "09:20-15:10"),
        ("momentum", "symbols_allowed", "SBIN"),
    ]
    assert [one["limit"] for one in left] == ["value_per_order"]
