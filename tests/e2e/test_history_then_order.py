"""A strategy in a process of its own reads past prices with OpenAlgo's client, reckons, and places an order of it."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from tests.e2e.people import local_telegram
from tests.e2e.program import Installation
from tests.waiting import SOON

STRATEGY = """
import json, sys, time
from datetime import date, timedelta
from openalgo import api

client = api(api_key=sys.argv[1], host=sys.argv[2])
days = {"start_date": str(date.today() - timedelta(days=1)), "end_date": str(date.today() + timedelta(days=1))}
sbin = {"symbol": "SBIN", "exchange": "NSE"}
intervals = client.intervals()["data"]
candles = client.history(**sbin, interval=intervals["minutes"][0], **days)
while isinstance(candles, dict):
    assert candles["error_type"] == "no_data", candles
    time.sleep(0.1)
    candles = client.history(**sbin, interval=intervals["minutes"][0], **days)

mean = (candles["high"] + candles["low"] + candles["close"]).mean() / 3
limit = round(round(mean * 1.02 / 0.05) * 0.05, 2)
quantity = int(100_000 // limit)
placed = client.placeorder(
    strategy="mean", **sbin, action="BUY", product="MIS", price_type="LIMIT", price=limit, quantity=quantity
)
print(json.dumps({"mean": mean, "limit": limit, "quantity": quantity, "placed": placed, "rows": len(candles)}))
"""


async def run(strategy: Path, *arguments: str) -> Any:
    """What the strategy prints in the end."""
    running = await asyncio.create_subprocess_exec(
        sys.executable, strategy, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(2 * SOON):
            said, faults = await running.communicate()
    finally:
        if running.returncode is None:
            running.kill()
    assert running.returncode == 0, faults.decode()
    return json.loads(said)


async def test_a_strategy_reads_the_past_and_places_an_order_of_it(furnished: Installation, tmp_path: Path) -> None:
    strategy = tmp_path / "strategy.py"
    strategy.write_text(STRATEGY, encoding="utf-8")
    home = furnished.copied_to(tmp_path / "home")
    await home.set_modes("auto", "sandbox")
    async with local_telegram() as (_, url), home.at(url).running() as service:
        told = await run(strategy, home.key, service.address)
        await service.stop()

    orderid = told["placed"]["orderid"]
    rows = home.sql("SELECT price, quantity, status FROM paper_orders WHERE broker_order_id = ?", orderid)
    assert [(float(price), int(quantity), status) for price, quantity, status in rows] == [
        (told["limit"], told["quantity"], "complete")
    ]
    recorded = home.sql("SELECT count(*) FROM candles JOIN candle_series ON id = series_id WHERE symbol = 'SBIN'")
    assert recorded[0][0] >= told["rows"]
    assert 0 < told["mean"] < told["limit"]
