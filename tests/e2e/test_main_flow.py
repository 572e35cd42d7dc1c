"""One order's whole way, with every program in a process of its own and nothing preloaded."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.local_telegram.client import LocalTelegramClient
from tests.e2e.nursery import ROOT
from tests.e2e.people import talking
from tests.e2e.program import CONFIG, TOKEN, Installation
from tests.factories import ASHA


@pytest.fixture
async def telegram_url() -> AsyncIterator[str]:
    """A Telegram in another process."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.local_telegram.server.server",
        "--token",
        TOKEN,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    assert process.stdout is not None
    yield (await process.stdout.readline()).decode().strip()
    process.terminate()
    assert await process.wait() == 0


async def test_an_order_is_carried_from_the_strategy_over_the_tap_to_the_fill(
    telegram_url: str, tmp_path: Path
) -> None:
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    program = Installation(tmp_path, env={"COUNTERSIGN_TELEGRAM__BASE_URL": telegram_url})
    account = await program.json("account", "add", "Asha's")
    made, invitation = await asyncio.gather(program.json("key", "create", "Asha's"), program.json("link", "Asha's"))
    key = made["key"]

    async with (
        LocalTelegramClient(telegram_url) as phone,
        program.running() as service,
        talking(service, key) as strategy,
    ):
        await phone.add_user(ASHA, "Asha")
        await phone.send_text(ASHA, f"/start {invitation['code']}")
        await phone.wait_for_message(ASHA, "You are linked")
        number = await strategy.queue()
        card = await phone.wait_for_message(ASHA, "waits for you")
        toast = await phone.press_and_wait(ASHA, ASHA, card["message_id"], button_text="Approve")
        outcome = await strategy.outcome(number)
        filled = await phone.wait_for_message(ASHA, "FILLED")
        ended = await service.stop()
    verified = await program.cli("audit", "verify")

    assert (account["order_mode"], account["trading_mode"]) == ("semi_auto", "sandbox")
    assert invitation["url"] == f"https://t.me/countersign_demo_bot?start={invitation['code']}"
    assert toast["text"] == f"✅ Approved order #{number}. Sending it now."
    assert (outcome["status"], outcome["broker_status"], outcome["decided_by"]) == ("approved", "complete", "Asha")
    assert filled["message_id"] == card["message_id"]
    assert filled["reply_markup"] is None
    steps = [word for word in service.log.split() if word.startswith("order.")]
    assert steps == ["order.received", "order.shown", "order.approved", "order.sent", "order.filled"]
    assert ended[0] == 0
    assert ended[1] < 10
    assert verified.status == 0, verified.out
