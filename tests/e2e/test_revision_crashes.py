"""The process is killed between a change of terms and its approval: what is sent is what the new card says, once."""

from collections.abc import AsyncIterator

import pytest

from bot.local_telegram.errors import Json
from bot.local_telegram.server.server import LocalTelegram
from tests.e2e.crashing import KILLED
from tests.e2e.people import buttons, card, local_telegram, press, talking
from tests.e2e.program import Installation
from tests.factories import ASHA


@pytest.fixture
async def telegram_and_home(home: Installation) -> AsyncIterator[tuple[LocalTelegram, Installation]]:
    """A Telegram, and an installation that talks to it."""
    async with local_telegram() as (telegram, url):
        yield telegram, home.at(url)


async def _choices(telegram: LocalTelegram, number: int) -> Json:
    """The card with its choices of a part."""
    await press(telegram, ASHA, await card(telegram, ASHA, number, "waits for you"), "Part…")

    def opened() -> Json | None:
        found = [one for one in telegram.messages(ASHA) if any("½" in button["text"] for button in buttons(one))]
        return found[-1] if found else None

    return await telegram.wait_for(opened, 20)


@pytest.mark.parametrize("failpoint", ["revising", "revised"])
async def test_killed_at_a_change_the_card_tells_the_truth_and_is_executed_once(
    telegram_and_home: tuple[LocalTelegram, Installation], failpoint: str
) -> None:
    telegram, home = telegram_and_home
    async with home.running(failpoint) as service, talking(service, home.key) as strategy:
        number = await strategy.queue()
        choices = await _choices(telegram, number)
        telegram.press(ASHA, ASHA, choices["message_id"], button_text="½")
        died = await service.ended()

    async with home.running() as service, talking(service, home.key) as strategy:
        # The tap comes again: before the change it is taken now, after it it is void.
        changed = await card(telegram, ASHA, number, "BUY 5 SBIN")
        await press(telegram, ASHA, changed, "Approve")
        outcome = await strategy.outcome(number)
        at_broker = await strategy.broker_orders()
    verified = await home.cli("audit", "verify")

    assert died == KILLED
    assert outcome["approved_terms"] == {"quantity": 5, "pricetype": "MARKET", "price": 0}
    assert [(one["quantity"], one["order_status"]) for one in at_broker] == [(5, "complete")]
    assert verified.status == 0, verified.out
